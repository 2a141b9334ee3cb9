package dev.ockham.train.pass;

import static dev.ockham.runtime.graph.Geometry.groups;
import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which stage a convolution becomes: by its geometry and its channels. */
class StageChoiceTest {

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  /** The two of LeNet-5, whose bits are kept, and others on both sides of the measured limit. */
  @ParameterizedTest(name = "{0} to {1} channels, window {2}")
  @CsvSource({
    "1, 20, 5, false",
    "20, 50, 5, false",
    "20, 20, 3, false",
    "24, 24, 3, true",
    "64, 23, 3, false",
    "23, 64, 3, false",
    "32, 32, 3, true",
    "64, 64, 5, true",
    "128, 128, 3, true",
    "128, 128, 1, false",
  })
  void wideConvolutionsAreLibtorchs(int in, int out, int window, boolean libtorch) {
    assertThat(stage(in, out, window)).isEqualTo(expected(libtorch));
  }

  static Stream<Arguments> geometries() {
    return Stream.of(
        Arguments.of(pad(1), true),
        Arguments.of(stride(2), true),
        Arguments.of(groups(2), true),
        Arguments.of(pad(0), false));
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void soAreThoseWithAGeometry(Geometry.Option geometry, boolean libtorch) {
    assertThat(stage(4, 6, 3, geometry)).isEqualTo(expected(libtorch));
  }

  private static Class<?> expected(boolean libtorch) {
    return libtorch ? TorchConvolutionStage.class : ConvolutionStage.class;
  }

  private static Class<?> stage(int in, int out, int window, Geometry.Option... geometry) {
    GraphBuilder g = new GraphBuilder();
    Graph graph = g.build(g.conv2d(g.input("image", in, 8, 8), out, window, geometry));
    List<NativeTensor> memory = new ArrayList<>();
    List<Tensor> leaves = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      Map<String, WeightLeaves> weights = new LinkedHashMap<>();
      Map<String, Tensor> numbers = new LinkedHashMap<>();
      for (Parameter each : graph.parameters()) {
        memory.add(NativeTensor.floats(arena, each.shape().toLongs()));
        leaves.add(memory.getLast().newLeaf());
        if (each.role().prunable()) {
          weights.put(each.name(), new WeightLeaves.Point(leaves.getLast()));
        } else {
          numbers.put(each.name(), leaves.getLast());
        }
      }
      PassLeaves of = new PassLeaves(weights, numbers, Estimator.LOCAL);
      var plan = new StagePlan(graph, of, 1, Precision.FLOAT32, true, Kernels.create(), arena);
      try (Stage stage = plan.stages().getFirst()) {
        return stage.getClass();
      } finally {
        leaves.forEach(Tensor::close);
        memory.forEach(NativeTensor::close);
      }
    }
  }
}
