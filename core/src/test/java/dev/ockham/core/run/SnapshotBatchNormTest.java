package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Index.atIndex;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.BatchNorms;
import dev.ockham.core.prune.Mask;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Models made of networks with batch norm: folded, re-estimated for what pruning leaves. */
class SnapshotBatchNormTest {

  private static final double EPSILON = 1e-5;

  /** Two inputs, two hidden units with batch norm and ReLU, two classes; all by hand. */
  private static final Architecture SMALL = Architectures.parse("net:2-dense2-bn-relu-dense2");

  private static final Examples POINTS =
      Features.of(new float[][] {{0, 0}, {1, 0}, {0, 2}, {3, 2}}, new int[4]);

  private static Snapshot small(float[] theta1, float[] bias1, float[] gamma, float[] beta) {
    List<LayerSpec.Linear> specs = SMALL.linearLayers();
    float[] theta2 = {1, -2, 0.5f, 3};
    return new Snapshot(
        SMALL,
        Method.SPARSE_VD,
        3,
        new ModelLayer.InputScaling(0.5f, 2),
        List.of(
            new Snapshot.Layer(specs.get(0), theta1, new float[4], bias1),
            new Snapshot.Layer(specs.get(1), theta2, new float[4], new float[] {0.25f, -1})),
        new BatchNorms(List.of(new BatchNorms.Affine(gamma, beta)), POINTS));
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

  private static void assertLogits(SparseModel model, float[] example, double[] hidden) {
    float[] logits = model.logits(example, 1, 1);
    assertThat(logits[0]).isCloseTo((float) (0.25 + hidden[0] - 2 * hidden[1]), within(1e-5f));
    assertThat(logits[1]).isCloseTo((float) (-1 + 0.5 * hidden[0] + 3 * hidden[1]), within(1e-5f));
  }

  @Test
  void statisticsAreThoseOfTheWeightsThatStay() {
    float[] theta = {1, -0.5f, 0.25f, 2};
    float[] bias = {0.3f, -0.2f};
    float[] gamma = {1.5f, -0.7f};
    float[] beta = {0.1f, 0.4f};
    Snapshot snapshot = small(theta, bias, gamma, beta);
    float[] example = {2, -1};

    SparseModel whole = snapshot.masked(List.of(Mask.all(4), Mask.all(4)));
    assertLogits(whole, example, hiddenByHand(theta, bias, gamma, beta, example));
    assertThat(whole.layers()).as("nothing but the layers that models have").hasSize(5);

    Mask without3 = Mask.below(new float[] {0, 0, 0, 9}, 3);
    SparseModel masked = snapshot.masked(List.of(without3, Mask.all(4)));
    float[] left = {1, -0.5f, 0.25f, 0};
    assertLogits(masked, example, hiddenByHand(left, bias, gamma, beta, example));

    float[] before = whole.linearLayers().getFirst().weights().toDense();
    float[] after = masked.linearLayers().getFirst().weights().toDense();
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
    SparseModel masked = snapshot.masked(masks);
    SparseModel pruned = snapshot.pruned(masks);
    assertThat(masked.linearLayers().getFirst().bias().get(1))
        .as("β, not the bias")
        .isEqualTo(0.75f);
    assertThat(pruned.linearLayers().getFirst().weights().rows()).isEqualTo(1);
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
    assertThat(negative.pruned(masks).linearLayers().getLast().bias().get(0))
        .as("a ReLU stops a negative shift")
        .isEqualTo(0.25f);
  }

  /** The unit reads only an input that is the same in all calibration examples. */
  @Test
  void aUnitThatNeverChangedIsConstant() {
    Examples flat = Features.of(new float[][] {{0, 7}, {1, 7}, {0, 7}}, new int[3]);
    Snapshot snapshot =
        small(
            new float[] {1, 0, 0, 2},
            new float[] {0, 0},
            new float[] {1, 1},
            new float[] {0, 0.5f});
    Snapshot onFlat =
        new Snapshot(
            SMALL,
            Method.SPARSE_VD,
            3,
            snapshot.scaling(),
            snapshot.layers(),
            new BatchNorms(snapshot.norms().affines(), flat));
    List<Mask> all = List.of(Mask.all(4), Mask.all(4));
    ModelLayer.Linear folded = onFlat.masked(all).linearLayers().getFirst();
    assertThat(folded.bias().get(1)).isEqualTo(0.5f);
    assertThat(folded.weights().toDense()).contains(0f, atIndex(3));
    assertThat(onFlat.pruned(all).logits(new float[] {0, 100}, 1, 1))
        .isEqualTo(onFlat.pruned(all).logits(new float[] {0, 7}, 1, 1));
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
    SparseModel pruned = snapshot.pruned(none);
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
    for (LayerSpec.Linear spec : deep.linearLayers()) {
      float[] scores = normals(random, (int) spec.weights());
      layers.add(
          new Snapshot.Layer(
              spec,
              normals(random, (int) spec.weights()),
              scores,
              normals(random, spec.outputs())));
    }
    List<BatchNorms.Affine> affines = new ArrayList<>();
    for (LayerSpec.BatchNorm norm : deep.batchNorms()) {
      affines.add(
          new BatchNorms.Affine(normals(random, norm.units()), normals(random, norm.units())));
    }
    int count = 300; // more than one chunk
    Examples images = Features.of(new Shape(1, 8, 8), normals(random, count * 64), new int[count]);
    ModelLayer.Scaling scaling = new ModelLayer.InputScaling(0, 1);
    Snapshot snapshot =
        new Snapshot(deep, Method.SPARSE_VD, 0.8, scaling, layers, new BatchNorms(affines, images));
    SparseModel masked = snapshot.masked(snapshot.masksAt(0.8));
    requireMoments(masked, images, 2, 3, 36, affines.get(0));
    requireMoments(masked, images, 6, 5, 1, affines.get(1));
    float[] values = images.values(0, 50);
    float[] expected = masked.logits(values, 50, 1);
    float[] actual = snapshot.pruned(snapshot.masksAt(0.8)).logits(values, 50, 2);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(2e-5f));
    }
  }

  /** Units behind a folded batch norm have mean β and deviation |γ| on the calibration examples. */
  private static void requireMoments(
      SparseModel model,
      Examples images,
      int layers,
      int units,
      int positions,
      BatchNorms.Affine affine) {
    List<ModelLayer> prefix = new ArrayList<>(model.layers().subList(0, layers));
    prefix.add(new ModelLayer.Flatten());
    int size = units * positions;
    float[] outputs =
        new SparseModel("prefix", model.input(), size, prefix)
            .logits(images.values(0, images.count()), images.count(), 1);
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
      assertThat(mean).isCloseTo(affine.beta()[unit], within(1e-5));
      assertThat(Math.sqrt(squares / n - mean * mean))
          .isCloseTo(Math.abs(affine.gamma()[unit]), within(1e-4));
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
    BatchNorms.Affine affine = new BatchNorms.Affine(new float[1], new float[1]);
    Examples nothing = BatchNorms.NONE.calibration();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BatchNorms(List.of(affine), nothing))
        .withMessageContaining("1 batch norms and no examples");
  }
}
