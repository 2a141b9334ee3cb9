package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.core.target.Numbers;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trained network of numbers is, before the first step, what it was. */
class NumberStartTest {

  private static final int INPUTS = 4;
  private static final Dataset DATA = Dataset.of("slopes", features(200, 1), features(100, 2));

  @TempDir static Path shared;

  @TempDir private Path temp;

  private static Model model;
  private static NumberPredictions own;

  /** Far from a mean of 0 and a deviation of 1, so that scaling twice shows. */
  private static Features features(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count * INPUTS];
    float[] targets = new float[count * 2];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < INPUTS; k++) {
        values[i * INPUTS + k] = (float) random.nextGaussian();
      }
      double slope = values[i * INPUTS] - values[i * INPUTS + 1];
      targets[2 * i] = (float) (1000 + 20 * slope + 5 * random.nextGaussian());
      targets[2 * i + 1] = (float) (0.01 * values[i * INPUTS + 2] + 0.002 * random.nextGaussian());
    }
    return Features.of(Shape.of(INPUTS), values, Numbers.of(2, targets));
  }

  private static RunSpec spec() {
    return RunSpec.defaults()
        .with("data.name", "slopes")
        .with("architecture", "net:4-dense8-relu-dense2")
        .with("method.name", "none")
        .with("training.epochs", 20)
        .with("training.batch", 20)
        .with("training.threads", 1)
        .with("training.learning_rate.initial", 0.01)
        .with("data.validation", 0.5);
  }

  @BeforeAll
  static void trainTheNetwork() throws Exception {
    var run = Training.run(spec(), DATA, shared.resolve("run"));
    Path file = shared.resolve("model.safetensors");
    model = whole(run.snapshot());
    run.record().modelFile(model).save(file);
    Files.write(
        shared.resolve("model.onnx"),
        OnnxWriter.write(model, OnnxMetadata.NONE, false).toByteArray());
    own = asked(model);
    assertThat(own.rmse()).isLessThan(15);
  }

  private static Model whole(Snapshot snapshot) {
    return snapshot.masked(
        snapshot.layers().stream().map(layer -> Mask.all(layer.theta().length)).toList());
  }

  private static NumberPredictions asked(Model asked) {
    Judge.OfNumbers judge = Judge.OfNumbers.of(asked, List.of("first", "second"));
    return judge.tally(asked, DATA.test(), 1, _ -> {}).predictions();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "model.safetensors", "model.onnx"})
  void itStartsAsWhatItComesFrom(String name) throws Exception {
    String from = shared.resolve(name).toString();
    RunSpec start = spec().with("training.init_from", from);
    // Another run's inputs are scaled by the data; what a model scales, it scales itself.
    RunSpec its =
        name.equals("run")
            ? start
            : start
                .with("architecture", from)
                .with("data.split_seed", 7)
                .with("data.validation", 0.2);
    RunFolder folder = new RunFolder(temp.resolve("new"));
    Training.train(its, DATA, folder, false, TrainingListener.SILENT, () -> true);
    requireSame(whole(Snapshot.read(folder)));
    // It goes on from there, and its own model can be started from in turn.
    RunRecord done = Training.train(its, DATA, folder, true, TrainingListener.SILENT, () -> false);
    assertThat(done.status()).isEqualTo(RunRecord.Status.FINISHED);
    Model trained = whole(Snapshot.read(folder));
    assertThat(asked(trained).rmse()).isLessThan(15);
    assertThat(scalings(trained)).isLessThanOrEqualTo(scalings(model));
    RunFolder third = new RunFolder(temp.resolve("third"));
    RunSpec again = its.with("training.init_from", folder.root());
    Training.train(again, DATA, third, false, TrainingListener.SILENT, () -> true);
    assertThat(asked(whole(Snapshot.read(third))).rmse())
        .isCloseTo(asked(trained).rmse(), within(1e-4));
  }

  private static void requireSame(Model now) {
    NumberPredictions start = asked(now);
    assertThat(start.of(0).rmse()).isCloseTo(own.of(0).rmse(), within(1e-4 * own.of(0).rmse()));
    assertThat(start.of(1).rmse()).isCloseTo(own.of(1).rmse(), within(1e-4 * own.of(1).rmse()));
    assertThat(start.nll()).isCloseTo(own.nll(), within(1e-3));
  }

  private static long scalings(Model of) {
    return of.graph().nodes().stream()
        .filter(node -> node.operator() instanceof Standardize)
        .count();
  }

  @Test
  void aProgramsModelStartsAsItIs() throws Exception {
    var run =
        Training.run(
            spec().with("training.learning_rate.initial", 1e-9).withEpochs(1),
            TrainedWeights.of("slopes", model),
            DATA,
            temp.resolve("own"),
            TrainingListener.SILENT);
    requireSame(whole(run.snapshot()));
  }

  /** A linear layer without a bias gets one, since there is something to shift. */
  @Test
  void aBareLayerIsShiftedToo() throws Exception {
    Model bare = bare("y");
    NumberPredictions before = asked(bare);
    var run =
        Training.run(
            spec()
                .with("data.mean", List.of(0.0))
                .with("data.deviation", List.of(1.0))
                .with("training.learning_rate.initial", 1e-9)
                .withEpochs(1),
            TrainedWeights.of("bare", bare),
            DATA,
            temp.resolve("own"),
            TrainingListener.SILENT);
    NumberPredictions after = asked(whole(run.snapshot()));
    assertThat(after.of(0).rmse()).isCloseTo(before.of(0).rmse(), within(0.01));
    assertThat(after.of(1).rmse()).isCloseTo(before.of(1).rmse(), within(1e-4));
  }

  @Test
  void whatCannotBeUndoneIsRefused() {
    assertThatThrownBy(() ->
            Training.run(
                spec(),
                TrainedWeights.of("bent", bare("bent")),
                DATA,
                temp.resolve("own"),
                TrainingListener.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its output 'bent' (activation)")
        .hasMessageContaining("last layer is linear");
    assertThat(temp.resolve("own")).doesNotExist();
  }

  private static Model bare(String output) {
    Map<String, DenseMatrix> numbers = new HashMap<>();
    numbers.put("y.weight", DenseMatrix.of(2, INPUTS, new float[] {20, -20, 0, 0, 0, 0, 9e-3f, 0}));
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Node("y", new Linear(2), List.of("x"), Map.of("weight", "y.weight")));
    if (!output.equals("y")) {
      nodes.add(new Node(output, new Activation(Activation.Function.RELU, 0, 0), List.of("y")));
    }
    return new Model(
        "bare",
        new Graph(
            List.of(new Input("x", Shape.of(INPUTS))),
            List.of(new Parameter("y.weight", Shape.of(2, INPUTS), Role.WEIGHT)),
            nodes,
            List.of(output)),
        Map.copyOf(numbers));
  }
}
