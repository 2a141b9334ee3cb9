package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputsReadTest {

  @Test
  void aDenseLayerReadsItsNonZeroColumns() {
    SparseModel model =
        new SparseModel(
            "m",
            Shape.flat(4),
            2,
            List.of(
                new ModelLayer.InputScaling(1, 2),
                new ModelLayer.Dense(
                    "d",
                    DenseMatrix.of(2, 4, new float[] {0, 1, 0, 0, 0, 2, 0, 3}),
                    Bias.of(1, 2))));
    assertThat(InputsRead.of(model)).containsExactly(1, 3);
  }

  /** Perturbs every input and looks whether the output moves. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConvolutionReadsWhatItsKernelSlidesOver(boolean pooledFirst) {
    Shape input = pooledFirst ? new Shape(2, 11, 9) : new Shape(2, 5, 4);
    float[] kernels = new float[2 * 9];
    kernels[1] = 1; // channel 0, top row, middle column
    kernels[9 + 8] = 1; // channel 1, bottom right
    List<ModelLayer> tail =
        List.of(
            new ModelLayer.Conv2d("c", 3, 3, DenseMatrix.of(1, 18, kernels), Bias.of(0)),
            new ModelLayer.Flatten(),
            new ModelLayer.Dense(
                "d", DenseMatrix.of(1, 6, new float[] {1, 1, 1, 1, 1, 1}), Bias.of(0)));
    List<ModelLayer> layers =
        pooledFirst
            ? List.of(new ModelLayer.MaxPool2d(2), tail.get(0), tail.get(1), tail.get(2))
            : tail;
    SparseModel model = new SparseModel("m", input, 1, layers);
    boolean[] read = new boolean[input.size()];
    for (int index : InputsRead.of(model)) {
      read[index] = true;
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < input.size(); k++) {
      float[] values = new float[input.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble();
      }
      float before = model.logits(values, 1, 1)[0];
      values[k] = 100; // above all others, so that pooling lets it through
      assertThat(model.logits(values, 1, 1)[0] != before).as("input %d", k).isEqualTo(read[k]);
    }
  }
}
