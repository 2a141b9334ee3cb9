package dev.ockham.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.Architectures;
import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelWorkTest {

  @Test
  void anArchitectureCountsPositionsOfConvolutions() {
    ModelWork lenet5 = ModelWork.of(Architectures.parse("lenet-5-caffe"));
    assertThat(lenet5.units()).containsExactly(20, 50, 800, 500);
    // 24·24·20·25 + 8·8·50·500 + 800·500 + 500·10
    assertThat(lenet5.denseMultiplyAdds()).isEqualTo(288_000 + 1_600_000 + 400_000 + 5_000);
    assertThat(lenet5.unitCount()).isEqualTo(1370);
    assertThat(lenet5.hiddenUnits()).isEqualTo(1350);
    ModelWork mlp = ModelWork.of(Architectures.parse("lenet-300-100"));
    assertThat(mlp.units()).containsExactly(784, 300, 100);
    assertThat(mlp.denseMultiplyAdds()).isEqualTo(266_200);
  }

  @Test
  void aPrunedModelCountsWhatIsReadAndWhatIsNotZero() {
    // One of two channels has weights, 3·3 positions; of four features two are read by two units.
    ModelWork work =
        ModelWork.of(
            new SparseModel(
                "test",
                new Shape(1, 4, 4),
                2,
                List.of(
                    new ModelLayer.Conv2d(
                        "conv1",
                        2,
                        2,
                        DenseMatrix.of(2, 4, new float[] {1, 0, 0, 2, 0, 0, 0, -0f}),
                        Bias.of(new float[2])),
                    new ModelLayer.Flatten(),
                    new ModelLayer.Dense(
                        "dense1", DenseMatrix.of(2, 18, columns(3, 7)), Bias.of(new float[2])))));
    assertThat(work.units()).containsExactly(1, 2);
    assertThat(work.denseMultiplyAdds()).isEqualTo(9 * 2 * 4 + 2 * 2);
    assertThat(work.sparseMultiplyAdds()).isEqualTo(9 * 2 + 2);
    assertThat(work.hiddenUnits()).isEqualTo(2);
  }

  /** Two rows of 18; the first reads one column, the second another. */
  private static float[] columns(int first, int second) {
    float[] weights = new float[36];
    weights[first] = 1;
    weights[18 + second] = 1;
    return weights;
  }
}
