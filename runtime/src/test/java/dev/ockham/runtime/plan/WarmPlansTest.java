package dev.ockham.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.kernel.Form;
import dev.ockham.runtime.kernel.Loops;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many plans in one JVM, in several orders, with vectors: once compiled, no call allocates a byte.
 * Where a loop is compiled such that its vectors are objects, a call allocates megabytes.
 */
class WarmPlansTest {
  private static final double[] DENSITIES = {1, 0.1, 0.02};
  private static final int[] COUNTS = {1, 3, 16, 100, 1000};

  /** Longest wait for the compiler, which may have few cores. */
  private static final long PATIENCE = 240_000_000_000L;

  private static final long TURN = 30_000_000;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Call(String name, Plan plan, float[] inputs, float[] outputs, int count) {
    void run() {
      plan.runInto(inputs, outputs, count);
    }
  }

  private static Graph graph(String layers) {
    var g = new GraphBuilder();
    return switch (layers) {
      case "dense" -> {
        Value x = g.relu(g.dense(g.input("input", 784), 300));
        yield g.build(g.dense(g.relu(g.dense(x, 100)), 10));
      }
      case "convolutions" -> {
        Value x = g.conv2d(g.input("input", 1, 28, 28), 20, 5, Geometry.pad(0));
        x = g.relu(g.maxPool(x, 2, Geometry.stride(2)));
        yield g.build(g.dense(g.flatten(x), 10));
      }
      default -> {
        Value x = g.relu(g.conv2d(g.input("input", 3, 16, 16), 8, 3, Geometry.pad(1)));
        Value y = g.relu(g.conv2d(x, 8, 3, Geometry.pad(1)));
        x = g.relu(g.add(x, g.conv2d(y, 8, 3, Geometry.pad(1))));
        x = g.relu(g.conv2d(x, 16, 3, Geometry.pad(1), Geometry.stride(2)));
        yield g.build(g.dense(g.flatten(x), 10));
      }
    };
  }

  private static Model model(String layers, double density) {
    Graph graph = graph(layers);
    Map<String, Matrix> values = new LinkedHashMap<>();
    Draws draws = Draws.of(1, layers);
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = new float[parameter.rows() * parameter.columns()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = draws.chance(density) ? (float) draws.normal() / 16 : 0;
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new Model(layers + " " + density, graph, values);
  }

  private static List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    for (String layers : List.of("dense", "convolutions", "residual")) {
      for (double density : DENSITIES) {
        Model model = model(layers, density);
        Plan plan = Plan.of(model, new Plan.Settings(Form.BY_DENSITY, Loops.VECTORS, 64));
        for (int count : COUNTS) {
          float[] inputs = new float[count * model.input().size()];
          for (int i = 0; i < inputs.length; i++) {
            inputs[i] = i % 97 / 97f;
          }
          float[] outputs = new float[count * 10];
          calls.add(new Call(model.architecture() + " × " + count, plan, inputs, outputs, count));
        }
      }
    }
    return calls;
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void noneAllocatesInWhateverOrder(long order) {
    List<Call> calls = new ArrayList<>(calls());
    Draws draws = new Draws(order);
    for (int i = calls.size() - 1; i > 0; i--) {
      calls.set(i, calls.set(draws.below(i + 1), calls.get(i)));
    }
    long end = System.nanoTime() + PATIENCE;
    List<String> allocate;
    do {
      for (Call call : calls) {
        long turn = System.nanoTime() + TURN;
        do {
          call.run();
        } while (System.nanoTime() < turn);
      }
      allocate = calls.stream().filter(call -> bytes(call) > 0).map(Call::name).toList();
    } while (!allocate.isEmpty() && System.nanoTime() < end);
    assertThat(allocate).isEmpty();
  }

  /** What the most frugal of some calls allocates. */
  private static long bytes(Call call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int k = 0; k < 5; k++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      call.run();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
