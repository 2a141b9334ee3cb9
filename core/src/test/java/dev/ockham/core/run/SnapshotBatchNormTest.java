package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Index.atIndex;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Mask;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Models made of networks with batch norm: folded, re-estimated for what pruning leaves. */
class SnapshotBatchNormTest {

  private static final double EPSILON = 1e-5;

  /** Two inputs, two hidden units with batch norm and ReLU, two classes; all by hand. */
  private static final Architecture SMALL = Architectures.parse("net:2-dense2-bn-relu-dense2");

  private static final Examples POINTS =
      Features.of(new float[][] {{0, 0}, {1, 0}, {0, 2}, {3, 2}}, new int[4]);

  private static Snapshot small(float[] theta1, float[] bias1, float[] gamma, float[] beta) {
    return small(theta1, bias1, gamma, beta, POINTS);
  }

  private static Snapshot small(
      float[] theta1, float[] bias1, float[] gamma, float[] beta, Examples calibration) {
    List<WeightTensor> weights = SMALL.weightTensors();
    float[] theta2 = {1, -2, 0.5f, 3};
    return new Snapshot(
        SMALL,
        Method.SPARSE_VD,
        3,
        InputScaling.all(0.5f, 2),
        List.of(
            new Snapshot.Layer(weights.get(0), theta1, new float[4]),
            new Snapshot.Layer(weights.get(1), theta2, new float[4])),
        new TreeMap<>(
            Map.of(
                "dense1.bias", bias1,
                "bn1.scale", gamma,
                "bn1.shift", beta,
                "dense2.bias", new float[] {0.25f, -1})),
        calibration);
  }

  /** The textbook formula on each unit's values over {@link #POINTS}, and a ReLU behind it. */
  private static double[] hiddenByHand(
      float[] theta1, float[] bias1, float[] gamma, float[] beta, float[] example) {
    double[] result = new double[2];
    for (int unit = 0; unit < 2; unit++) {
      double mean = 0;
      double variance = 0;
      for (int i = 0; i < 4; i++) {
        mean += unit(theta1, bias1, unit, POINTS.values(i)) / 4;
      }
      for (int i = 0; i < 4; i++) {
        double above = unit(theta1, bias1, unit, POINTS.values(i)) - mean;
        variance += above * above / 4;
      }
      double x = unit(theta1, bias1, unit, example);
      double normed = gamma[unit] * (x - mean) / Math.sqrt(variance + EPSILON) + beta[unit];
      result[unit] = Math.max(0, normed);
    }
    return result;
  }

  private static double unit(float[] theta, float[] bias, int unit, float[] raw) {
    double sum = bias[unit];
    for (int i = 0; i < 2; i++) {
      sum += theta[2 * unit + i] * (raw[i] - 0.5) * 2;
    }
    return sum;
  }

  private static void assertLogits(Model model, float[] example, double[] hidden) {
    float[] logits = Plan.of(model).run(example, 1, 1);
    assertThat(logits[0]).isCloseTo((float) (0.25 + hidden[0] - 2 * hidden[1]), within(1e-5f));
    assertThat(logits[1]).isCloseTo((float) (-1 + 0.5 * hidden[0] + 3 * hidden[1]), within(1e-5f));
  }

  /** Weights that a norm scales have variances that are scaled by the square: α stays. */
  @Test
  void variancesAreFoldedWithTheirWeights() throws Exception {
    float[] theta = {1, -0.5f, 0.25f, 2};
    Snapshot snapshot = small(theta, new float[2], new float[] {1.5f, -0.7f}, new float[2]);
    List<Mask> masks = List.of(Mask.all(4), Mask.all(4));
    var spread = snapshot.spread(masks);
    assertThat(spread.model()).isEqualTo(snapshot.masked(masks));
    float[] folded = spread.model().value("dense1.weight").toDense();
    float[] variances = Objects.requireNonNull(spread.variances().get("dense1.weight")).toDense();
    float[] last = Objects.requireNonNull(spread.variances().get("dense2.weight")).toDense();
    for (int i = 0; i < 4; i++) {
      assertThat(folded[i]).isNotCloseTo(theta[i], within(0.01f));
      // log α is 0 here: the variance is the square of the weight.
      assertThat(variances[i]).isCloseTo(folded[i] * folded[i], within(1e-5f));
      float own = spread.model().value("dense2.weight").toDense()[i];
      assertThat(last[i]).isCloseTo(own * own, within(1e-5f));
    }
  }

