package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.NoiseOutput;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.loss.ClassWeights;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.quality.UncertainNumbers;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.moment.Moments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that learn numbers, several labels, or classes that weigh unequally. */
class TargetKindsTest {

  private static final int INPUTS = 6;

  @TempDir private Path temp;

  private final Dataset numbers =
      Dataset.of("slopes", features(400, 1, true), features(200, 2, true));
  private final Dataset labels =
      Dataset.of("signs", features(400, 1, false), features(200, 2, false));

  /**
   * Numbers: 1000 + 20·(x0 − x1) with noise of deviation 5, and 0.01·x2 with noise of 0.002.
   * Labels: the signs of x0 and x1, a tenth of them wrong.
   */
  private static Features features(int count, long seed, boolean numbers) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count * INPUTS];
    float[] targets = new float[count * 2];
    byte[] holds = new byte[count * 2];
    for (int i = 0; i < count; i++) {
      int at = i * INPUTS;
      for (int k = 0; k < INPUTS; k++) {
        values[at + k] = (float) random.nextGaussian();
      }
      targets[2 * i] =
          (float) (1000 + 20 * (values[at] - values[at + 1]) + 5 * random.nextGaussian());
      targets[2 * i + 1] = (float) (0.01 * values[at + 2] + 0.002 * random.nextGaussian());
      for (int k = 0; k < 2; k++) {
        boolean is = values[at + k] > 0 ^ random.nextDouble() < 0.1;
        holds[2 * i + k] = (byte) (is ? 1 : 0);
      }
    }
    return Features.of(
        Shape.of(INPUTS), values, numbers ? Numbers.of(2, targets) : LabelSets.of(2, holds));
  }

  private static RunSpec spec(String method) {
    return RunSpec.defaults()
        .with("architecture", "net:6-dense12-relu-dense2")
        .with("method.name", method)
        .with("training.epochs", 40)
        .with("training.batch", 20)
        .with("training.threads", 2)
        .with("training.learning_rate.initial", 0.01)
        .with("data.validation", 0.2);
  }

  @Test
  void numbersGetTheirUnitsAndTheirNoise() throws Exception {
    TrainedRun run = Training.run(spec("none"), numbers, temp.resolve("run"));
    assertThat(run.record().spec().training().loss()).isEqualTo(LossKind.GAUSSIAN);
    Model model = ModelFile.load(run.folder().model()).model();
    Judge.OfNumbers judge = (Judge.OfNumbers) Judge.of(run.folder(), run.record());
    NumberPredictions found = judge.tally(model, numbers.test(), 1, _ -> {}).predictions();
    assertThat(found.of(0).rmse()).isBetween(4.0, 6.0);
    assertThat(found.of(1).rmse()).isBetween(0.0016, 0.0026);
    assertThat(found.of(0).r2()).isGreaterThan(0.95);
    // −log density of the true noise: ½ log 2πe and its logarithm.
    double least = 1.4189 + Math.log(5) + 1.4189 + Math.log(0.002);
    assertThat(found.nll()).isBetween(least - 0.15, least + 0.35);
    assertThat(found.of(0).coverage().get(0.9)).isBetween(0.83, 0.96);
    Score dense = Objects.requireNonNull(run.record().outcome()).rows().getFirst().score();
    EpochMetrics last =
        MetricsLog.read(run.folder().metrics(), run.snapshot().architecture()).getLast();
    assertThat(Objects.requireNonNull(dense).nll())
        .isCloseTo(Objects.requireNonNull(last.validation()).nll(), within(1e-3));
    assertThat(last.loss()).isEqualTo(LossKind.GAUSSIAN);
    assertThat(last.validation().rmse()).containsOnlyKeys("output 1", "output 2");
    assertThat(RunRecord.read(run.folder())).isEqualTo(run.record());
  }

  @Test
  void pruningKeepsUnitsAndNoise() throws Exception {
    RunSpec spec = spec("sparse-vd").with("training.epochs", 120);
    TrainedRun run = Training.run(spec, numbers, temp.resolve("run"));
    Model model = ModelFile.load(run.folder().model()).model();
    assertThat(model.graph().outputs()).hasSize(2);
    assertThat(model.nonZeroWeights()).isLessThan(run.snapshot().architecture().weights() / 2);
    Judge.OfNumbers judge = (Judge.OfNumbers) Judge.of(run.folder(), run.record());
    NumberPredictions found = judge.tally(model, numbers.test(), 2, _ -> {}).predictions();
    assertThat(found.of(0).r2()).isGreaterThan(0.9);
    assertThat(found.of(0).coverage().get(0.9)).isBetween(0.8, 0.97);
    UncertainNumbers drawn = MonteCarlo.numbers(run.folder(), true, numbers.test(), 20, 2, _ -> {});
    assertThat(drawn.beside(numbers.test()).of(0).rmse())
        .isCloseTo(found.of(0).rmse(), within(0.5));
    assertThat(drawn.modelVariance(0, 0)).isPositive();
    assertThat(Math.sqrt(drawn.noiseVariance(0, 0))).isBetween(3.5, 8.0);
    assertThat(drawn.interval(0, 0, 0.9).to()).isGreaterThan(drawn.mean(0, 0));
    requireMoments(run, drawn);
    // A model file alone says as much.
    Judge.OfNumbers alone = Judge.OfNumbers.of(model, List.of("a", "b"));
    assertThat(alone.tally(model, numbers.test(), 1, _ -> {}).predictions().nll())
        .isEqualTo(found.nll());
  }

  /** In closed form, from a file that keeps variances, against drawn networks. */
  private void requireMoments(TrainedRun run, UncertainNumbers drawn) throws Exception {
    List<Mask> masks = run.snapshot().masksAt(run.snapshot().threshold());
    ModelFile file =
        new ModelFile(
            run.snapshot().masked(masks),
            new TreeMap<>(),
            DataRules.NONE,
            run.snapshot().spread(masks).variances());
    file.save(temp.resolve("kept.safetensors"));
    ModelFile read = ModelFile.load(temp.resolve("kept.safetensors"));
    Moments moments = read.predictDistribution(numbers.test().values(0)).values().iterator().next();
    double deviation = Math.sqrt(drawn.modelVariance(0, 0));
    assertThat(moments.mean(0)).isCloseTo(drawn.mean(0, 0), within(1.5 * deviation));
    assertThat(Math.sqrt(moments.variance(0))).isBetween(0.4 * deviation, 2.5 * deviation);
  }

  /** The objective is Σ NLL / N + β·KL/N, each counted once, in the units of the data. */
  @Test
  void theEvidenceBoundIsWhatItSays() throws Exception {
    RunSpec spec =
        spec("sparse-vd")
            .with("training.epochs", 1)
            .with("training.pretrain_epochs", 1)
            .with("training.batch", 1000)
            .with("data.validation", 0);
    TrainedRun run = Training.run(spec, numbers, temp.resolve("run"));
    EpochMetrics first =
        MetricsLog.read(run.folder().metrics(), run.snapshot().architecture()).getFirst();
    // One step, whose loss is that of the initial network: by hand from that network.
    RunSpec still = spec.with("training.learning_rate.initial", 1e-12);
    TrainedRun initial = Training.run(still, numbers, temp.resolve("initial"));
    Model model = initial.snapshot().masked(initial.snapshot().masksAt(Double.POSITIVE_INFINITY));
    Numbers right = (Numbers) numbers.train().targets();
    double[] sum = {0};
    Evaluator.run(
        model,
        numbers.train(),
        1,
        _ -> {},
        (values, row, example) -> {
          for (int k = 0; k < 2; k++) {
            double logVariance = values.get(1)[2 * row + k];
            double apart = values.get(0)[2 * row + k] - right.value(example, k);
            sum[0] +=
                0.5 * (Math.log(2 * Math.PI) + logVariance + apart * apart / Math.exp(logVariance));
          }
        });
    assertThat(first.nll()).isCloseTo(sum[0] / numbers.train().count(), within(1e-3));
  }

  @Test
  void noiseOfASetDeviationIsALikelihoodToo() throws Exception {
    RunSpec spec =
        spec("none").with("training.loss", "squared").with("training.target_noise", 0.25);
    TrainedRun run = Training.run(spec, numbers, temp.resolve("run"));
    Model model = ModelFile.load(run.folder().model()).model();
    assertThat(model.graph().outputs()).hasSize(1);
    Judge.OfNumbers judge = (Judge.OfNumbers) Judge.of(run.folder(), run.record());
    NumberPredictions found = judge.tally(model, numbers.test(), 1, _ -> {}).predictions();
    assertThat(found.of(0).r2()).isGreaterThan(0.9);
    double deviation = 0.25 * Objects.requireNonNull(run.record().targets()).deviation().getFirst();
    double squares = found.of(0).rmse() * found.of(0).rmse() / deviation / deviation;
    assertThat(Objects.requireNonNull(found.of(0).nll()))
        .isCloseTo(0.5 * (Math.log(2 * Math.PI * deviation * deviation) + squares), within(1e-9));
  }

  @Test
  void huberGivesNoLikelihood() throws Exception {
    TrainedRun run =
        Training.run(spec("none").with("training.loss", "huber"), numbers, temp.resolve("run"));
    Score score =
        Objects.requireNonNull(
            Objects.requireNonNull(run.record().outcome()).rows().getFirst().score());
    assertThat(score.loss()).isEqualTo(LossKind.HUBER);
    assertThat(score.relativeErrors().get("output 1")).isLessThan(0.1);
    assertThat(Files.readString(run.folder().metrics()))
        .contains("\"loss_kind\":\"huber\"")
        .contains("\"validation_loss\":")
        .doesNotContain("nll");
    assertThat(RunRecord.read(run.folder()).outcome()).isEqualTo(run.record().outcome());
  }

  @Test
  void severalLabelsAtOnce() throws Exception {
    TrainedRun run = Training.run(spec("none"), labels, temp.resolve("run"));
    assertThat(run.record().spec().training().loss()).isEqualTo(LossKind.LABELS);
    LabelPredictions found =
        Evaluator.labels(ModelFile.load(run.folder().model()).model(), labels.test(), 1, _ -> {});
    assertThat(found.errorPercent()).isLessThan(20); // a tenth cannot be known
    assertThat(found.of(0).auroc()).isGreaterThan(0.85);
    EpochMetrics last =
        MetricsLog.read(run.folder().metrics(), run.snapshot().architecture()).getLast();
    assertThat(Objects.requireNonNull(last.validation()).loss()).isEqualTo(LossKind.LABELS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gaussian", "labels"})
  void aRunThatIsStoppedGoesOnAsIfItWasNot(String loss) throws Exception {
    Dataset data = loss.equals("labels") ? labels : numbers;
    RunSpec spec =
        spec("sparse-vd")
            .with("training.loss", loss)
            .with("training.epochs", 4)
            .with("data.name", data.name());
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    RunFolder cut = new RunFolder(temp.resolve("cut"));
    Training.train(spec, data, whole, false, TrainingListener.SILENT, () -> false);
    RunRecord.Status status;
    do {
      AtomicInteger steps = new AtomicInteger();
      status =
          Training.train(
                  spec,
                  data,
                  cut,
                  true,
                  TrainingListener.SILENT,
                  () -> steps.incrementAndGet() > 11)
              .status();
    } while (status != RunRecord.Status.FINISHED);
    assertThat(Checkpoint.read(cut).content().weightsSha256())
        .isEqualTo(Checkpoint.read(whole).content().weightsSha256());
    assertThat(Files.readAllBytes(cut.model())).isEqualTo(Files.readAllBytes(whole.model()));
  }

  @Test
  void theBestEpochCountsAndARunThatIsStoppedFindsItToo() throws Exception {
    RunSpec spec =
        spec("none")
            .with("training.epochs", 60)
            .with("training.learning_rate.initial", 0.05)
            .with("training.early_stopping.patience", 3)
            .with("data.name", numbers.name());
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    RunFolder cut = new RunFolder(temp.resolve("cut"));
    List<String> lines = new ArrayList<>();
    Training.train(spec, numbers, whole, false, TrainingListener.lines(lines::add), () -> false);
    RunRecord.Status status;
    do {
      AtomicInteger steps = new AtomicInteger();
      status =
          Training.train(
                  spec,
                  numbers,
                  cut,
                  true,
                  TrainingListener.SILENT,
                  () -> steps.incrementAndGet() > 25)
              .status();
    } while (status != RunRecord.Status.FINISHED);
    assertThat(Checkpoint.read(cut).content().weightsSha256())
        .isEqualTo(Checkpoint.read(whole).content().weightsSha256());
    List<EpochMetrics> epochs = MetricsLog.read(whole.metrics(), architecture(whole));
    int kept = Checkpoint.read(whole).position().epoch();
    assertThat(epochs).hasSizeLessThan(60).hasSize(kept + 3);
    double least = Objects.requireNonNull(epochs.get(kept - 1).validation()).nll();
    assertThat(epochs)
        .allSatisfy(each ->
            assertThat(Objects.requireNonNull(each.validation()).nll())
                .isGreaterThanOrEqualTo(least));
    assertThat(lines)
        .hasSize(epochs.size() + 1)
        .last()
        .isEqualTo("epoch %s of %s is the best, and kept".formatted(kept, epochs.size()));
    assertThat(lines.getFirst()).startsWith("epoch 1/60  nll ");
  }

  private static Architecture architecture(RunFolder folder) throws Exception {
    return folder.architecture(RunRecord.read(folder).spec());
  }

  @Test
  void weightsOfClassesHaveAMeanOfOne() {
    int[] labels = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2};
    List<Double> balanced = ClassWeights.of(List.of(), labels, 3);
    assertThat(balanced.get(0) * 6).isCloseTo(10.0 / 3, within(1e-12));
    assertThat(balanced.get(2)).isCloseTo(10.0 / 3, within(1e-12));
    List<Double> given = ClassWeights.of(List.of(1.0, 2.0, 4.0), labels, 3);
    assertThat((6 * given.get(0) + 3 * given.get(1) + given.get(2)) / 10)
        .isCloseTo(1, within(1e-12));
    assertThat(given.get(2) / given.get(0)).isCloseTo(4, within(1e-12));
  }

  @Test
  void dataWithoutWhatALossNeedsAreRefused() {
    assertThatThrownBy(() ->
            Training.run(
                spec("none").with("training.loss", "gaussian"), labels, temp.resolve("run")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("training.loss is gaussian, but data 'signs' have no numbers");
    assertThatThrownBy(() ->
            Training.run(
                spec("none").with("architecture", "net:6-dense12-relu-dense3"),
                numbers,
                temp.resolve("run")))
        .hasMessageContaining("gives dense2 of 3, but 'slopes' has 2 numbers");
    assertThatThrownBy(
            () -> spec("none").with("training.label_smoothing", 0.1).with("training.loss", "huber"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("has no use for it");
  }

  @Test
  void theNoiseIsAnOutputOfTheNetwork() throws Exception {
    TrainedRun run =
        Training.run(spec("none").with("training.epochs", 1), numbers, temp.resolve("run"));
    assertThat(run.snapshot().architecture().graph().outputs())
        .containsExactly("dense2", NoiseOutput.NAME);
  }
}
