package dev.ockham.runtime.graph;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What makes a graph none is said in one line that names node, operator and shapes. */
class GraphTest {
  private static final Input X = new Input("x", Shape.of(3));
  private static final Operator RELU = Activation.of(Activation.Function.RELU);

  private static Node relu(String name, String read) {
    return new Node(name, RELU, List.of(read));
  }

  private static Graph graph(Node... nodes) {
    return new Graph(List.of(X), List.of(), List.of(nodes), List.of(nodes[0].name()));
  }

  private static void assertRefused(ThrowingCallable what, String... pieces) {
    var refused = assertThatThrownBy(what).isInstanceOf(IllegalArgumentException.class);
    for (String piece : pieces) {
      refused.hasMessageContaining(piece);
    }
    refused.message().doesNotContain("\n").hasSizeLessThan(400);
  }

  @Test
  void aCycleIsRefused() {
    assertRefused(
        () -> graph(relu("a", "b"), relu("b", "a")), "node 'a' (activation)", "'b'", "cycle");
    assertRefused(() -> graph(relu("a", "a")), "node 'a' (activation)", "cycle");
  }

  @Test
  void aMissingValueIsRefused() {
    assertRefused(() -> graph(relu("a", "y")), "node 'a' (activation)", "'y'");
    assertRefused(
        () -> new Graph(List.of(X), List.of(), List.of(relu("a", "x")), List.of("b")), "'b'");
  }

  @Test
  void namesThatMeanTwoThingsAreRefused() {
    assertRefused(() -> graph(relu("a", "x"), relu("a", "x")), "node 'a' (activation)", "earlier");
    assertRefused(() -> graph(relu("x", "x")), "node 'x' (activation)", "input");
    assertRefused(
        () -> new Graph(List.of(X, X), List.of(), List.of(), List.of("x")), "two inputs", "'x'");
    Parameter weight = new Parameter("w", Shape.of(2, 3), Role.WEIGHT);
    Node dense = new Node("a", new Linear(2), List.of("x"), Map.of("weight", "w"));
    assertRefused(
        () -> new Graph(List.of(X), List.of(weight, weight), List.of(dense), List.of("a")),
        "two parameters",
        "'w'");
    assertRefused(
        () -> new Graph(List.of(X), List.of(), List.of(relu("a", "x")), List.of("a", "a")),
        "twice");
  }

  @Test
  void anUnusedParameterIsRefused() {
    Parameter weight = new Parameter("w", Shape.of(2, 3), Role.WEIGHT);
    assertRefused(
        () -> new Graph(List.of(X), List.of(weight), List.of(relu("a", "x")), List.of("a")),
        "parameter 'w'",
        "no node");
  }

  @Test
  void aGraphWithoutInputOrOutputIsRefused() {
    assertRefused(() -> new Graph(List.of(X), List.of(), List.of(), List.of()), "1 and 0");
    assertRefused(() -> new Graph(List.of(), List.of(), List.of(), List.of()), "0 and 0");
  }

  @Test
  void namesThatCannotBeShownAreRefused() {
    assertRefused(() -> relu(" ", "x"), "blank");
    assertRefused(() -> relu("a\nb", "x"), "control character");
    assertRefused(() -> relu("a".repeat(2000), "x"), "2000 characters");
    assertRefused(() -> new Input("", Shape.of()), "blank");
    assertRefused(() -> new Parameter("", Shape.of(), Role.BIAS), "blank");
  }

  /** Pruning can cut off an input, whose numbers callers still give. */
  @Test
  void anInputThatNothingReadsIsKept() {
    Input spare = new Input("spare", Shape.of(2));
    Graph graph =
        new Graph(
            List.of(new Input("x", Shape.of(3)), spare),
            List.of(),
            List.of(relu("y", "x")),
            List.of("y"));
    assertThat(graph.inputs()).contains(spare);
    assertThat(graph.readers()).doesNotContainKey("spare");
  }