  @Test
  void statisticsAreThoseOfTheWeightsThatStay() {
    float[] theta = {1, -0.5f, 0.25f, 2};
    float[] bias = {0.3f, -0.2f};
    float[] gamma = {1.5f, -0.7f};
    float[] beta = {0.1f, 0.4f};
    Snapshot snapshot = small(theta, bias, gamma, beta);
    float[] example = {2, -1};

    Model whole = snapshot.masked(List.of(Mask.all(4), Mask.all(4)));
    assertLogits(whole, example, hiddenByHand(theta, bias, gamma, beta, example));
    assertThat(whole.graph().nodes().stream().map(node -> node.operator().kind()))
        .containsExactly("standardize", "linear", "activation", "linear");

    Mask without3 = Mask.below(new float[] {0, 0, 0, 9}, 3);
    Model masked = snapshot.masked(List.of(without3, Mask.all(4)));
    float[] left = {1, -0.5f, 0.25f, 0};
    assertLogits(masked, example, hiddenByHand(left, bias, gamma, beta, example));

    float[] before = whole.value("dense1.weight").toDense();
    float[] after = masked.value("dense1.weight").toDense();
    assertThat(after[0]).as("its unit lost nothing").isEqualTo(before[0]);
    assertThat(after[2])
        .as("w·γ/√(v + ε); the input is -1, 1, -1 and 5, so its variance is 6")
        .isCloseTo((float) (0.25 * -0.7 / Math.sqrt(6 * 0.25 * 0.25 + EPSILON)), within(1e-6f));
    assertThat(after[2]).isNotCloseTo(before[2], within(0.1f));
  }

  /** methods.md, section 9: the shift of a removed unit still reaches the next layer. */
  @Test
  void aRemovedUnitStillSendsItsShift() {
    float[] theta = {1, -0.5f, 0.25f, 2};
    Snapshot snapshot =
        small(theta, new float[] {0.3f, 40}, new float[] {1.5f, -3}, new float[] {0.1f, 0.75f});
    List<Mask> masks = List.of(Mask.below(new float[] {0, 0, 9, 9}, 3), Mask.all(4));
    Model masked = snapshot.masked(masks);
    Model pruned = snapshot.pruned(masks);
    assertThat(masked.value("dense1.bias").toDense()[1]).as("β, not the bias").isEqualTo(0.75f);
    assertThat(pruned.value("dense1.weight").rows()).isEqualTo(1);
    for (float[] example : new float[][] {{0, 0}, {3, -7}, {-2, 5}}) {
      double[] hidden =
          hiddenByHand(
              new float[] {1, -0.5f, 0, 0},
              new float[] {0.3f, 40},
              new float[] {1.5f, -3},
              new float[] {0.1f, 0.75f},
              example);
      assertThat(hidden[1]).isEqualTo(0.75);
      assertLogits(masked, example, hidden);
      assertLogits(pruned, example, hidden);
    }
    Snapshot negative =
        small(theta, new float[] {0.3f, 40}, new float[] {1.5f, -3}, new float[] {0.1f, -0.75f});
    assertThat(negative.pruned(masks).value("dense2.bias").toDense()[0])
        .as("a ReLU stops a negative shift")
        .isEqualTo(0.25f);
  }

  /** The unit reads only an input that is the same in all calibration examples. */
  @Test
  void aUnitThatNeverChangedIsConstant() {
    Examples flat = Features.of(new float[][] {{0, 7}, {1, 7}, {0, 7}}, new int[3]);
    Snapshot onFlat =
        small(
            new float[] {1, 0, 0, 2},
            new float[] {0, 0},
            new float[] {1, 1},
            new float[] {0, 0.5f},
            flat);
    List<Mask> all = List.of(Mask.all(4), Mask.all(4));
    Model folded = onFlat.masked(all);
    assertThat(folded.value("dense1.bias").toDense()[1]).isEqualTo(0.5f);
    assertThat(folded.value("dense1.weight").toDense()).contains(0f, atIndex(3));
    assertThat(Plan.of(onFlat.pruned(all)).run(new float[] {0, 100}, 1, 1))
        .isEqualTo(Plan.of(onFlat.pruned(all)).run(new float[] {0, 7}, 1, 1));
  }

