package dev.ockham.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.data.Features;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActiveUnitsTest {

  private static final DependentGate GATE = new DependentGate(0, 0.001f);
  private static final Shape IMAGE = Shape.of(2, 1, 2);

  /** Of two channels of two values, the first opens with its mean, the second is shut for good. */
  private static Model gated() {
    var g = new GraphBuilder();
    Value channels = g.named("conv1.gate").node("", GATE, g.input("image", IMAGE));
    Value features = g.named("dense1.gate").node("", GATE, g.flatten(channels));
    Map<String, Matrix> values = new LinkedHashMap<>();
    put(values, "conv1.gate.scale", 1, 1);
    put(values, "conv1.gate.shift", 0, 0);
    put(values, "conv1.gate.factor", 1, 0);
    put(values, "dense1.gate.scale", 0, 0, 0, 0);
    put(values, "dense1.gate.shift", 1, 0, 1, 1);
    put(values, "dense1.gate.factor", 1, 1, 1, 1);
    values.put("dense1.weight", DenseMatrix.of(1, 4, new float[] {1, 1, 1, 1}));
    put(values, "dense1.bias", 0);
    return new Model("two", g.build(g.named("dense1").dense(features, 1)), values);
  }

  private static void put(Map<String, Matrix> values, String name, float... numbers) {
    values.put(name, DenseMatrix.of(numbers.length, 1, numbers));
  }

  @Test
  void countsWhatIsOpenForTheExamplesAndWhatIsStored() {
    Features examples =
        Features.of(IMAGE, new float[] {1, 3, 9, 9, -5, 1, 9, 9, 0.5f, 0, 1, 1}, new int[3]);

    assertThat(ActiveUnits.of(gated(), examples))
        .containsExactly(
            new ActiveUnits("conv1.gate", 2, 1, 2 / 3.0), new ActiveUnits("dense1.gate", 4, 4, 3));
  }

  /** Examples are counted by chunks; more than one of them gives the same mean. */
  @Test
  void manyExamplesAreCountedInTheMean() {
    int count = 1203;
    float[] values = new float[count * 4];
    for (int i = 0; i < count; i += 3) {
      values[4 * i] = 1;
    }

    assertThat(ActiveUnits.of(gated(), Features.of(IMAGE, values, new int[count])))
        .containsExactly(
            new ActiveUnits("conv1.gate", 2, 1, 401 / 1203.0),
            new ActiveUnits("dense1.gate", 4, 4, 3));
  }

  /** What is left of a model whose first layer died: its gate has no units. */
  @Test
  void aGateWithoutUnitsLetsNothingThrough() {
    var g = new GraphBuilder();
    Value dead1 = g.named("dense1").node("", new Linear(0), g.input("x", 2));
    Value none = g.named("dense2.gate").node("", GATE, dead1);
    Map<String, Matrix> values = new LinkedHashMap<>();
    values.put("dense1.weight", DenseMatrix.of(0, 2, new float[0]));
    put(values, "dense1.bias");
    put(values, "dense2.gate.scale");
    put(values, "dense2.gate.shift");
    put(values, "dense2.gate.factor");
    values.put("dense2.weight", DenseMatrix.of(1, 0, new float[0]));
    put(values, "dense2.bias", 1);
    Model dead = new Model("dead", g.build(g.named("dense2").dense(none, 1)), values);
    Features examples = Features.of(Shape.of(2), new float[4], new int[2]);

    assertThat(ActiveUnits.of(dead, examples))
        .containsExactly(new ActiveUnits("dense2.gate", 0, 0, 0));
  }

  @Test
  void refusesExamplesOfAnotherSize() {
    Features other = Features.of(Shape.of(3), new float[3], new int[1]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActiveUnits.of(gated(), other))
        .withMessage("units are counted on examples of 2×1×2, not on 1 of 3");
  }
}
