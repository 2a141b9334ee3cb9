package dev.ockham.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.data.Features;
import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActiveUnitsTest {

  /** Of two channels of two values: the first opens with its mean, the second is shut for good. */
  private static final ModelLayer.DependentGate CHANNELS =
      new ModelLayer.DependentGate(
          "conv1.gate", Bias.of(1, 1), Bias.of(0, 0), Bias.of(1, 0), 0.001f);

  private static final SparseModel MODEL =
      new SparseModel(
          "two",
          new Shape(2, 1, 2),
          1,
          List.of(
              CHANNELS,
              new ModelLayer.Flatten(),
              new ModelLayer.DependentGate(
                  "dense1.gate",
                  Bias.of(0, 0, 0, 0),
                  Bias.of(1, 0, 1, 1),
                  Bias.of(1, 1, 1, 1),
                  0.001f),
              new ModelLayer.Dense(
                  "dense1", DenseMatrix.of(1, 4, new float[] {1, 1, 1, 1}), Bias.of(0))));

  @Test
  void countsWhatIsOpenForTheExamplesAndWhatIsStored() {
    Features examples =
        Features.of(
            new Shape(2, 1, 2), new float[] {1, 3, 9, 9, -5, 1, 9, 9, 0.5f, 0, 1, 1}, new int[3]);

    assertThat(ActiveUnits.of(MODEL, examples, 1))
        .containsExactly(
            new ActiveUnits("conv1.gate", 2, 1, 2 / 3.0), new ActiveUnits("dense1.gate", 4, 4, 3));
  }

  /** What is left of a model whose first layer died: its gate has no units. */
  @Test
  void aGateWithoutUnitsLetsNothingThrough() {
    ModelLayer.DependentGate none =
        new ModelLayer.DependentGate("dense2.gate", Bias.of(), Bias.of(), Bias.of(), 0.001f);
    SparseModel dead =
        new SparseModel(
            "dead",
            Shape.flat(2),
            1,
            List.of(
                new ModelLayer.Dense("dense1", DenseMatrix.of(0, 2, new float[0]), Bias.of()),
                none,
                new ModelLayer.Dense("dense2", DenseMatrix.of(1, 0, new float[0]), Bias.of(1))));
    Features examples = Features.of(Shape.flat(2), new float[4], new int[2]);

    assertThat(ActiveUnits.of(dead, examples, 1))
        .containsExactly(new ActiveUnits("dense2.gate", 0, 0, 0));
  }

  @Test
  void refusesExamplesOfAnotherSize() {
    Features other = Features.of(Shape.flat(3), new float[3], new int[1]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActiveUnits.of(MODEL, other, 1))
        .withMessageContaining("not on 1 of 3×1×1");
  }
}