  @Test
  void aLayerThatLosesAllItsWeightsIsConstant() {
    Snapshot snapshot =
        small(
            new float[] {1, -0.5f, 0.25f, 2},
            new float[] {0.3f, 40},
            new float[] {1.5f, -3},
            new float[] {0.5f, 0.75f});
    List<Mask> none = List.of(Mask.below(new float[] {9, 9, 9, 9}, 3), Mask.all(4));
    Model pruned = snapshot.pruned(none);
    assertThat(pruned.nonZeroWeights()).isZero();
    assertLogits(pruned, new float[] {5, -3}, new double[] {0.5, 0.75});
    assertLogits(snapshot.masked(none), new float[] {5, -3}, new double[] {0.5, 0.75});
  }

  /**
   * Channels share statistics over positions; a second batch norm sees what the first one gives.
   */
  @Test
  void deepNetworksAreNormalisedLayerByLayer() {
    Architecture deep =
        Architectures.parse("net:1x8x8-conv3x3-bn-relu-pool2-flatten-dense5-bn-relu-dense4");
    SplittableRandom random = new SplittableRandom(11);
    List<Snapshot.Layer> layers = new ArrayList<>();
    for (WeightTensor weights : deep.weightTensors()) {
      float[] scores = normals(random, (int) weights.weights());
      layers.add(new Snapshot.Layer(weights, normals(random, (int) weights.weights()), scores));
    }
    SortedMap<String, float[]> plain = new TreeMap<>();
    for (Parameter parameter : deep.graph().parameters()) {
      if (!parameter.role().prunable()) {
        plain.put(parameter.name(), normals(random, parameter.shape().size()));
      }
    }
    int count = 300; // more than one block
    Examples images = Features.of(Shape.of(1, 8, 8), normals(random, count * 64), new int[count]);
    Snapshot snapshot =
        new Snapshot(deep, Method.SPARSE_VD, 0.8, InputScaling.all(0, 1), layers, plain, images);
    Model masked = snapshot.masked(snapshot.masksAt(0.8));
    requireMoments(masked, images, "conv1", plain, "bn1");
    requireMoments(masked, images, "dense1", plain, "bn2");
    float[] values = images.values(0, 50);
    float[] expected = Plan.of(masked).run(values, 50, 1);
    float[] actual = Plan.of(snapshot.pruned(snapshot.masksAt(0.8))).run(values, 50, 2);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(2e-5f));
    }
  }

  /** Units behind a folded batch norm have mean β and deviation |γ| on the calibration examples. */
  private static void requireMoments(
      Model model, Examples images, String node, SortedMap<String, float[]> plain, String norm) {
    Graph graph = model.graph();
    Graph prefix = new Graph(graph.inputs(), graph.parameters(), graph.nodes(), List.of(node));
    float[] outputs =
        Plan.of(new Model("prefix", prefix, model.values()))
            .run(images.values(0, images.count()), images.count(), 1);
    int size = graph.shape(node).size();
    int units = graph.units(node);
    int positions = size / units;
    float[] gamma = Objects.requireNonNull(plain.get(norm + ".scale"));
    float[] beta = Objects.requireNonNull(plain.get(norm + ".shift"));
    for (int unit = 0; unit < units; unit++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < images.count(); i++) {
        for (int p = 0; p < positions; p++) {
          double value = outputs[i * size + unit * positions + p];
          sum += value;
          squares += value * value;
        }
      }
      int n = images.count() * positions;
      double mean = sum / n;
      assertThat(mean).isCloseTo(beta[unit], within(1e-5));
      assertThat(Math.sqrt(squares / n - mean * mean))
          .isCloseTo(Math.abs(gamma[unit]), within(1e-4));
    }
  }

  private static float[] normals(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void statisticsNeedExamples() {
    Model unknown =
        small(new float[4], new float[2], new float[2], new float[2], Snapshot.NO_EXAMPLES)
            .masked(List.of(Mask.all(4), Mask.all(4)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.of(unknown).run(new float[2], 1, 1))
        .withMessageContaining("node 'bn1' (normalize): its statistics are missing");
  }
}
