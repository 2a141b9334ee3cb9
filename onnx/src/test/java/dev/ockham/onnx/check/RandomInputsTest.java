package dev.ockham.onnx.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RandomInputsTest {

  @Test
  void tokensAndLengthsAreInRange() {
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.embed(builder.input("tokens", 50), 7, 1);
    Value mask =
        builder.node("mask", new LengthMask(50, 1, 0), builder.input("length", Shape.of()));
    Map<String, Matrix> values = new HashMap<>();
    values.put("embed1.weight", DenseMatrix.of(7, 1, new float[7]));
    Model model = new Model("text", builder.build(builder.flatten(x), mask), values);
    Map<String, float[]> drawn = RandomInputs.draw(model, 200, 1).inputs();
    boolean[] tokens = new boolean[7];
    for (float token : Objects.requireNonNull(drawn.get("tokens"))) {
      tokens[(int) token] = true;
      assertThat(token).isEqualTo((int) token);
    }
    assertThat(tokens).containsOnly(true);
    for (float length : Objects.requireNonNull(drawn.get("length"))) {
      assertThat(length).isBetween(1f, 50f).isEqualTo((int) length);
    }
  }

  @Test
  void rawValuesStandardiseToNormalOnes() {
    GraphBuilder builder = new GraphBuilder();
    Value x =
        builder.node("input", new Standardize(Standardize.Each.UNIT), builder.input("x", 2, 5, 5));
    Map<String, Matrix> values = new HashMap<>();
    values.put("input1.mean", DenseMatrix.of(2, 1, new float[] {100, -3}));
    values.put("input1.scale", DenseMatrix.of(2, 1, new float[] {0.02f, 10}));
    Model model = new Model("raw", builder.build(x), values);
    Batch batch = RandomInputs.draw(model, 40, 5);
    double[] sums = new double[4];
    float[] raw = Objects.requireNonNull(batch.inputs().get("x"));
    for (int i = 0; i < raw.length; i++) {
      int channel = i / 25 % 2;
      double z = channel == 0 ? (raw[i] - 100) * 0.02 : (raw[i] + 3) * 10;
      sums[channel] += z / 1000;
      sums[2 + channel] += z * z / 1000;
    }
    assertThat(sums[0]).isBetween(-0.15, 0.15);
    assertThat(sums[1]).isBetween(-0.15, 0.15);
    assertThat(sums[2]).isBetween(0.8, 1.2);
    assertThat(sums[3]).isBetween(0.8, 1.2);
  }

  @Test
  void theSameSeedGivesTheSame() {
    GraphBuilder builder = new GraphBuilder();
    Model model = new Model("id", builder.build(builder.relu(builder.input("x", 9))), Map.of());
    assertThat(RandomInputs.draw(model, 2, 3).inputs().get("x"))
        .isEqualTo(RandomInputs.draw(model, 2, 3).inputs().get("x"))
        .isNotEqualTo(RandomInputs.draw(model, 2, 4).inputs().get("x"));
  }
}
