package dev.ockham.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every operator owes: a sample, the shape that the reference gives, and a refusal in one line
 * of whatever does not fit. {@link UnitContractTest} has what it owes to pruning.
 */
class OperatorContractTest {
  private static final long SEED = 7;

  static List<GraphSample> samples() {
    return OperatorSamples.all();
  }

  static List<Class<? extends Operator>> types() {
    return OperatorSamples.types();
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyOperatorHasSamples(Class<? extends Operator> type) {
    assertThat(OperatorSamples.of(type)).as("samples of %s", type.getSimpleName()).isNotEmpty();
  }

  @Test
  void everyConstantOfEverySettingHasASample() {
    Set<Object> seen = new HashSet<>();
    Set<Class<?>> enums = new HashSet<>();
    for (GraphSample sample : samples()) {
      Operator operator = OperatorSamples.node(sample).operator();
      for (var component : operator.getClass().getRecordComponents()) {
        if (component.getType().isEnum() && component.getType() != Role.class) {
          enums.add(component.getType());
          seen.add(read(operator, component.getAccessor()));
        }
      }
    }
    for (Class<?> type : enums) {
      assertThat(seen).contains(type.getEnumConstants());
    }
  }

  private static Object read(Operator operator, Method accessor) {
    try {
      return accessor.invoke(operator);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  @Test
  void samplesHaveNamesOfTheirOwn() {
    assertThat(samples()).extracting(GraphSample::name).doesNotHaveDuplicates();
  }

  /** The reference throws where its result is not of the shape that the operator says. */
  @ParameterizedTest
  @MethodSource("samples")
  void theReferenceGivesTheShapeThatTheOperatorSays(GraphSample sample) {
    int count = 3;
    Map<String, double[]> all =
        ReferenceForward.run(
            sample.model(SEED), GraphSample.widened(sample.inputs(SEED, count)), count);
    double[] values = Objects.requireNonNull(all.get(OperatorSamples.NODE));
    assertThat(values).hasSize(count * sample.graph().shape(OperatorSamples.NODE).size());
    for (double value : values) {
      assertThat(value).isFinite();
    }
  }

  static List<GraphSample> composites() {
    return OperatorSamples.composites();
  }

  @ParameterizedTest
  @MethodSource("composites")
  void aCompositeOperatorIsTheSameFunctionInOthers(GraphSample sample) {
    Node node = OperatorSamples.node(sample);
    Graph others = ((Composite) node.operator()).inOthers(sample.graph().inputShapes(node));
    assertThat(others.parameters()).isEmpty();
    int count = 3;
    Map<String, double[]> all =
        ReferenceForward.run(
            sample.model(SEED), GraphSample.widened(sample.inputs(SEED, count)), count);
    Map<String, double[]> inputs = new HashMap<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      inputs.put(
          others.inputs().get(i).name(), Objects.requireNonNull(all.get(node.inputs().get(i))));
    }
    Map<String, double[]> found = ReferenceForward.run(others, Map.of(), inputs, count);
    assertThat(found.get(others.outputs().getFirst()))
        .containsExactly(Objects.requireNonNull(all.get(OperatorSamples.NODE)), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void multiplyAddsAreNeverNegative(GraphSample sample) {
    assertThat(sample.graph().multiplyAdds()).isNotNegative();
    assertThat(sample.graph().multiplyAdds() > 0)
        .isEqualTo(countsProducts(sample) && sample.graph().shape(OperatorSamples.NODE).size() > 0);
  }

  private static boolean countsProducts(GraphSample sample) {
    Node node = OperatorSamples.node(sample);
    boolean something =
        sample.graph().inputShapes(node).stream().allMatch(shape -> shape.size() > 0);
    return switch (node.operator()) {
      case Linear linear -> something;
      case Convolution convolution -> something;
      case ConvolutionTransposed convolution -> something;
      case MatrixProduct product -> something;
      case Recurrent recurrent -> true;
      case Embed embed -> false;
      case Pool pool -> false;
      case Activation activation -> false;
      case PRelu prelu -> false;
      case Combine combine -> false;
      case Concat concat -> false;
      case Reshape reshape -> false;
      case Permute permute -> false;
      case Slice slice -> false;
      case Pad pad -> false;
      case Reduce reduce -> false;
      case Normalize normalize -> false;
      case Composite composite -> false;
      case OwnLoop loop -> false;
      case Softmax softmax -> false;
      case Resize resize -> false;
      case Constant constant -> false;
      case Standardize standardize -> false;
      case Affine affine -> false;
      case BiasMap map -> false;
      case DependentGate gate -> false;
    };
  }

  private static void assertRefused(
      Graph graph, Node node, List<Parameter> parameters, String why) {
    assertThatThrownBy(
            () -> new Graph(graph.inputs(), parameters, List.of(node), List.of(node.name())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node 'node' (" + node.operator().kind() + ")")
        .hasMessageContaining(why)
        .message()
        .doesNotContain("\n");
  }

  private static Node taking(Node node, Map<String, String> parameters) {
    return new Node(node.name(), node.operator(), node.inputs(), parameters);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aParameterTooManyIsRefused(GraphSample sample) {
    Node node = OperatorSamples.node(sample);
    List<Parameter> parameters = new ArrayList<>(sample.graph().parameters());
    parameters.add(new Parameter("more", Shape.of(2), Role.WEIGHT));
    Map<String, String> taken = new LinkedHashMap<>(node.parameters());
    taken.put("nonsense", "more");
    assertRefused(sample.graph(), taking(node, taken), parameters, "'nonsense'");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aParameterThatIsMissingOrDoesNotFitIsRefused(GraphSample sample) {
    Graph graph = sample.graph();
    Node node = OperatorSamples.node(sample);
    for (Slot slot : node.operator().slots(graph.inputShapes(node))) {
      Parameter own = graph.parameter(node, slot.name());
      if (own == null) {
        continue;
      }
      Map<String, String> less = new LinkedHashMap<>(node.parameters());
      less.remove(slot.name());
      if (slot.required()) {
        assertRefused(graph, taking(node, less), graph.parameters(), "'" + slot.name() + "'");
      }
      Map<String, String> lost = new LinkedHashMap<>(node.parameters());
      lost.put(slot.name(), "nowhere");
      assertRefused(graph, taking(node, lost), graph.parameters(), "'nowhere'");
      Role other = own.role() == Role.CONSTANT ? Role.WEIGHT : Role.CONSTANT;
      refuse(graph, node, own, new Parameter(own.name(), own.shape(), other), "of role");
      List<Integer> longer = new ArrayList<>(own.shape().dims());
      longer.add(2);
      refuse(graph, node, own, new Parameter(own.name(), new Shape(longer), own.role()), "is of");
      for (int axis = 0; axis < own.shape().rank(); axis++) {
        Shape wrong = own.shape().with(axis, own.shape().dim(axis) + 1);
        refuse(graph, node, own, new Parameter(own.name(), wrong, own.role()), wrong.toString());
      }
    }
  }

  private static void refuse(Graph graph, Node node, Parameter own, Parameter wrong, String why) {
    List<Parameter> parameters =
        graph.parameters().stream().map(p -> p.equals(own) ? wrong : p).toList();
    assertRefused(graph, node, parameters, why);
  }

  /** An operator and shapes that it does not take. */
  record Misfit(Operator operator, List<Shape> in, String why) {}

  private static Misfit misfit(String why, Operator operator, Shape... in) {
    return new Misfit(operator, List.of(in), why);
  }

  static Stream<Misfit> misfits() {
    Shape one = Shape.of();
    Shape vector = Shape.of(5);
    Shape sequence = Shape.of(4, 6);
    Shape image = Shape.of(4, 5, 6);
    Window two = Window.of(2, 3, 1, 0, 1);
    Window line = Window.of(1, 3, 1, 0, 1);
    return Stream.of(
        misfit("one number", new Linear(3), one),
        misfit("5", new Convolution(4, two, 1), vector),
        misfit("4×6", new Convolution(4, two, 1), sequence),
        misfit("4×5×6", new Convolution(4, line, 1), image),
        misfit("3 groups", new Convolution(3, two, 3), image),
        misfit("larger than", new Convolution(3, Window.of(2, 7, 1, 0, 1), 1), image),
        misfit("4×6", new ConvolutionTransposed(4, two, List.of(0, 0), 1), sequence),
        misfit("3 groups", new ConvolutionTransposed(3, two, List.of(0, 0), 3), image),
        misfit(
            "positions",
            new ConvolutionTransposed(3, Window.of(2, 1, 1, 4, 1), List.of(0, 0), 1),
            image),
        misfit("steps × features", new Recurrent(Recurrent.Cell.GRU, 3, false, false), image),
        misfit("length", new Recurrent(Recurrent.Cell.GRU, 3, false, false), sequence, vector),
        misfit("channels", new Pool(Pool.Of.MAX, two, false, true), sequence),
        misfit("larger than", new Pool(Pool.Of.MAX, Window.of(2, 7, 1, 0, 1), false, true), image),
        misfit("axis 2", new PRelu(2), sequence),
        misfit("4×6 and 5", new Combine(Combine.By.ADD), sequence, vector),
        misfit("axis 1", new Concat(1), sequence, Shape.of(3, 6)),
        misfit("axis 3", new Concat(3), image, image),
        misfit("axis 0", new Concat(0), sequence, image),
        misfit("120 numbers", new Reshape(List.of(7, -1)), image),
        misfit("120 numbers", new Reshape(List.of(4, 6)), image),
        misfit("axes", new Permute(List.of(1, 0)), image),
        misfit("ends at 7", new Slice(1, 0, 7, 1), sequence),
        misfit("axis 2", new Slice(2, 0, 1, 1), sequence),
        misfit("axes", new Pad(List.of(1, 1), List.of(0, 0), 0), image),
        misfit("axis 3", new Reduce(Reduce.To.MEAN, List.of(1, 3), false), image),
        misfit("nothing", new Reduce(Reduce.To.MAX, List.of(0), false), Shape.of(0, 2)),
        misfit("axis 1", new Normalize(Normalize.Over.LAYER, 1, 1, 1e-5f), vector),
        misfit("3 groups", new Normalize(Normalize.Over.GROUP, 0, 3, 1e-5f), image),
        misfit("one position", new Normalize(Normalize.Over.INSTANCE, 0, 1, 1e-5f), vector),
        misfit("rows × columns", new Triangle(true, 0), vector),
        misfit("axis 1", new Softmax(1, false), vector),
        misfit("4×6 by 5×6", new MatrixProduct(false), sequence, Shape.of(5, 6)),
        misfit("5 by 5", new MatrixProduct(true), vector, vector),
        misfit("2×4×6", new MatrixProduct(true), Shape.of(2, 4, 6), Shape.of(3, 4, 6)),
        misfit("channels", new Resize(Resize.By.LINEAR, Resize.Align.CORNERS, List.of(2)), image),
        misfit("one number", new LengthMask(3, 1, 0), vector),
        misfit("takes 0 inputs", new Constant(vector, Role.BIAS, 0), vector),
        misfit("one number", new Standardize(Standardize.Each.UNIT), one),
        misfit("axis 1", new Affine(1), vector),
        misfit("positions [2]", new BiasMap(List.of(List.of(0, 1))), sequence),
        misfit("axis 1", new DependentGate(1, 0), vector),
        misfit("2147483647", new Embed(5, 1 << 16), Shape.of(1 << 16)));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void shapesThatDoNotFitAreRefused(Misfit misfit) {
    List<Input> inputs = new ArrayList<>();
    List<String> reads = new ArrayList<>();
    for (Shape shape : misfit.in()) {
      reads.add("x" + reads.size());
      inputs.add(new Input(reads.get(reads.size() - 1), shape));
    }
    Node node = new Node("node", misfit.operator(), reads);
    assertThatThrownBy(() -> new Graph(inputs, List.of(), List.of(node), List.of("node")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node 'node' (" + misfit.operator().kind() + ") of ")
        .hasMessageContaining(misfit.in().get(0).toString())
        .hasMessageContaining(misfit.why())
        .message()
        .doesNotContain("\n");
  }

  /** All operators but those that take any number of inputs. */
  @ParameterizedTest
  @MethodSource("samples")
  void anInputTooManyIsRefused(GraphSample sample) {
    Node node = OperatorSamples.node(sample);
    List<Input> inputs = new ArrayList<>(sample.graph().inputs());
    inputs.add(new Input("more", Shape.of()));
    inputs.add(new Input("evenMore", Shape.of()));
    List<String> reads = new ArrayList<>(node.inputs());
    reads.addAll(List.of("more", "evenMore"));
    Node greedy = new Node(node.name(), node.operator(), reads, node.parameters());
    assertThatThrownBy(() ->
            new Graph(inputs, sample.graph().parameters(), List.of(greedy), List.of(node.name())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node 'node' (" + node.operator().kind() + ")")
        .message()
        .doesNotContain("\n");
  }
}
