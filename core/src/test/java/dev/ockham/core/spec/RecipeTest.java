package dev.ockham.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing\n", "---\n", "{}", "null"})
  void anEmptyRecipeIsTheDefaults(String yaml) {
    assertThat(Recipe.parse(yaml, "r.yaml").toSpec()).isEqualTo(RunSpec.defaults());
  }

  @Test
  void leavesOutWhatItLikes() {
    RunSpec spec =
        Recipe.parse(
                """
                training:
                  epochs: 3 # few
                  learning_rate: {last: 1e-4}
                architecture: mlp:784-5-10
                """,
                "r.yaml")
            .toSpec();
    assertThat(spec.training().epochs()).isEqualTo(3);
    assertThat(spec.training().learningRate().last()).isEqualTo(1e-4);
    assertThat(spec.training().learningRate().initial())
        .isEqualTo(LearningRate.defaults().initial());
    assertThat(spec.architecture()).isEqualTo("mlp:784-5-10");
    assertThat(spec.method()).isEqualTo(MethodSpec.defaults());
  }

  @Test
  void aRecipeIsAPageOfSettings() throws IOException {
    Path file = folder.resolve("large.yaml");
    Files.writeString(file, "# " + "x".repeat(1 << 18));
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> Recipe.read(file))
        .withMessageContaining("large.yaml: has more than 262144 bytes");
    Files.writeString(file, "\n".repeat(1 << 18));
    assertThat(Recipe.read(file).toSpec()).isEqualTo(RunSpec.defaults());
  }

  @Test
  void anAliasIsNoText() {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> Recipe.parse("architecture: &a mlp:784-10\ndata: {name: *a}", "r.yaml"))
        .withMessageContaining("r.yaml: line 2: '*a' stands for a value elsewhere");
    assertThat(Recipe.parse("data: {name: '*a'}", "r.yaml").toSpec().data().name()).isEqualTo("*a");
  }

  /** They were told as '[B@196a42c3'. */
  @Test
  void bytesAreNoSetting() {
    for (String value : new String[] {"{seed: !!binary aGVsbG8=}", "[!!binary aGVsbG8=]"}) {
      assertThatExceptionOfType(SpecException.class)
          .isThrownBy(() -> Recipe.parse("training:\n  seed: " + value, "r.yaml"))
          .withMessage(
              "r.yaml: line 2: '!!binary' says bytes, and no setting is bytes; write the value"
                  + " itself");
    }
  }

  /** {@code /} stands for the end of a line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1, 2]|a recipe is a group of keys and values",
        "12|a recipe is a group of keys and values",
        "text|a recipe is a group of keys and values",
        "- training|a recipe is a group of keys and values",
        "trainin: {}|unknown key 'trainin'; did you mean 'training'?",
        "training:/  epoch: 3|unknown key 'training.epoch'; did you mean 'epochs'?",
        "training.epochs: 3|unknown key 'training.epochs'",
        "training: 3|training must be a group of values (loss, class_weights, label_smoothing,",
        "training: |training must be a group of values (loss, class_weights, label_smoothing,",
        "training: [1]|training must be a group of values (loss, class_weights, label_smoothing,",
        "training:/  epochs: [3]|training.epochs must be a whole number, not '[3]'",
        "training:/  epochs: {a: 3}|training.epochs must be a whole number, not '{a=3}'",
        "training:/  epochs: 3.5|training.epochs must be a whole number, not '3.5'",
        "training:/  epochs: true|training.epochs must be a whole number, not 'true'",
        "training:/  epochs: |training.epochs is empty; it must be a whole number",
        "training:/  epochs: 99999999999|training.epochs must be a whole number",
        "architecture: [a]|architecture must be text, not '[a]'",
        "data:/  name: 2024|data.name must be text, not '2024'; put it in quotes",
        "data:/  name: 1e3|data.name must be text, not '1000.0'; put it in quotes",
        "data:/  name: true|data.name must be text, not 'true'; put it in quotes",
        "method:/  kl: exakt|method.kl must be one of exact",
        "training:/  epochs: 3/  epochs: 4|uplicate",
        "data: {}/data: {}|uplicate",
        "training:/  epochs: 0|training.epochs is 0; it must be at least 1",
        "architecture: lenet-5-c|did you mean 'lenet-5-caffe'?",
        "a: [1|line ",
        "training:/\tepochs: 3|line ",
      })
  void everyMistakeNamesTheFileAndTheFault(String yaml, String fault) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> Recipe.parse(yaml.replace('/', '\n'), "r.yaml"))
        .withMessageStartingWith("r.yaml: ")
        .withMessageContaining(fault)
        .satisfies(e -> assertThat(e).message().doesNotContain("\n"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("java.").doesNotContain("Map<"));
  }

  @Test
  void readsTheFileThatItIsGiven() throws IOException {
    Path file = Files.writeString(folder.resolve("r.yaml"), "training: {seed: 17}\n");
    assertThat(Recipe.read(file).toSpec().training().seed()).isEqualTo(17);
  }

  @Test
  void namesAFileThatIsNoText() throws IOException {
    Path file = Files.write(folder.resolve("r.yaml"), new byte[] {'a', ':', ' ', (byte) 0xC3, '('});
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> Recipe.read(file))
        .withMessageContaining(file.toString())
        .withMessageContaining("UTF-8");
  }

  @Test
  void namesAFolderThatIsNoFile() {
    assertThatIOException()
        .isThrownBy(() -> Recipe.read(folder))
        .withMessageContaining(folder.toString())
        .withMessageContaining("folder");
  }

  @Test
  void aBundledRecipeThatIsMissingIsNamed() {
    assertThatIOException()
        .isThrownBy(() -> Recipe.bundled(RecipeTest.class, "/none.yaml"))
        .withMessageContaining("/none.yaml");
  }
}
