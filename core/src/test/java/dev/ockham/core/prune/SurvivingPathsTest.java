package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SurvivingPathsTest {

  private static final Graph DENSE = dense(false);

  /** 6×6 → conv 3 → 4×4 → pool → 2×2 → flatten: channel c becomes features 4c to 4c + 3. */
  private static final Graph CONV = conv();

  private static Graph dense(boolean normed) {
    var g = new GraphBuilder();
    Value input = g.flatten(g.input("x", 2));
    Value x = g.named("first").dense(input, 3);
    Value behind = g.relu(normed ? g.batchNorm(x) : x);
    Value y = g.named("middle").dense(behind, 2);
    Value last = g.relu(normed ? g.batchNorm(y) : y);
    return g.build(g.named("last").dense(last, 2));
  }

  private static Graph conv() {
    var g = new GraphBuilder();
    Value x = g.flatten(g.maxPool(g.named("conv").conv2d(g.input("x", 1, 6, 6), 2, 3), 2));
    return g.build(g.named("out").dense(x, 2));
  }

  private static Map<String, Mask> masks(Graph graph, Mask... masks) {
    Map<String, Mask> map = new LinkedHashMap<>();
    for (int i = 0; i < masks.length; i++) {
      map.put(graph.prunable().get(i).name(), masks[i]);
    }
    return map;
  }

  private static Optional<String> dead(Graph graph, Mask... masks) {
    return SurvivingPaths.firstDeadNode(graph, masks(graph, masks));
  }

  private static List<Mask> connected(Graph graph, Mask... masks) {
    return List.copyOf(SurvivingPaths.connected(graph, masks(graph, masks)).values());
  }

  @Test
  void oneWeightPerLayerInARowIsAPath() {
    // input 1 → unit 2 → unit 0 → output 1
    assertThat(dead(DENSE, kept(6, 5), kept(6, 2), kept(4, 2))).isEmpty();
    assertThat(dead(DENSE, Mask.all(6), Mask.all(6), Mask.all(4))).isEmpty();
  }

  @Test
  void aWeightIsConnectedOnlyOnAPathFromInputToOutput() {
    // input 1 → unit 2 → unit 0 → output 1, beside a weight into unit 0, which nobody reads, and
    // one from unit 1, which reads nothing.
    assertThat(connected(DENSE, kept(6, 1, 5), kept(6, 2, 4), kept(4, 2, 3)))
        .containsExactly(kept(6, 5), kept(6, 2), kept(4, 2));
    assertThat(connected(DENSE, Mask.all(6), Mask.all(6), Mask.all(4)))
        .containsExactly(Mask.all(6), Mask.all(6), Mask.all(4));
    assertThat(connected(DENSE, Mask.all(6), kept(6), Mask.all(4)))
        .containsExactly(kept(6), kept(6), kept(4));
  }

  @Test
  void batchNormsLetPathsThrough() {
    Graph normed = dense(true);
    assertThat(connected(normed, kept(6, 1, 5), kept(6, 2, 4), kept(4, 2)))
        .containsExactly(kept(6, 5), kept(6, 2), kept(4, 2));
    assertThat(dead(normed, Mask.all(6), kept(6), Mask.all(4))).contains("middle");
  }

  @Test
  void channelsAreConnectedThroughPoolingAndFlattening() {
    // Channel 0 keeps weight 3, and output 1 reads its feature 2; channel 1 keeps weight 9, and
    // nobody reads it.
    assertThat(connected(CONV, kept(18, 3, 9), kept(16, 10)))
        .containsExactly(kept(18, 3), kept(16, 10));
    // Output 0 reads channel 1, which reads nothing.
    assertThat(connected(CONV, kept(18, 3), kept(16, 5))).containsExactly(kept(18), kept(16));
  }

  @Test
  void aLayerWithoutWeightsIsNamed() {
    assertThat(dead(DENSE, kept(6), Mask.all(6), Mask.all(4))).contains("first");
    assertThat(dead(DENSE, Mask.all(6), kept(6), Mask.all(4))).contains("middle");
    assertThat(dead(DENSE, Mask.all(6), Mask.all(6), kept(4))).contains("last");
  }

  @Test
  void aPathCanBreakAlthoughEveryLayerHasWeights() {
    // first reaches unit 0 alone; middle listens to unit 1 alone
    assertThat(dead(DENSE, kept(6, 0, 1), kept(6, 1, 4), Mask.all(4))).contains("middle");
    // middle reaches its unit 0; last listens to unit 1 alone
    assertThat(dead(DENSE, Mask.all(6), kept(6, 0), kept(4, 1, 3))).contains("last");
  }

  @Test
  void flattenCarriesAChannelToAllItsPositions() {
    // kernel element 17 is the last of channel 1, whose features are 4 to 7
    for (int feature = 0; feature < 8; feature++) {
      assertThat(dead(CONV, kept(18, 17), kept(16, 8 + feature)))
          .isEqualTo(feature < 4 ? Optional.of("out") : Optional.empty());
    }
  }

  @Test
  void aConvolutionReadsTheChannelThatItsKernelBelongsTo() {
    var g = new GraphBuilder();
    Value x = g.named("a").conv2d(g.input("x", 1, 6, 6), 2, 3);
    Value y = g.flatten(g.named("b").conv2d(x, 1, 2));
    Graph two = g.build(g.named("out").dense(y, 1));
    for (int element = 0; element < 8; element++) {
      assertThat(dead(two, kept(18, 3), kept(8, element), Mask.all(9)))
          .isEqualTo(element < 4 ? Optional.empty() : Optional.of("b"));
    }
  }

  @Test
  void aDeadBranchIsNoDeadNetwork() {
    var g = new GraphBuilder();
    Value x = g.named("stem").dense(g.input("x", 2), 2);
    Value r = g.relu(x);
    Value y = g.add(x, g.named("branch").dense(r, 2));
    Graph graph = g.build(g.named("out").dense(y, 1));
    assertThat(dead(graph, Mask.all(4), kept(4), Mask.all(2))).isEmpty();
    assertThat(dead(graph, kept(4), Mask.all(4), Mask.all(2))).contains("stem");
    // Unit 0 goes around the branch, unit 1 through it to the sum's unit 0.
    assertThat(connected(graph, Mask.all(4), kept(4, 1, 2), kept(2, 0)))
        .containsExactly(Mask.all(4), kept(4, 1), kept(2, 0));
  }

  @Test
  void hiddenUnitsReachEachOther() {
    var g = new GraphBuilder();
    Value h = g.recurrent(g.input("x", 3, 1), Recurrent.Cell.TANH, 2, true);
    Graph graph = g.build(g.named("out").dense(h, 1));
    // input → unit 0 → unit 1 (in the next step) → out
    assertThat(connected(graph, kept(2, 0), kept(4, 2), kept(2, 1)))
        .containsExactly(kept(2, 0), kept(4, 2), kept(2, 1));
    assertThat(dead(graph, kept(2, 0), kept(4, 1), kept(2, 1))).contains("out");
  }

  @Test
  void aSharedWeightMustBeReachedAndReadInOneNode() {
    var g = new GraphBuilder();
    Value x = g.input("x", 2);
    Value left = g.named("left").dense(g.named("a").dense(x, 2), 2);
    Value right = g.named("right").dense(g.named("b").dense(x, 2), 2);
    Graph apart = g.build(g.add(g.named("c").dense(left, 1), g.named("d").dense(right, 1)));
    Graph graph = sharing(apart, "right", "left.weight");
    // x → a unit 1, b unit 0; left and right make unit 0 of both; c reads unit 1 and d unit 0.
    Map<String, Mask> kept =
        Map.of(
            "a.weight", kept(4, 2),
            "b.weight", kept(4, 0),
            "left.weight", kept(4, 0, 1),
            "c.weight", kept(2, 1),
            "d.weight", kept(2, 0));
    assertThat(SurvivingPaths.connected(graph, kept))
        .containsEntry("a.weight", kept(4))
        .containsEntry("b.weight", kept(4, 0))
        .containsEntry("left.weight", kept(4, 0))
        .containsEntry("c.weight", kept(2))
        .containsEntry("d.weight", kept(2, 0));
  }

  /** The graph in which a node takes another's weights. */
  private static Graph sharing(Graph graph, String node, String weight) {
    return new Graph(
        graph.inputs(),
        graph.parameters().stream().filter(p -> !p.name().equals(node + ".weight")).toList(),
        graph.nodes().stream()
            .map(each ->
                each.name().equals(node)
                    ? new Node(
                        node,
                        each.operator(),
                        each.inputs(),
                        Map.of("weight", weight, "bias", node + ".bias"))
                    : each)
            .toList(),
        graph.outputs());
  }

  @Test
  void survivingUnitsAreNamed() {
    List<SurvivingUnits> units = SurvivingUnits.of(CONV, masks(CONV, kept(18, 3, 9), kept(16, 10)));
    assertThat(units).extracting(SurvivingUnits::kind).containsExactly("channels", "neurons");
    assertThat(units).extracting(SurvivingUnits::ranges).containsExactly("0, 1", "1");
    assertThat(new SurvivingUnits(CONV.nodes().getFirst(), List.of(0, 1, 2, 5, 7, 8)).ranges())
        .isEqualTo("0–2, 5, 7, 8");
  }

  /** Keeps the given places. */
  private static Mask kept(int length, int... places) {
    float[] scores = new float[length];
    Arrays.fill(scores, 1);
    for (int place : places) {
      scores[place] = 0;
    }
    return Mask.below(scores, 1);
  }
}
