package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.ModelLayer.Conv2d;
import dev.ockham.runtime.model.ModelLayer.Dense;
import dev.ockham.runtime.model.ModelLayer.Flatten;
import dev.ockham.runtime.model.ModelLayer.InputScaling;
import dev.ockham.runtime.model.ModelLayer.MaxPool2d;
import dev.ockham.runtime.model.ModelLayer.Relu;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompactionTest {
  @Test
  void foldsConstantsThroughReluAndDropsUnusedUnits() {
    SparseModel model =
        model(
            Shape.flat(2),
            1,
            // unit 0 lives; 1 is the constant 3; 2 is the constant -4, cut to 0; 3 is unused
            dense("a", 4, 2, new float[] {1, 2, 0, 0, 0, 0, 5, 5}, 0.5f, 3, -4, 9),
            new Relu(),
            dense("b", 1, 4, new float[] {1, 10, 100, 0}, 0.25f));

    assertThat(Compaction.compact(model))
        .isEqualTo(
            model(
                Shape.flat(2),
                1,
                dense("a", 1, 2, new float[] {1, 2}, 0.5f),
                new Relu(),
                dense("b", 1, 1, new float[] {1}, 30.25f)));
  }

  @Test
  void foldsADeadChannelThroughPoolingAndFlattenAndKeepsTheColumnsOfTheLiving() {
    SparseModel model =
        model(
            new Shape(1, 4, 4),
            2,
            new Conv2d("c", 1, 1, DenseMatrix.of(2, 1, new float[] {0, 1}), Bias.of(2, 7)),
            new MaxPool2d(2),
            new Flatten(),
            dense("f", 2, 8, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, 1, 1, 1, 1}, 0, -1));

    assertThat(Compaction.compact(model))
        .isEqualTo(
            model(
                new Shape(1, 4, 4),
                2,
                new Conv2d("c", 1, 1, DenseMatrix.of(1, 1, new float[] {1}), Bias.of(7)),
                new MaxPool2d(2),
                new Flatten(),
                dense("f", 2, 4, new float[] {5, 6, 7, 8, 1, 1, 1, 1}, 20, 1)));
  }

  @Test
  void foldsAConstantIntoAConvolutionOverItsWholeKernel() {
    SparseModel model =
        model(
            new Shape(1, 2, 2),
            1,
            new Conv2d("c1", 1, 1, DenseMatrix.of(2, 1, new float[] {1, 0}), Bias.of(0, 3)),
            new InputScaling(1, 2), // the constant becomes 4
            new Conv2d(
                "c2",
                2,
                2,
                DenseMatrix.of(1, 8, new float[] {1, 0, 0, 0, 1, 2, 3, 4}),
                Bias.of(1)));

    SparseModel compacted = Compaction.compact(model);

    assertThat(compacted.layers().getLast())
        .isEqualTo(
            new Conv2d("c2", 2, 2, DenseMatrix.of(1, 4, new float[] {1, 0, 0, 0}), Bias.of(41)));
  }

  @Test
  void removalsCascadeInBothDirections() {
    // a0 -> b0 -> c0 lives. a1 feeds b1 only, which nothing reads. b2 reads nothing, and c1 reads
    // b2
    // only, so c1 is a constant too.
    SparseModel model =
        model(
            Shape.flat(1),
            1,
            dense("a", 2, 1, new float[] {1, 1}, 0, 0),
            new Relu(),
            dense("b", 3, 2, new float[] {1, 0, 0, 1, 0, 0}, 0, 0, 2),
            new Relu(),
            dense("c", 2, 3, new float[] {1, 0, 0, 0, 0, 5}, 0, 1),
            new Relu(),
            dense("d", 1, 2, new float[] {1, 3}, 0));

    assertThat(Compaction.compact(model))
        .isEqualTo(
            model(
                Shape.flat(1),
                1,
                dense("a", 1, 1, new float[] {1}, 0),
                new Relu(),
                dense("b", 1, 1, new float[] {1}, 0),
                new Relu(),
                dense("c", 1, 1, new float[] {1}, 0),
                new Relu(),
                dense("d", 1, 1, new float[] {1}, 33)));
  }

  @Test
  void anEntirelyDeadLayerLeavesItsConstantsAndNoUnits() {
    Random random = new Random(4);
    SparseModel model =
        model(
            new Shape(1, 6, 6),
            3,
            conv(random, "c1", 4, 1, 3, 1),
            new MaxPool2d(2),
            conv(random, "c2", 5, 4, 2, 0),
            new Relu(),
            new Flatten(),
            dense(random, "f1", 6, 5, 1),
            new Relu(),
            dense(random, "f2", 3, 6, 1));

    SparseModel compacted = Compaction.compact(model);

    assertSameFunction(compacted, model);
    assertThat(compacted.linearLayers())
        .allSatisfy(l -> assertThat(l.weights().nonZeros()).isZero());
    assertThat(compacted.linearLayers().getFirst().weights().rows()).isZero();
    assertThat(compacted.linearLayers().getLast().weights().rows()).isEqualTo(3);
    assertThat(compacted.linearLayers().getLast().weights().cols()).isZero();
    assertThat(compacted.linearLayers().getLast().bias())
        .isNotEqualTo(model.linearLayers().getLast().bias());
  }

  @Test
  void outputsOfTheLastLayerStayEvenWithoutWeights() {
    SparseModel model = model(Shape.flat(2), 2, dense("f", 2, 2, new float[] {0, 0, 0, 0}, 1, 2));

    assertThat(Compaction.compact(model)).isEqualTo(model);
  }

  @Test
  void modelsWithoutWeightsAreLeftAlone() {
    SparseModel model = model(new Shape(1, 2, 2), 4, new Flatten(), new Relu());

    assertThat(Compaction.compact(model)).isEqualTo(model);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1"})
  void randomDenseChainsKeepTheirFunction(long seed, double density) {
    Random random = new Random(seed);
    List<ModelLayer> layers = new ArrayList<>();
    layers.add(new InputScaling(128, 0.01f));
    int[] widths = {40, 60, 50, 30, 20, 7};
    for (int i = 0; i + 1 < widths.length; i++) {
      layers.add(dense(random, "fc" + i, widths[i + 1], widths[i], density));
      if (i + 2 < widths.length) {
        layers.add(new Relu());
      }
    }
    assertCompacts(new SparseModel("chain", Shape.flat(40), 7, layers));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1"})
  void randomConvolutionalNetworksKeepTheirFunction(long seed, double density) {
    Random random = new Random(seed);
    assertCompacts(
        model(
            new Shape(2, 16, 15),
            5,
            new InputScaling(128, 0.01f),
            conv(random, "conv1", 8, 2, 3, density),
            new MaxPool2d(2),
            conv(random, "conv2", 12, 8, 3, density),
            new Relu(),
            new MaxPool2d(2),
            new Flatten(),
            dense(random, "fc1", 30, 48, density),
            new Relu(),
            dense(random, "fc2", 5, 30, density)));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1"})
  void networksWithGatesThatSeeTheExampleKeepTheirFunction(long seed, double density) {
    Random random = new Random(seed);
    assertCompacts(
        model(
            new Shape(2, 16, 15),
            5,
            new InputScaling(128, 0.01f),
            conv(random, "conv1", 8, 2, 3, density),
            gate(random, "conv1", 8),
            new ModelLayer.Affine(
                "bn1", Bias.of(normal(random, 8, 1)), Bias.of(normal(random, 8, 1))),
            new Relu(),
            new MaxPool2d(2),
            conv(random, "conv2", 12, 8, 3, density),
            gate(random, "conv2", 12),
            new MaxPool2d(2),
            new Flatten(),
            gate(random, "fc1", 48),
            dense(random, "fc1", 30, 48, density),
            new Relu(),
            gate(random, "fc2", 30),
            dense(random, "fc2", 5, 30, density)));
  }

  private static ModelLayer gate(Random random, String layer, int units) {
    float[] factors = new float[units];
    for (int i = 0; i < units; i++) {
      factors[i] = random.nextFloat();
    }
    return new ModelLayer.DependentGate(
        layer + ".gate",
        Bias.of(normal(random, units, 1)),
        Bias.of(normal(random, units, 1)),
        Bias.of(factors),
        0.2f);
  }

  private static void assertCompacts(SparseModel model) {
    SparseModel compacted = Compaction.compact(model);

    assertSameFunction(compacted, model);
    assertThat(Compaction.compact(compacted)).isEqualTo(compacted);
    assertThat(names(compacted)).isEqualTo(names(model));
    assertEveryUnitIsNeeded(compacted);
  }

  /** Every hidden unit of the result has a non-zero weight in and a non-zero weight out. */
  private static void assertEveryUnitIsNeeded(SparseModel model) {
    List<ModelLayer.Linear> layers = model.linearLayers();
    for (int k = 0; k + 1 < layers.size(); k++) {
      int units = layers.get(k).weights().rows();
      int cols = layers.get(k).weights().cols();
      float[] in = layers.get(k).weights().toDense();
      int nextCols = layers.get(k + 1).weights().cols();
      float[] out = layers.get(k + 1).weights().toDense();
      for (int unit = 0; unit < units; unit++) {
        int run = nextCols / units;
        boolean reads = false;
        boolean isRead = false;
        for (int i = 0; i < cols; i++) {
          reads |= in[unit * cols + i] != 0;
        }
        for (int i = 0; i < out.length; i++) {
          isRead |= i % nextCols / run == unit && out[i] != 0;
        }
        assertThat(reads && isRead).as("unit %d of %s", unit, layers.get(k).name()).isTrue();
      }
    }
  }

  private static void assertSameFunction(SparseModel actual, SparseModel expected) {
    Random random = new Random(99);
    int count = 40;
    float[] images = new float[count * expected.input().size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextInt(256);
    }
    float[] wanted = expected.logits(images, count, 1);
    float[] got = actual.logits(images, count, 1);
    float largest = 1;
    for (float logit : wanted) {
      largest = Math.max(largest, Math.abs(logit));
    }
    assertThat(got).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(got[i]).isCloseTo(wanted[i], within(1e-5f * largest));
    }
  }

  private static List<String> names(SparseModel model) {
    return model.linearLayers().stream().map(ModelLayer.Linear::name).toList();
  }

  private static SparseModel model(Shape input, int classes, ModelLayer... layers) {
    return new SparseModel("test", input, classes, List.of(layers));
  }

  private static Dense dense(String name, int rows, int cols, float[] weights, float... bias) {
    return new Dense(name, DenseMatrix.of(rows, cols, weights), Bias.of(bias));
  }

  private static Dense dense(Random random, String name, int rows, int cols, double density) {
    return dense(name, rows, cols, normal(random, rows * cols, density), normal(random, rows, 1));
  }

  private static Conv2d conv(
      Random random, String name, int out, int in, int kernel, double density) {
    int cols = in * kernel * kernel;
    return new Conv2d(
        name,
        kernel,
        kernel,
        DenseMatrix.of(out, cols, normal(random, out * cols, density)),
        Bias.of(normal(random, out, 1)));
  }

  private static float[] normal(Random random, int length, double density) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      if (random.nextDouble() < density) {
        values[i] = (float) (0.4 * random.nextGaussian());
      }
    }
    return values;
  }
}
