package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The models of the zoo mean what they have always meant: their files hold the same weights, and
 * equal inputs give logits of equal bits, on every machine, since the runtime is plain Java.
 *
 * <p>{@code -Dockham.goldens=write} records what this build computes in {@code goldens-zoo.json}.
 */
class GoldenZooTest {

  private static final GoldenFile<Golden> RECORDED =
      new GoldenFile<>("goldens-zoo.json", Golden.class);
  private static final int INPUTS = 16;

  /**
   * What is known of a model.
   *
   * @param weights of its matrices, biases not counted
   * @param nonZeroWeights of these
   * @param weightsSha256 as {@code ockham evaluate} prints it
   * @param logitsSha256 of the bits of the logits of all inputs
   */
  record Golden(long weights, long nonZeroWeights, String weightsSha256, String logitsSha256) {}

  @Test
  void everyModelOfTheZooIsWhatItWas() throws IOException {
    SortedMap<String, Golden> zoo = new TreeMap<>();
    for (Path file : files()) {
      zoo.put(String.valueOf(file.getFileName()), golden(file));
    }
    assertThat(zoo).isNotEmpty();
    if (GoldenFile.writing()) {
      RECORDED.write(zoo);
    }
    assertThat(zoo)
        .as("to record these: " + GoldenFile.REFRESH, "GoldenZooTest")
        .containsExactlyEntriesOf(RECORDED.read());
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(SourceTree.root().resolve("zoo"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static Golden golden(Path file) throws IOException {
    ModelFile stored = ModelFile.load(file);
    Model model = stored.model();
    return new Golden(
        model.weightCount(),
        model.nonZeroWeights(),
        stored.weightsSha256(),
        GoldenFile.sha256(Plan.of(model).run(inputs(model.input().size()), INPUTS, 1)));
  }

  /** Raw pixels: the first input is nearly dark, each one after it has more that are not. */
  private static float[] inputs(int pixels) {
    SplittableRandom random = new SplittableRandom(1);
    float[] inputs = new float[INPUTS * pixels];
    for (int i = 0; i < inputs.length; i++) {
      int value = random.nextInt(256);
      inputs[i] = random.nextInt(INPUTS) <= i / pixels ? value : 0;
    }
    return inputs;
  }
}
