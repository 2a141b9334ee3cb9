package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compaction changes no function, whatever the network. */
class RandomGraphCompactionTest {

  private static final int COUNT = 3;
  private static final int GRAPHS = Integer.getInteger("ockham.graphs", 300);

  static IntStream seeds() {
    return IntStream.range(0, GRAPHS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsItsFunction(int seed) {
    GraphSample sample = RandomGraphs.of(seed);
    Model model = sample.model(seed);
    Map<String, double[]> inputs = new LinkedHashMap<>();
    sample.inputs(seed, COUNT).forEach((name, x) -> inputs.put(name, ReferenceForward.widened(x)));

    Model compacted = Compaction.compact(model);

    Map<String, double[]> wanted = ReferenceForward.run(model, inputs, COUNT);
    Map<String, double[]> got = ReferenceForward.run(compacted, inputs, COUNT);
    List<String> before = model.graph().outputs();
    for (int k = 0; k < before.size(); k++) {
      double[] one = Objects.requireNonNull(wanted.get(before.get(k)));
      double[] two = Objects.requireNonNull(got.get(compacted.graph().outputs().get(k)));
      double largest = Arrays.stream(one).map(Math::abs).max().orElse(0);
      double off =
          IntStream.range(0, one.length)
              .mapToDouble(i -> Math.abs(one[i] - two[i]))
              .max()
              .orElse(0);
      assertThat(two).hasSameSizeAs(one);
      assertThat(off)
          .as("%s", model.graph().nodes())
          .isLessThanOrEqualTo(1e-5 * Math.max(1, largest));
    }
    assertThat(compacted.nonZeroWeights()).isLessThanOrEqualTo(model.nonZeroWeights());
    assertThat(Compaction.compact(compacted).graph()).isEqualTo(compacted.graph());
  }
}
