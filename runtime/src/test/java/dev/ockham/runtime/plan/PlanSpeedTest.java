package dev.ockham.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Input;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What makes a plan fast, where it can be counted. */
class PlanSpeedTest {

  /** A residual network with a pool, and numbers that are mostly 0. */
  private static Model network() {
    var g = new GraphBuilder();
    Value x = g.input("input", 1, 12, 12);
    Value y = g.relu(g.maxPool(g.conv2d(x, 6, 3, Geometry.pad(1)), 2, Geometry.stride(2)));
    Value z = g.conv2d(g.relu(g.conv2d(y, 6, 3, Geometry.pad(1))), 6, 3, Geometry.pad(1));
    y = g.relu(g.add(y, z));
    y = g.activation(y, Activation.Function.TANH);
    y = g.relu(g.dense(g.flatten(y), 20));
    return filled("residual", g.build(g.dense(y, 3)));
  }

  private static Model filled(String name, Graph graph) {
    Map<String, Matrix> values = new LinkedHashMap<>();
    int k = 0;
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = new float[parameter.rows() * parameter.columns()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = ++k * 7919 % 5 == 0 ? (k * 31 % 17 - 8) / 16f : 0;
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new Model(name, graph, values);
  }

  private static float[] examples(int count) {
    float[] examples = new float[count * 144];
    for (int i = 0; i < examples.length; i++) {
      examples[i] = i * 37 % 256 / 64f;
    }
    return examples;
  }

  @Test
  void nodesBehindALayerRunWithIt() {
    List<String> steps =
        Fusion.of(network().graph()).stream()
            .map(fused ->
                fused.node().operator().kind()
                    + (fused.finish().pool() ? " pool" : "")
                    + (fused.finish().sum() ? " sum" : "")
                    + (fused.finish().bounded() ? " bounds" : ""))
            .toList();

    assertThat(steps)
        .containsExactly(
            "convolution pool bounds",
            "convolution bounds",
            "convolution sum bounds",
            "activation",
            "reshape",
            "linear bounds",
            "linear");
  }

  @Test
  void aWarmPlanAllocatesNothing() {
    float[] inputs = examples(85);
    float[] outputs = new float[85 * 3];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().threadId();
    Plan plan =
        Plan.of(network(), new Plan.Settings(Form.BY_DENSITY, Loops.SCALAR, Integer.MAX_VALUE));
    plan.runInto(inputs, outputs, 85);
    plan.runInto(inputs, outputs, 85);
    threads.getThreadAllocatedBytes(id);

    long before = threads.getThreadAllocatedBytes(id);
    for (int k = 0; k < 10; k++) {
      plan.runInto(inputs, outputs, 85);
    }
    assertThat(threads.getThreadAllocatedBytes(id) - before).isZero();
    assertThat(outputs).isEqualTo(plan.run(inputs, 85, 1));
  }

  @Test
  void onlyInputsThatTheFirstLayerReadsAreRead() {
    var g = new GraphBuilder();
    Value x = g.input("input", 4);
    Graph graph = g.build(g.dense(x, 2));
    Map<String, Matrix> values = new LinkedHashMap<>();
    values.put("dense1.weight", DenseMatrix.of(2, 4, new float[] {0, 2, 0, 0, 0, 3, 0, 5}));
    values.put("dense1.bias", DenseMatrix.of(2, 1, new float[] {1, 1}));
    Model model = new Model("first", graph, values);
    Input input = graph.inputs().getFirst();

    assertThat(input.shape().size()).isEqualTo(4);
    assertThat(new FirstReads(model).intakes().getFirst().features()).isEqualTo(2);
    assertThat(Plan.of(model).run(new float[] {Float.NaN, 1, Float.NaN, 2}, 1, 1))
        .containsExactly(3, 14);
  }

  @Test
  void allWorkIsDoneOnceByAnyNumberOfThreads() {
    AtomicInteger[] done = new AtomicInteger[50];
    List<Runnable> work = new ArrayList<>();
    for (int k = 0; k < done.length; k++) {
      AtomicInteger mine = new AtomicInteger();
      done[k] = mine;
      work.add(mine::incrementAndGet);
    }
    Blocks.run(work, 4);
    assertThat(done).allMatch(count -> count.get() == 1);

    work.add(() -> {
      throw new IllegalStateException("work of mine");
    });
    assertThatThrownBy(() -> Blocks.run(work, 3)).hasMessage("work of mine");
  }
}
