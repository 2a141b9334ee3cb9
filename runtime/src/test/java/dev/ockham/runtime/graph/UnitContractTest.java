package dev.ockham.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What operators say about units holds, by the reference: for every sample and wherever the units
 * of its inputs may lie.
 */
class UnitContractTest {
  private static final int COUNT = 3;
  private static final long SEED = 20;

  static List<GraphSample> samples() {
    return OperatorSamples.all();
  }

  /** Axes that the units of the inputs may lie along; −1 for none. */
  private static List<List<Integer>> axes(List<Shape> in) {
    List<List<Integer>> all = new ArrayList<>(List.of(List.of()));
    for (Shape shape : in) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> before : all) {
        for (int axis = -1; axis < shape.rank(); axis++) {
          List<Integer> with = new ArrayList<>(before);
          with.add(axis);
          longer.add(with);
        }
      }
      all = longer;
    }
    return all;
  }

  /** One sample with its units along some axes, and its numbers. */
  private record Case(
      GraphSample sample,
      List<Integer> axes,
      Map<String, double[]> numbers,
      Map<String, double[]> inputs) {

    Graph graph() {
      return sample.graph();
    }

    Node node() {
      return OperatorSamples.node(sample);
    }

    UnitRemoval removal() {
      return new UnitRemoval(graph(), node(), axes);
    }

    Tensor run() {
      double[] values =
          Objects.requireNonNull(
              ReferenceForward.run(graph(), numbers, inputs, COUNT).get(OperatorSamples.NODE));
      List<Integer> dims = new ArrayList<>(List.of(COUNT));
      dims.addAll(graph().shape(OperatorSamples.NODE).dims());
      return Tensor.of(new Shape(dims).toArray(), values);
    }

    /** Sets an input's unit to 0, or to what it is in the first example. */
    void fix(int input, int unit, boolean zero) {
      fixWhere(input, zero, u -> u == unit);
    }

    /** Sets what an input holds to what it is in the first example. */
    void fixAll(int input) {
      double[] values = values(input);
      int size = values.length / COUNT;
      for (int i = size; i < values.length; i++) {
        values[i] = values[i % size];
      }
    }

    void fixWhere(int input, boolean zero, IntPredicate units) {
      Shape shape = graph().inputShapes(node()).get(input);
      Tensor one = Tensor.zeros(shape.toArray());
      double[] values = values(input);
      for (int i = 0; i < values.length; i++) {
        int place = i % shape.size();
        if (units.test(one.index(place)[axes.get(input)])) {
          values[i] = zero ? 0 : values[place];
        }
      }
    }

    private double[] values(int input) {
      return Objects.requireNonNull(inputs.get(node().inputs().get(input)));
    }

    /** Zeroes what a parameter has for the units that go, of an input or of the output. */
    void zero(String slot, UnitMap.Tie tie, UnitRemoval removal) {
      Parameter parameter = graph().parameter(node(), slot);
      if (parameter == null) {
        return;
      }
      double[] values = Objects.requireNonNull(numbers.get(parameter.name()));
      BitSet gone = removal.indices(parameter.shape(), tie);
      Tensor shaped = Tensor.of(parameter.shape().toArray(), values);
      for (int place = 0; place < values.length; place++) {
        if (gone.get(shaped.index(place)[tie.axis()])) {
          values[place] = 0;
        }
      }
    }
  }

  private static Case with(GraphSample sample, List<Integer> axes) {
    return new Case(
        sample,
        axes,
        ReferenceForward.numbers(sample.model(SEED)),
        GraphSample.widened(sample.inputs(SEED, COUNT)));
  }

  private static List<Case> cases(GraphSample sample) {
    List<Case> cases = new ArrayList<>();
    Node node = OperatorSamples.node(sample);
    for (List<Integer> axes : axes(sample.graph().inputShapes(node))) {
      cases.add(with(sample, axes));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aMapHasOneLinkPerInputAndAnAxisOfTheOutput(GraphSample sample) {
    for (Case each : cases(sample)) {
      UnitMap map = each.removal().map();
      assertThat(map.inputs()).hasSize(each.axes().size());
      assertThat(map.axis()).isBetween(-1, sample.graph().shape(OperatorSamples.NODE).rank() - 1);
      for (int i = 0; i < map.inputs().size(); i++) {
        if (each.axes().get(i) < 0 || map.axis() < 0) {
          assertThat(map.inputs().get(i)).isInstanceOf(UnitMap.Whole.class);
        }
      }
      List<String> slots =
          each.node().operator().slots(sample.graph().inputShapes(each.node())).stream()
              .map(Slot::name)
              .toList();
      assertThat(slots).containsAll(map.ties().keySet());
    }
  }

  /** Takes units away, several at a time in several ways; the others give what they gave. */
  @ParameterizedTest
  @MethodSource("samples")
  void removingUnitsLeavesTheOthersAsTheyWere(GraphSample sample) {
    for (Case each : cases(sample)) {
      UnitRemoval none = each.removal();
      for (int o = 0; o < none.unitsOut(); o++) {
        UnitRemoval removal = each.removal();
        removal.goneOut().set(o);
        remove(each, removal, o % 2 == 0);
      }
      for (int i = 0; i < each.axes().size(); i++) {
        for (int u = 0; none.free(i) && u < none.unitsIn(i); u++) {
          UnitRemoval removal = each.removal();
          removal.goneIn(i).set(u);
          remove(each, removal, u % 2 == 0);
        }
      }
      for (int seed = 0; seed < 6; seed++) {
        UnitRemoval removal = each.removal();
        some(removal, each.axes().size(), new Draws(seed), seed < 4 ? 0.4 : 1);
        remove(each, removal, seed % 2 == 0);
      }
    }
  }

  private static void some(UnitRemoval removal, int inputs, Draws draws, double share) {
    for (int o = 0; o < removal.unitsOut(); o++) {
      removal.goneOut().set(o, draws.chance(share));
    }
    for (int i = 0; i < inputs; i++) {
      for (int u = 0; removal.free(i) && u < removal.unitsIn(i); u++) {
        removal.goneIn(i).set(u, draws.chance(share));
      }
    }
  }

  private static void remove(Case original, UnitRemoval removal, boolean zeroValues) {
    removal.close();
    Case each = with(original.sample(), original.axes());
    for (int i = 0; i < each.axes().size(); i++) {
      if (removal.map().inputs().get(i) instanceof UnitMap.Mixed && zeroValues) {
        each.fixWhere(i, true, removal.goneIn(i)::get);
      }
    }
    removal
        .map()
        .ties()
        .forEach((slot, ties) -> {
          for (UnitMap.Tie tie : ties) {
            boolean output = tie.input() == UnitMap.Tie.OUTPUT;
            if (output ? computed(removal.map()) : !zeroValues) {
              each.zero(slot, tie, removal);
            }
          }
        });
    double[] expected = removal.output(each.run().values(), COUNT);
    Graph graph = removal.graph();
    assertThat(graph.shape(OperatorSamples.NODE))
        .as("%s, units along %s", each.node(), each.axes())
        .isEqualTo(removal.leftOut());
    Map<String, double[]> inputs = new LinkedHashMap<>(each.inputs());
    for (int i = 0; i < each.axes().size(); i++) {
      String name = each.node().inputs().get(i);
      double[] values = Objects.requireNonNull(inputs.get(name));
      inputs.put(name, removal.input(i, values, COUNT));
    }
    double[] actual =
        Objects.requireNonNull(
            ReferenceForward.run(graph, removal.numbers(each.numbers()), inputs, COUNT)
                .get(OperatorSamples.NODE));
    assertClose(
        actual,
        expected,
        "%s, units along %s, without %s".formatted(each.sample(), each.axes(), removal.goneOut()));
  }

  /** Whether output units are made through weights, which zeroing them makes 0. */
  private static boolean computed(UnitMap map) {
    return map.inputs().stream()
        .allMatch(link -> link instanceof UnitMap.Mixed || link instanceof UnitMap.Whole);
  }

  private static void assertClose(double[] actual, double[] expected, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= 1e-12 * largest)) {
        throw new AssertionError(
            what + ": number " + i + " is " + actual[i] + ", not " + expected[i]);
      }
    }
  }

  /**
   * An output unit is the same for all examples where all units that it is carried or merged from
   * are, and so is whatever is read whole.
   */
  @ParameterizedTest
  @MethodSource("samples")
  void unitsMadeOfConstantsAreConstant(GraphSample sample) {
    for (Case fresh : cases(sample)) {
      UnitRemoval removal = fresh.removal();
      for (int o = 0; o < removal.unitsOut(); o++) {
        Case each = with(sample, fresh.axes());
        for (int i = 0; i < each.axes().size(); i++) {
          fixSources(each, removal.map().inputs().get(i), i, o, removal.unitsIn(i));
        }
        assertSame(each, removal.map().axis(), o);
      }
    }
  }

  private static void fixSources(Case each, UnitMap.Link link, int input, int o, int units) {
    switch (link) {
      case UnitMap.Carried carried -> each.fix(input, carried.index().unit(o, units), false);
      case UnitMap.Merged merged -> each.fixWhere(input, false, unit -> unit / merged.block() == o);
      case UnitMap.Mixed mixed -> each.fixAll(input);
      case UnitMap.Whole whole -> each.fixAll(input);
    }
  }

  private static void assertSame(Case each, int axis, int unit) {
    Tensor y = each.run();
    for (int place = 0; place < y.values().length; place++) {
      int[] at = y.index(place);
      if (at[axis + 1] == unit) {
        at[0] = 0;
        assertThat(y.values()[place])
            .as("%s, units along %s, unit %s", each.sample(), each.axes(), unit)
            .isCloseTo(y.get(at), offset(1e-9));
      }
    }
  }

  @Test
  void zeroTimesAnythingIsZero() {
    Set<String> shown = new TreeSet<>();
    for (GraphSample sample : samples()) {
      Operator operator = OperatorSamples.node(sample).operator();
      if (!operator.zeroFromAnyZero()) {
        continue;
      }
      for (Case fresh : cases(sample)) {
        UnitRemoval removal = fresh.removal();
        for (int i = 0; i < fresh.axes().size(); i++) {
          if (removal.map().inputs().get(i) instanceof UnitMap.Carried carried) {
            for (int o = 0; o < removal.unitsOut(); o++) {
              Case each = with(sample, fresh.axes());
              each.fix(i, carried.index().unit(o, removal.unitsIn(i)), true);
              assertZero(each, removal.map().axis(), o);
              shown.add(operator.kind());
            }
          }
        }
      }
    }
    assertThat(shown).containsExactly("combine", "matrix_product");
  }

  private static void assertZero(Case each, int axis, int unit) {
    Tensor y = each.run();
    for (int place = 0; place < y.values().length; place++) {
      if (y.index(place)[axis + 1] == unit) {
        assertThat(y.values()[place]).as("%s, unit %s", each.sample(), unit).isZero();
      }
    }
  }

  @Test
  void aZeroOfTheSilencingParameterSilencesItsUnit() {
    Set<String> shown = new TreeSet<>();
    Set<String> claimed = new TreeSet<>();
    for (GraphSample sample : samples()) {
      String slot = OperatorSamples.node(sample).operator().silencing();
      if (slot == null) {
        continue;
      }
      String kind = OperatorSamples.node(sample).operator().kind();
      claimed.add(kind);
      for (Case fresh : cases(sample)) {
        UnitRemoval removal = fresh.removal();
        List<UnitMap.Tie> ties = removal.map().ties().getOrDefault(slot, List.of());
        boolean there = sample.graph().parameter(fresh.node(), slot) != null;
        for (int o = 0; there && !ties.isEmpty() && o < removal.unitsOut(); o++) {
          Case each = with(sample, fresh.axes());
          UnitRemoval one = each.removal();
          one.goneOut().set(o);
          each.zero(slot, ties.get(0), one);
          assertSame(each, removal.map().axis(), o);
          shown.add(kind);
        }
      }
    }
    assertThat(shown).isEqualTo(claimed).contains("normalize", "affine", "dependent_gate");
  }
}
