package dev.ockham.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSizeTest {

  private static final Architecture ORIGINAL = Architectures.parse("mlp:4-3-2");

  @Test
  void recountsAgainstTheOriginalAndNotWhatIsStored() {
    // One hidden unit is gone, and a stored zero is no weight.
    ModelSize size = ModelSize.of(ORIGINAL, model(2, 1, 0, 0, 0, 0, 0, -0f, 5), 50);
    assertThat(size.weights()).isEqualTo(18);
    assertThat(size.nonzeroWeights()).isEqualTo(6);
    assertThat(size.compression()).isEqualTo(3);
    assertThat(size.denseBytes()).isEqualTo(4 * (18 + 5));
    assertThat(size.fileRatio()).isEqualTo(92 / 50.0);
    assertThat(size.layers())
        .containsExactly(
            new ModelSize.LayerSize("dense1", List.of(3L, 4L), 2, 1 - 2 / 12.0),
            new ModelSize.LayerSize("dense2", List.of(2L, 3L), 4, 1 - 4 / 6.0));
  }

  @Test
  void anEmptyModelIsInfinitelySmall() {
    SparseModel constant =
        new SparseModel(
            ORIGINAL.name(),
            ORIGINAL.input(),
            2,
            List.of(
                new ModelLayer.Flatten(),
                new ModelLayer.Dense(
                    "dense2", DenseMatrix.of(2, 4, new float[8]), Bias.of(new float[2]))));
    ModelSize size = ModelSize.of(ORIGINAL, constant, 10);
    assertThat(size.nonzeroWeights()).isZero();
    assertThat(size.compression()).isInfinite();
    assertThat(size.layers()).allSatisfy(layer -> assertThat(layer.sparsity()).isEqualTo(1));
  }

  private static SparseModel model(int hidden, float... first) {
    float[] second = new float[2 * hidden];
    Arrays.fill(second, 1);
    return new SparseModel(
        ORIGINAL.name(),
        Shape.flat(4),
        2,
        List.of(
            new ModelLayer.Flatten(),
            new ModelLayer.Dense(
                "dense1", DenseMatrix.of(hidden, 4, first), Bias.of(new float[hidden])),
            new ModelLayer.Relu(),
            new ModelLayer.Dense(
                "dense2", DenseMatrix.of(2, hidden, second), Bias.of(new float[2]))));
  }
}
