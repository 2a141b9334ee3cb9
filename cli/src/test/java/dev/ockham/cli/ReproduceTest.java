package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.reproduce.Reproduction;
import dev.ockham.cli.reproduce.ReproductionResult;
import dev.ockham.cli.reproduce.ResultPages;
import dev.ockham.cli.reproduce.SeedResult;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetListing;
import dev.ockham.core.data.DatasetResolver;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.ModelSize;
import dev.ockham.core.run.RunException;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code ockham reproduce}, its results, the pages made of them, and the zoo. */
class ReproduceTest {

  private static final Path ROOT = SourceTree.root();

  @TempDir private Path temp;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  static List<Reproduction> reproductions() {
    return Reproduction.all();
  }

  static List<ReproductionResult> results() throws IOException {
    return ResultPages.read(ROOT.resolve("results")).results().stream()
        .flatMap(row -> Stream.ofNullable(row.result()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("reproductions")
  void eachHasARecipeAndIsListed(Reproduction each) throws IOException {
    assertThat(each.recipe().toSpec().method().name()).isEqualTo("sparse-vd");
    assertThat(each.recipe().toSpec().training().threads()).isPositive();
    CommandLineRun list = CommandLineRun.of("reproduce", "--list");
    assertThat(list.exitCode()).as(list.err()).isZero();
    assertThat(list.out()).contains(each.name());
  }

  @Test
  void resultsOfOtherSettingsAreNotAddedTo() throws IOException {
    String name = "lenet-300-100-random-labels";
    new ReproductionResult(name, Map.of("epochs", 1), List.of()).write(temp);
    Object[] command = {
      "reproduce", name, "--results", temp, "--out", temp.resolve("runs"), "--zoo", temp
    };
    CommandLineRun run = CommandLineRun.of(command);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("is of other settings than the recipe's");
    Files.writeString(ReproductionResult.file(temp, name), "{");
    assertThat(CommandLineRun.of(command).err()).contains("is no result file");
  }

  @Test
  void aResultIsReadBackAsItWasWritten() throws IOException {
    ReproductionResult result = sample();
    result.write(temp);
    assertThat(ReproductionResult.read(temp, result.name())).contains(result);
    assertThat(Files.readString(ReproductionResult.file(temp, result.name())))
        .contains("\"compression\" : 68.0", "\"compression\" : 75.0", "\"error_percent\" : 1.5");
  }

  @Test
  void aResultThatWasDamagedIsRefused() throws IOException {
    ReproductionResult result = sample();
    result.write(temp);
    Path file = ReproductionResult.file(temp, result.name());
    String text = Files.readString(file);
    String other = text.replaceFirst("\"nonzero_weights\" : 10,", "\"nonzero_weights\" : 11,");
    assertThat(other).isNotEqualTo(text);
    Files.writeString(file, other);
    assertThatThrownBy(() -> ReproductionResult.read(temp, result.name()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContainingAll(file.toString(), "checksum");
  }

  /** What older builds wrote has no checksum. */
  @Test
  void aResultWithoutAChecksumHasTheMeansOfItsSeeds() throws IOException {
    ReproductionResult result = sample();
    result.write(temp);
    Path file = ReproductionResult.file(temp, result.name());
    String old = Files.readString(file).replaceFirst(",\\s*\"checksum\" : \"\\w+\"", "");
    Files.writeString(file, old);
    assertThat(ReproductionResult.read(temp, result.name())).contains(result);
    Files.writeString(
        file, old.replaceFirst("\"error_percent\" : 1.5", "\"error_percent\" : 1.25"));
    assertThatThrownBy(() -> ReproductionResult.read(temp, result.name()))
        .isInstanceOf(RunException.class)
        .hasMessage(
            file
                + ": mean.error_percent is 1.25, but that of its seeds is 1.5: the file was"
                + " damaged or changed");
  }

  @ParameterizedTest
  @MethodSource("reproductions")
  void aResultThatIsReadBackIsOfTheRecipeStill(Reproduction each) throws IOException {
    Map<String, Object> settings = each.recipe().toMap();
    new ReproductionResult(each.name(), settings, List.of()).write(temp);
    ReproductionResult back = ReproductionResult.read(temp, each.name()).orElseThrow();
    assertThat(back.isOf(settings)).isTrue();
    Map<String, Object> other = each.recipe().with("training.seed", "9", "test").toMap();
    assertThat(back.isOf(other)).isFalse();
    Map<String, Object> faster = each.recipe().with("training.threads", "7", "test").toMap();
    assertThat(back.isOf(faster)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"gradual_pruning, sparsity, true", "gradual_pruning, until, false"})
  void aResultMayBeOlderThanALeafThatSaysWhatItWasThen(String group, String leaf, boolean same)
      throws IOException {
    Reproduction each = Reproduction.named("lenet-300-100-random-labels");
    Map<String, Object> settings = each.recipe().toMap();
    Map<String, Object> older = each.recipe().toMap();
    Map<?, ?> training = (Map<?, ?>) Objects.requireNonNull(older.get("training"));
    ((Map<?, ?>) Objects.requireNonNull(training.get(group))).remove(leaf);
    ReproductionResult result = new ReproductionResult(each.name(), older, List.of());
    assertThat(result.isOf(settings)).isEqualTo(same);
  }

  /** Trains by the whole recipe. */
  @Tag("long")
  @Test
  void aSeedOfAnotherRunIsMeasuredAgain() throws IOException {
    Reproduction what = Reproduction.named("lenet-300-100-random-labels");
    Path results = temp.resolve("results");
    SeedResult second = seed(2, 1, 10, "abacus");
    List<SeedResult> others = List.of(seed(1, 1, 10, "abacus"), second);
    new ReproductionResult(what.name(), what.recipe().toMap(), others).write(results);
    Object[] command = {
      "reproduce",
      what.name(),
      "--seeds",
      "1",
      "--results",
      results,
      "--out",
      temp.resolve("runs"),
      "--zoo",
      temp.resolve("zoo")
    };
    CommandLineRun run = CommandLineRun.of(command);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("held another run of seed 1");
    assertThat(run.out())
        .containsPattern("empty \\| \\*\\*empty\\*\\* \\| \\d+\\.\\d+ % \\| 1 \\|");
    Path model = temp.resolve("runs").resolve(what.name()).resolve("seed-1/model.safetensors");
    Path kept = temp.resolve("zoo").resolve(what.name() + ".safetensors");
    ReproductionResult now = ReproductionResult.read(results, what.name()).orElseThrow();
    SeedResult first = now.seed(1).orElseThrow();
    assertThat(now.seed(2)).contains(second);
    assertThat(first.weightsSha256())
        .isEqualTo(ModelFile.load(model).weightsSha256())
        .isEqualTo(ModelFile.load(kept).weightsSha256());
    assertThat(first.nonzeroWeights()).isZero();
    assertThat(first.denseTrainErrorPercent()).isLessThan(20);
    assertThat(first.trainErrorPercent()).isGreaterThan(85);
    assertThat(first.machine()).containsKeys("processor", "cores");

    String file = Files.readString(ReproductionResult.file(results, what.name()));
    CommandLineRun again = CommandLineRun.of(command);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("another run");
    assertThat(Files.readString(ReproductionResult.file(results, what.name()))).isEqualTo(file);
  }

  private static ReproductionResult sample() {
    return new ReproductionResult(
        "lenet-300-100-sparse-vd",
        Map.of("architecture", "lenet-300-100"),
        List.of(seed(2, 1.0, 10, "abacus"), seed(1, 2.0, 20, "abacus")));
  }

  private static SeedResult seed(long seed, double error, long left, String machine) {
    return new SeedResult(
        seed,
        error,
        0.5,
        null,
        1000,
        left,
        50,
        4000,
        List.of(0.5),
        60,
        "hash",
        Map.of("processor", machine, "cores", 2, "threads", 1, "processes", 2),
        Map.of("java", "25", "commit", "abc"));
  }

  @Test
  void thePageSaysWhatIsReachedAndWhatIsNot() {
    ReproductionResult result = sample();
    assertThat(page(result))
        .contains("the compression is reached and the error is no higher")
        .contains("| 1 | 2.00 % | 20 of 1000 | 50.0× |")
        .contains("Mean 1.50 % at 75.0×")
        .contains("| **75.0×** | 1.50 % |");
    assertThat(page(result.with(seed(2, 9, 900, "abacus"))))
        .contains("the compression is not reached and the error is 3.58 points higher")
        .contains("| 25.6× | 5.50 % |");
    assertThat(page(null)).contains("It was not run.");
  }

  @Test
  void oneEmptySeedIsNoEmptyNetwork() {
    Reproduction what = Reproduction.named("lenet-300-100-random-labels");
    ReproductionResult mixed =
        new ReproductionResult(
            what.name(), Map.of(), List.of(seed(1, 90, 0, "abacus"), seed(2, 90, 10, "abacus")));
    String page = new ResultPages(List.of(new ResultPages.Row(what, mixed))).page();
    assertThat(page)
        .contains("the empty network is not reached", "| some seeds empty |")
        .doesNotContain("**empty**");
    String all = new ResultPages(List.of(new ResultPages.Row(what, mixed.only(Set.of(1L))))).page();
    assertThat(all).contains("the empty network is reached", "**empty**");
  }

  @Test
  void thePageSaysWhichSeedRanOnWhat() {
    assertThat(page(sample()))
        .contains("\nAll seeds: 1 thread(s) each, 2 at once, on abacus with 2 cores; Java 25;");
    assertThat(page(sample().with(seed(3, 1, 10, "slide rule"))))
        .contains("\nSeeds [1, 2]: 1 thread(s) each, 2 at once, on abacus with")
        .contains("\nSeeds [3]: 1 thread(s) each, 2 at once, on slide rule with");
  }

  private static String page(@Nullable ReproductionResult result) {
    Reproduction what = Reproduction.named("lenet-300-100-sparse-vd");
    return new ResultPages(List.of(new ResultPages.Row(what, result))).page();
  }

  @Test
  void pagesAreMadeOfResults() throws IOException {
    ResultPages pages = ResultPages.read(ROOT.resolve("results"));
    assertThat(Files.readString(ROOT.resolve("docs/results.md"))).isEqualTo(pages.page());
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(pages.withTable(readme)).isEqualTo(readme);
  }

  @ParameterizedTest
  @MethodSource("results")
  void theZooHoldsTheModelOfSeedOne(ReproductionResult result) throws IOException {
    SeedResult seed = result.seed(1).orElseThrow();
    Path file = ROOT.resolve("zoo").resolve(result.name() + ".safetensors");
    ModelFile saved = ModelFile.load(file);
    Model model = saved.model();
    ModelSize size =
        ModelSize.of(Architectures.parse(model.architecture()).graph(), model, Files.size(file));
    assertThat(size.weights()).isEqualTo(seed.weights());
    assertThat(size.nonzeroWeights()).isEqualTo(seed.nonzeroWeights());
    assertThat(size.fileBytes()).isEqualTo(seed.fileBytes());
    assertThat(ModelFile.load(file).weightsSha256()).isEqualTo(seed.weightsSha256());

    String data = saved.provenance().getOrDefault("data", "");
    assumeTrue(isHere(data), "the images of " + data + " are not on this machine");
    double error = Evaluator.classify(model, Dataset.named(data).test()).errorPercent();
    assertThat(error).isEqualTo(seed.errorPercent());
  }

  /** Without a download: tests must not need the network. */
  private static boolean isHere(String data) throws IOException {
    for (DatasetListing known :
        new DatasetResolver(DataLocations.ofProcess(), DownloadListener.SILENT).list()) {
      if (data.startsWith(known.entry().name()) && known.present()) {
        return true;
      }
    }
    return false;
  }
}