  @Test
  void shapesThatNobodyCouldHoldAreRefused() {
    assertRefused(() -> Shape.of(1 << 16, 1 << 15), "65536×32768", "2147483647");
    assertRefused(() -> Shape.of(1 << 30, 1 << 30, 1 << 30, 1 << 30), "numbers");
    assertRefused(() -> Shape.of(2, -1), "below 0");
    assertRefused(() -> Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 1), "9 axes");
    assertThat(Shape.of(Integer.MAX_VALUE).size()).isEqualTo(Integer.MAX_VALUE);
  }

  /** Sizes that a hostile file could hold: refused before anything of the size is made. */
  @Test
  void hostileSizesAreRefused() {
    int huge = Integer.MAX_VALUE;
    hostile(new Linear(huge), Shape.of(huge));
    hostile(new Linear(huge), Shape.of(3));
    hostile(new Linear(1 << 20), Shape.of(1 << 20));
    hostile(new Recurrent(Recurrent.Cell.LSTM, 100, false, false), Shape.of(1, 1 << 30));
    hostile(new Resize(Resize.By.LINEAR, Resize.Align.CORNERS, List.of(huge)), Shape.of(2, 3));
    hostile(new Pad(List.of(huge), List.of(huge), 0), Shape.of(3));
    hostile(new Reshape(List.of(huge, huge)), Shape.of(3));
    hostile(new Reshape(List.of(huge, huge, huge, -1)), Shape.of(3));
    hostile(new Convolution(1 << 20, Window.of(1, 1 << 20, 1, 1 << 20, 1), 1), Shape.of(3, 9));
    hostile(
        new ConvolutionTransposed(1, Window.of(1, 3, 1 << 20, 0, 1), List.of(0), 1),
        Shape.of(1, 1 << 20));
    hostile(new Embed(2, 1 << 20), Shape.of(1 << 20));
    assertRefused(() -> new Embed(1 << 20, 1 << 20), "weights");
    assertRefused(() -> new Recurrent(Recurrent.Cell.LSTM, 1 << 20, false, true), "weights");
    assertRefused(() -> Window.of(2, huge, 1, 0, 1), "kernel");
    assertRefused(() -> Window.of(2, 3, 1, huge, 1), "padding");
    assertRefused(() -> Window.of(2, 1 << 20, 1, 1 << 20, 1 << 20), "spans more than 1048576");
  }

  private static void hostile(Operator operator, Shape in) {
    Node node = new Node("big", operator, List.of("x"));
    assertRefused(
        () -> new Graph(List.of(new Input("x", in)), List.of(), List.of(node), List.of("big")),
        "node 'big' (" + operator.kind() + ") of " + in);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertRefused(() -> new Linear(-1), "outputs = -1");
    assertRefused(() -> new Convolution(3, Window.of(2, 3, 1, 0, 1), 0), "groups = 0");
    assertRefused(() -> new Convolution(3, Window.of(2, 3, 1, 0, 1), 2), "3 outputs", "2 groups");
    assertRefused(() -> Window.of(2, 0, 1, 0, 1), "kernel is 0");
    assertRefused(() -> Window.of(2, 3, 0, 0, 1), "stride is 0");
    assertRefused(() -> Window.of(3, 3, 1, 0, 1), "1 or 2 axes");
    assertRefused(
        () -> new Pool(Pool.Of.MAX, Window.of(2, 2, 1, 2, 1), false, true), "not smaller");
    assertRefused(() -> new Activation(Activation.Function.CLIP, 2, 1), "2.0", "1.0");
    assertRefused(() -> new Activation(Activation.Function.SCALE, Float.NaN, 1), "NaN");
    assertRefused(() -> new Slice(0, 3, 2, 1), "end = 2");
    assertRefused(() -> new Permute(List.of(0, 0)), "[0, 0]");
    assertRefused(() -> new Reshape(List.of(-1, -1)), "[-1, -1]");
    assertRefused(() -> new Reduce(Reduce.To.MEAN, List.of(1, 0), true), "[1, 0]");
    assertRefused(() -> new Normalize(Normalize.Over.BATCH, 0, 1, 0), "epsilon = 0.0");
    assertRefused(() -> new DependentGate(0, -1), "cut = -1.0");
    assertRefused(() -> new Constant(Shape.of(2), Role.WEIGHT, 0), "WEIGHT");
    assertRefused(() -> new BiasMap(List.of(List.of(0, 2))), "one is 2");
    assertRefused(() -> new BiasMap(List.of(List.of(2, 0, 2))), "none is 1");
    assertRefused(
        () -> new ConvolutionTransposed(1, Window.of(2, 2, 2, 0, 1), List.of(2, 0), 1), "[2, 0]");
  }

  @Test
  void statisticsAreBothThereOrNeither() {
    Parameter mean = new Parameter("m", Shape.of(3), Role.STATISTIC);
    Node norm = new Node("bn", Normalize.batch(), List.of("x"), Map.of("mean", "m"));
    assertRefused(
        () -> new Graph(List.of(X), List.of(mean), List.of(norm), List.of("bn")),
        "node 'bn' (normalize)",
        "'mean'",
        "'variance'");
  }

  @Test
  void twoNodesMayShareAParameter() {
    Parameter weight = new Parameter("w", Shape.of(3, 3), Role.WEIGHT);
    Map<String, String> takes = Map.of("weight", "w");
    Graph graph =
        new Graph(
            List.of(X),
            List.of(weight),
            List.of(
                new Node("a", new Linear(3), List.of("x"), takes),
                new Node("b", new Linear(3), List.of("a"), takes)),
            List.of("b"));
    assertThat(graph.weights()).isEqualTo(9);
    assertThat(graph.multiplyAdds()).isEqualTo(18);
  }

  @Test
  void aResidualNetworkIsWrittenInALine() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("image", 3, 9, 8), 16, 3, pad(1), stride(2)));
    Value y = g.conv2d(x, 16, 3, pad(1));
    Graph graph = g.build(g.dense(g.globalAverage(g.add(x, y)), 10));
    assertThat(graph.shape("add1")).isEqualTo(Shape.of(16, 5, 4));
    assertThat(graph.shape("dense1")).isEqualTo(Shape.of(10));
    assertThat(graph.units("add1")).isEqualTo(16);
    assertThat(graph.weights()).isEqualTo(16 * 3 * 9 + 16 * 16 * 9 + 160);
    assertThat(graph.readers().get("relu1")).hasSize(2);
    assertThat(graph.outputs()).containsExactly("dense1");
  }

  @Test
  void equalListsAreEqualGraphs() {
    assertThat(graph(relu("a", "x"))).isEqualTo(graph(relu("a", "x")));
    assertThat(graph(relu("a", "x"))).hasSameHashCodeAs(graph(relu("a", "x")));
    assertThat(graph(relu("a", "x"))).isNotEqualTo(graph(relu("b", "x")));
  }

  @Test
  void whatTheBuilderRefusesNamesTheNode() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("image", 3, 9, 8);
    assertRefused(() -> g.conv2d(x, 4, 11), "node 'conv1' (convolution)", "larger than");
    Value one = g.dense(x, 4);
    assertRefused(() -> g.named("sum").add(x, one), "node 'sum' (combine)", "3×9×8 and 3×9×4");
  }
}
