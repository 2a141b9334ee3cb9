package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.Standardization;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures in colour: each channel has a mean and a deviation, which become part of the model. */
class ColourTrainingTest {

  private static final int SIDE = 6;
  private static final int PLANE = SIDE * SIDE;

  @TempDir private Path temp;

  private final Dataset data =
      Dataset.of(
          "colours",
          2,
          DataRules.ofClasses(List.of("blue", "red")),
          pictures(200, 1),
          pictures(40, 2),
          "here");

  private final RunSpec spec =
      RunSpec.of(Architectures.parse("net:3x6x6-conv4x3-relu-flatten-dense2"))
          .bayesian(Method.SPARSE_VD)
          .withEpochs(2)
          .withBatch(20)
          .withLearningRate(0.01)
          .withThreads(1);

  /** Channels of very unlike brightness; the class is the sign of a small part of the third. */
  private static Images pictures(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[count * 3 * PLANE];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % 2);
      for (int p = 0; p < PLANE; p++) {
        int at = i * 3 * PLANE + p;
        pixels[at] = (byte) random.nextInt(256);
        pixels[at + PLANE] = (byte) (200 + random.nextInt(40));
        pixels[at + 2 * PLANE] = (byte) (10 + random.nextInt(4) + 2 * labels[i]);
      }
    }
    return Images.copyOf(3, SIDE, SIDE, pixels, labels);
  }

  private static float[] numbers(Model model, String slot) {
    Node node = Standardization.of(model).orElseThrow();
    return model.value(Objects.requireNonNull(node.parameters().get(slot))).toDense();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"net:3x6x6-conv4x3-relu-flatten-dense2", "net:3x6x6-flatten-dense2", "mlp:108-2"})
  void whatIsTrainedIsWhatIsSaved(String architecture) throws Exception {
    TrainedRun run =
        Training.run(spec.with("architecture", architecture), data, temp.resolve("run"));
    ModelFile whole = run.prunedAt(Double.POSITIVE_INFINITY);
    assertThat(Evaluator.classify(whole.model(), run.validation(data)).nll())
        .as("Java on the exported model, libtorch on the live one")
        .isCloseTo((Double) run.record().last().get("validation_nll"), within(1e-4));
    assertThat(run.record().data().inputMean()).isZero();
    assertThat(run.record().data().inputScale()).isEqualTo(1);
    float[] mean = run.snapshot().scaling().mean();
    assertThat(mean).hasSize(3);
    assertThat(mean[1]).isCloseTo(219.5f, within(1f));
    assertThat(mean[2]).isCloseTo(12.5f, within(0.2f));
    assertThat(run.snapshot().scaling().scale()[1]).isCloseTo(1 / 11.54f, within(0.002f));
  }

  @Test
  void numbersThatAreGivenGoBeforeThoseThatAreMeasured() throws Exception {
    TrainedRun run =
        Training.run(
            spec.with("data.mean", "0.485 0.456 0.406").with("data.deviation", "[0.2,0.25,0.5]"),
            data,
            temp.resolve("run"));
    Model model = run.prunedAt(Double.POSITIVE_INFINITY).model();
    assertThat(Standardization.of(model).orElseThrow().operator())
        .isEqualTo(new Standardize(Standardize.Each.UNIT));
    assertThat(numbers(model, "mean")).containsExactly(0.485f * 255, 0.456f * 255, 0.406f * 255);
    assertThat(numbers(model, "scale"))
        .containsExactly((float) (1 / 51.0), (float) (1 / 63.75), (float) (1 / 127.5));
    assertThat(RunRecord.read(run.folder()).spec().data().mean())
        .containsExactly(0.485, 0.456, 0.406);
  }

  @Test
  void oneNumberStandsForAllChannelsAndForGrey() throws Exception {
    TrainedRun colour =
        Training.run(
            spec.with("data.mean", "0.5").with("data.deviation", "0.2"), data, temp.resolve("a"));
    assertThat(colour.snapshot().scaling().mean()).containsExactly(127.5f, 127.5f, 127.5f);
    Dataset grey =
        Dataset.of(
            "grey",
            Images.copyOf(1, 1, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, new byte[] {0, 1, 0, 1}),
            Images.copyOf(1, 1, 2, new byte[] {1, 2, 3, 4}, new byte[] {0, 1}));
    TrainedRun run =
        Training.run(
            spec.with("architecture", "mlp:2-2").with("data.mean", "0.5"), grey, temp.resolve("b"));
    assertThat(run.record().data().inputMean()).isEqualTo(127.5);
    assertThat(run.record().data().inputScale()).isGreaterThan(0.1);
  }

  @Test
  void anotherNumberOfNumbersIsRefused() {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(
            () -> Training.run(spec.with("data.mean", "0.5 0.5"), data, temp.resolve("run")))
        .withMessage("data.mean has 2 numbers, but the data have 3 channels");
    Dataset features =
        Dataset.of(
            "two",
            Features.of(new float[][] {{1, 2}, {3, 4}}, new int[] {0, 1}),
            Features.of(new float[][] {{1, 2}}, new int[] {0}));
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() ->
            Training.run(
                spec.with("architecture", "mlp:2-2").with("data.deviation", "1 2 3"),
                features,
                temp.resolve("run2")))
        .withMessage("data.deviation has 3 numbers, but the data have 2 features");
  }

  @Test
  void classNamesGoIntoEveryFile() throws Exception {
    TrainedRun run = Training.run(spec, data, temp.resolve("run"));
    assertThat(RunRecord.read(run.folder()).data().rules().classes())
        .containsExactly("blue", "red");
    assertThat(ModelFile.load(run.folder().model()).rules().classes())
        .containsExactly("blue", "red");
    assertThat(run.prunedAt(0).rules().classes()).containsExactly("blue", "red");
  }
}
