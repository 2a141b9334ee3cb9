package dev.ockham.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.runtime.model.ModelLayer.Conv2d;
import dev.ockham.runtime.model.ModelLayer.Dense;
import dev.ockham.runtime.model.ModelLayer.Flatten;
import dev.ockham.runtime.model.ModelLayer.InputScaling;
import dev.ockham.runtime.model.ModelLayer.MaxPool2d;
import dev.ockham.runtime.model.ModelLayer.Relu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseModelTest {
  @Test
  void denseLayerByHand() {
    Matrix weights = DenseMatrix.of(2, 3, new float[] {1, 2, 3, -1, 0, 4});
    SparseModel model =
        model(
            new Shape(1, 1, 3),
            2,
            new InputScaling(1, 2),
            new Flatten(),
            new Dense("fc", weights, Bias.of(0.5f, -1)));

    // scaled inputs: (1, 2, 3) -> (0, 2, 4) and (0, 1, 0) -> (-2, 0, -2)
    assertThat(model.logits(new float[] {1, 2, 3, 0, 1, 0}, 2, 1))
        .containsExactly(16.5f, 15f, -7.5f, -7f);
  }

  @Test
  void convolutionAndPoolingByHand() {
    // two input channels of 2 × 4, a 1 × 2 kernel: output is 1 × 2 × 3, pooled to 1 × 1 × 1
    Matrix weights = DenseMatrix.of(1, 4, new float[] {1, -1, 0, 2});
    SparseModel convolution =
        model(new Shape(2, 2, 4), 6, new Conv2d("conv", 1, 2, weights, Bias.of(10)), new Flatten());
    SparseModel pooled =
        model(
            new Shape(2, 2, 4),
            1,
            new Conv2d("conv", 1, 2, weights, Bias.of(10)),
            new MaxPool2d(2));
    float[] image = {
      1, 2, 4, 8, // channel 0
      3, 3, 0, 1,
      0, 1, 0, 5, // channel 1
      2, 7, 1, 100
    };

    assertThat(convolution.logits(image, 1, 1)).containsExactly(11, 8, 16, 24, 15, 209);
    // the third column does not fill a window and is dropped, so 209 is not seen
    assertThat(pooled.logits(image, 1, 1)).containsExactly(24);
  }

  @Test
  void reluClearsNegativesOnly() {
    SparseModel model = model(Shape.flat(3), 3, new Relu());

    assertThat(model.logits(new float[] {-1, 0, 2}, 1, 1)).containsExactly(0, 0, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 127, 128, 129, 300})
  void agreesWithDoublePrecisionAtAnyBatchSize(int count) {
    Random random = new Random(count);
    SparseModel model = RandomModels.convolutional(random, 0.6);
    float[] images = RandomModels.images(random, model, count);

    float[] logits = model.logits(images, count, 2);

    double[] expected = ReferenceInference.logits(model, images, count);
    assertThat(logits).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) logits[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void bitsDoNotDependOnTheNumberOfThreads(int threads) {
    Random random = new Random(5);
    SparseModel model = RandomModels.convolutional(random, 0.5);
    float[] images = RandomModels.images(random, model, 700);

    assertThat(model.logits(images, 700, threads)).isEqualTo(model.logits(images, 700, 1));
  }

  @Test
  void bitsDoNotDependOnTheBatchAnExampleIsIn() {
    Random random = new Random(6);
    SparseModel model = RandomModels.convolutional(random, 0.5);
    float[] images = RandomModels.images(random, model, 131);
    float[] together = model.logits(images, 131, 1);
    int size = model.input().size();

    for (int i = 0; i < 131; i++) {
      float[] alone = model.logits(Arrays.copyOfRange(images, i * size, (i + 1) * size), 1, 1);
      assertThat(alone)
          .isEqualTo(Arrays.copyOfRange(together, i * model.classes(), (i + 1) * model.classes()));
    }
  }

  @Test
  void compressedRowsGiveTheSameBitsAsDenseStorage() {
    Random random = new Random(7);
    SparseModel dense = RandomModels.convolutional(random, 0.3);
    List<ModelLayer> layers = new ArrayList<>();
    for (ModelLayer layer : dense.layers()) {
      layers.add(
          layer instanceof ModelLayer.Linear linear
              ? linear.with(linear.weights().asCsr(), linear.bias())
              : layer);
    }
    SparseModel sparse = new SparseModel("random", dense.input(), dense.classes(), layers);
    float[] images = RandomModels.images(random, dense, 50);

    assertThat(sparse.logits(images, 50, 1)).isEqualTo(dense.logits(images, 50, 1));
    assertThat(sparse.nonZeroWeights()).isEqualTo(dense.nonZeroWeights()).isPositive();
    assertThat(sparse.weightCount()).isEqualTo(dense.weightCount());
  }

  @Test
  void layersWithoutUnitsGiveTheBiasOfTheNext() {
    SparseModel model =
        model(
            new Shape(1, 6, 6),
            2,
            new Conv2d("c1", 3, 3, DenseMatrix.of(0, 9, new float[0]), Bias.of()),
            new MaxPool2d(2),
            new Flatten(),
            new Dense("f1", DenseMatrix.of(3, 0, new float[0]), Bias.of(1, -2, 3)),
            new Relu(),
            new Dense("f2", DenseMatrix.of(2, 3, new float[] {1, 1, 1, 0, 0, 2}), Bias.of(0, 1)));

    assertThat(model.logits(new float[72], 2, 1)).containsExactly(4, 7, 4, 7);
  }

  @Test
  void softmaxIsStableAndSumsToOne() {
    float[] rows = {1000, 1000, 0, (float) Math.log(3)};

    Inference.softmaxInPlace(rows, 2);

    assertThat(rows[0]).isEqualTo(0.5f);
    assertThat(rows[1]).isEqualTo(0.5f);
    assertThat(rows[2]).isCloseTo(0.25f, within(1e-6f));
    assertThat(rows[3]).isCloseTo(0.75f, within(1e-6f));
  }

  @Test
  void probabilitiesAreTheSoftmaxOfTheLogits() {
    SparseModel model = model(Shape.flat(2), 2, new Relu());

    assertThat(model.probabilities(new float[] {3, 3}, 1, 1)).containsExactly(0.5f, 0.5f);
  }

  @Test
  void predictsTheLikeliestClass() {
    SparseModel model = model(Shape.flat(3), 3, new Relu());

    Prediction prediction = model.predict(new float[] {1, 3, 2});

    assertThat(prediction.classIndex()).isEqualTo(1);
    assertThat(prediction.probability())
        .isEqualTo(model.probabilities(new float[] {1, 3, 2}, 1, 1)[1]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.predict(new float[2]))
        .withMessageContaining("3 values");
  }

  @Test
  void refusesChainsThatDoNotFit() {
    Dense dense = new Dense("fc", DenseMatrix.of(2, 3, new float[6]), Bias.of(0, 0));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(Shape.flat(4), 2, dense))
        .withMessage("layers[0]: dense layer 'fc' takes 3 inputs but gets 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(new Shape(1, 1, 3), 2, dense))
        .withMessage("layers[0]: dense layer 'fc' needs a flat input, got 1×1×3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(Shape.flat(3), 5, dense))
        .withMessageContaining("gives 2×1×1, not a vector of 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            model(
                Shape.flat(3),
                2,
                dense,
                new Dense("fc", DenseMatrix.of(2, 2, new float[4]), Bias.of(0, 0))))
        .withMessageContaining("layers[1]: the name 'fc' is taken");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(new Shape(1, 2, 2), 1, new MaxPool2d(3)))
        .withMessageContaining("window of 3 is larger than its input 1×2×2");
  }

  @Test
  void gatesSeeTheMeanOfTheirUnit() {
    ModelLayer.DependentGate gate =
        new ModelLayer.DependentGate(
            "gate", Bias.of(0.5f, 1), Bias.of(0.25f, 0), Bias.of(0.8f, 0.5f), 0.1f);

    // Means 1 and 4: 0.8 · 0.75 and 0.5 · 1. Means −1 and 0.1: below 0, and 0.05 at most the cut.
    assertThat(
            model(new Shape(2, 1, 2), 4, gate, new Flatten())
                .logits(new float[] {0, 2, 3, 5, -3, 1, 0.1f, 0.1f}, 2, 1))
        .containsExactly(new float[] {0, 1.2f, 1.5f, 2.5f, 0, 0, 0, 0}, within(1e-6f));
    Random random = new Random(4);
    SparseModel deep = RandomModels.withGates(random, 0.6);
    float[] images = RandomModels.images(random, deep, 200);
    double[] expected = ReferenceInference.logits(deep, images, 200);
    float[] logits = deep.logits(images, 200, 2);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) logits[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  @Test
  void refusesGatesThatDoNotFit() {
    Bias one = Bias.of(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelLayer.DependentGate("g", one, Bias.of(1, 2), one, 0))
        .withMessage("gate 'g' is of 1 units but has 2 numbers as shift");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelLayer.DependentGate("g", one, one, Bias.of(-1), 0))
        .withMessage("gate 'g': factor[0] = -1.0 is negative");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelLayer.DependentGate("g", one, one, one, Float.NaN))
        .withMessageContaining("cut = NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelLayer.Affine("a", Bias.of(Float.NaN), one))
        .withMessage("affine 'a': scale[0] = NaN is not finite");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(Shape.flat(2), 2, new ModelLayer.Affine("a", one, one)))
        .withMessage("layers[0]: affine 'a' is of 1 units but gets 2×1×1");
  }

  @Test
  void everyFeatureMayHaveItsOwnScale() {
    ModelLayer.FeatureScaling scaling =
        new ModelLayer.FeatureScaling(Bias.of(1, 10), Bias.of(2, 0.5f));

    assertThat(model(Shape.flat(2), 2, scaling).logits(new float[] {4, 6, 1, 10}, 2, 1))
        .containsExactly(6, -2, 0, 0);
    Random random = new Random(3);
    SparseModel deep = RandomModels.withFeatureScaling(random, 0.6);
    float[] values = RandomModels.images(random, deep, 2);
    for (int i = 0; i < values.length; i++) {
      values[i] /= 100;
    }
    double[] expected = ReferenceInference.logits(deep, values, 2);
    float[] logits = deep.logits(values, 2, 1);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) logits[i]).isCloseTo(expected[i], within(1e-4));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(Shape.flat(3), 3, scaling))
        .withMessage("layers[0]: feature scaling is for 2 features but gets 3×1×1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(Shape.flat(2), 2, new Relu(), scaling))
        .withMessage("layers[1]: feature scaling must be the first layer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelLayer.FeatureScaling(Bias.of(1), Bias.of()))
        .withMessage("feature scaling has 1 means but 0 scales");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelLayer.FeatureScaling(Bias.of(1, Float.NaN), Bias.of(1, 1)))
        .withMessageContaining("mean NaN and scale 1.0 for feature 1");
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Dense("fc", DenseMatrix.of(1, 1, new float[] {Float.NaN}), Bias.of(0)))
        .withMessageContaining("'fc': stored weight 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Dense("fc", DenseMatrix.of(1, 1, new float[1]), Bias.of(Float.POSITIVE_INFINITY)))
        .withMessageContaining("bias[0] = Infinity");
  }

  @Test
  void refusesABatchOfTheWrongSize() {
    SparseModel model = model(Shape.flat(3), 3, new Relu());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.logits(new float[5], 2, 1))
        .withMessageContaining("count = 2 examples of 3 values");
  }

  private static SparseModel model(Shape input, int classes, ModelLayer... layers) {
    return new SparseModel("test", input, classes, List.of(layers));
  }
}
