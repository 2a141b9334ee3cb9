package dev.ockham.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlanTest {
  @Test
  void valuesThatAreStillReadKeepTheirPlaces() {
    var g = new GraphBuilder();
    Value x = g.input("x", 4);
    Value negative = g.multiply(x, g.slice(x, 0, 0, 1, 1));
    Value positive = g.relu(x);
    Value sum = g.add(x, x);
    Value swapped = g.concat(0, g.slice(x, 0, 2, 4, 1), g.slice(x, 0, 0, 2, 1));
    Value all = g.concat(0, g.add(positive, sum), g.add(negative, swapped), x);
    Plan plan = Plan.of(new Model("shared", g.build(all, positive, x), Map.of()));

    Map<String, float[]> given =
        plan.run(Map.of("x", new float[] {-1, 2, -3, 4, 5, -6, 7, -8}), 2, 1);

    assertThat(given.get("x")).containsExactly(-1, 2, -3, 4, 5, -6, 7, -8);
    assertThat(given.get(positive.name())).containsExactly(0, 2, 0, 4, 5, 0, 7, 0);
    assertThat(given.get(all.name()))
        .containsExactly(
            -2, 6, -6, 12, 1 - 3, -2 + 4, 3 - 1, -4 + 2, -1, 2, -3, 4, 15, -12, 21, -16, 25 + 7,
            -30 - 8, 35 + 5, -40 - 6, 5, -6, 7, -8);
  }

  @Test
  void inputsThatNobodyReadsAreNoHarm() {
    var g = new GraphBuilder();
    g.input("unread", 3);
    Value x = g.input("x", 2);
    g.relu(x); // nor is a value
    Value twice = g.add(x, x);
    Plan plan = Plan.of(new Model("unread", g.build(twice), Map.of()));

    Map<String, float[]> given =
        plan.run(Map.of("unread", new float[3], "x", new float[] {1, -2}), 1, 1);

    assertThat(given.get(twice.name())).containsExactly(2, -4);
  }

  @Test
  void valuesThatNoMemoryHoldsAreRefusedBeforeAnyIsMade() {
    var g = new GraphBuilder();
    List<Value> outputs = new ArrayList<>();
    long most = Runtime.getRuntime().maxMemory() / Float.BYTES;
    for (long numbers = 0; numbers <= most; numbers += 1 << 28) {
      outputs.add(g.relu(g.input("x" + outputs.size(), 1 << 28)));
    }
    Model model = new Model("huge", g.build(outputs.toArray(Value[]::new)), Map.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.of(model))
        .withMessageContaining("MB that this JVM may have");
  }

  @Test
  void errorsSayWhatIsWrong() {
    var g = new GraphBuilder();
    Value x = g.input("x", 3);
    Value norm = g.batchNorm(x);
    Map<String, Matrix> numbers = new HashMap<>();
    numbers.put("bn1.scale", DenseMatrix.of(3, 1, new float[] {1, 1, 1}));
    numbers.put("bn1.shift", DenseMatrix.of(3, 1, new float[3]));
    Model model = new Model("norm", g.build(norm), numbers);
    Plan plan = Plan.of(new Model("same", h().build(new Value("x", x.shape())), Map.of()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.of(model))
        .withMessageContaining("node 'bn1' (normalize): its statistics are missing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.run(new float[4], 1, 1))
        .withMessage("count = 1 examples of 3 values do not match 'x' of 4 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.run(new float[3], 1, 0))
        .withMessage("threads = 0, it must be >= 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.run(Map.of("y", new float[3]), 1, 1))
        .withMessage("input 'x' has no values");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> plan.run(new TreeMap<>(Map.of("x", new float[3], "y", new float[3])), 1, 1))
        .withMessage("[x, y] are not the inputs [x]");
  }

  private static GraphBuilder h() {
    var g = new GraphBuilder();
    g.input("x", 3);
    return g;
  }
}
