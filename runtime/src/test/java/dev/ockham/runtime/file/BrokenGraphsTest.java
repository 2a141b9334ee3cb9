package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What makes a graph none is said in one line that names node, operator and shapes, wherever the
 * graph comes from.
 */
class BrokenGraphsTest {
  private static final String A =
      "{'name':'a','operator':{'op':'linear','outputs':3},'inputs':['x']";
  private static final String B = "{'name':'b','operator':{'op':'activation'";
  private static final String SUM = "'inputs':['a','b']";
  private static final String WEIGHT = "{'name':'a.weight',";

  @TempDir Path folder;

  private static Graph good() {
    GraphBuilder g = new GraphBuilder();
    Value a = g.named("a").dense(g.input("x", 2), 3);
    return g.build(g.named("sum").add(a, g.named("b").relu(a)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        A
            + " | {'name':'a','operator':{'op':'linear','outputs':3},'inputs':['sum'] | node 'a'"
            + " (linear) reads 'sum', which runs after it or is itself: that is a cycle",
        SUM
            + " | 'inputs':['a','z'] | node 'sum' (combine) of 3, ? reads 'z', which no input and"
            + " no node gives",
        SUM + " | 'inputs':['a','x'] | node 'sum' (combine) of 3, 2: does not fit 3 and 2 together",
        "'shape':[2] | 'shape':[] | node 'a' (linear) of one number: takes a vector but gets one"
            + " number",
        B
            + " | {'name':'a','operator':{'op':'activation' | node 'a' (activation) of 3 has the"
            + " name of an earlier node (linear) of 3",
        B
            + " | {'name':'x','operator':{'op':'activation' | node 'x' (activation) of 3 has the"
            + " name of an input of 2",
        "'outputs':['sum'] | 'outputs':['c'] | output 'c' is the value of no input and no node;"
            + " the last is node 'sum' (combine) of 3, 3, which gives 3",
        "'shape':[2] | 'shape':[2]},{'name':'x','shape':[3,4] | two inputs have the name 'x', of 2"
            + " and of 3×4",
      })
  void textsAndModelFilesSayIt(String from, String to, String problem) throws Exception {
    for (String text : List.of(GraphJson.write(good()), GraphJson.writeShort(good()))) {
      String broken = edited(text, from, to);
      assertOneLine(() -> GraphJson.read(broken), problem);
      assertRefusedInAModelFile(broken, problem);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        WEIGHT
            + " | {'name':'w','shape':[4,2],'role':'weight'},{'name':'a.weight', | parameter 'w'"
            + " (WEIGHT) of 4×2 is taken by no node",
        "'shape':[3,2] | 'shape':[3,4] | node 'a' (linear) of 2: needs a weight of 3×2, but"
            + " 'a.weight' is of 3×4",
        WEIGHT
            + " | {'name':'a.bias','shape':[4,2],'role':'weight'},{'name':'a.weight', | two"
            + " parameters have the name 'a.bias', of 4×2 and of 3",
      })
  void parametersThatAreNamedSayIt(String from, String to, String problem) throws Exception {
    String broken = edited(GraphJson.write(good()), from, to);
    assertOneLine(() -> GraphJson.read(broken), problem);
    assertRefusedInAModelFile(broken, problem);
  }

  private static String edited(String text, String from, String to) {
    String broken = text.replace(from.replace('\'', '"'), to.replace('\'', '"'));
    assertThat(broken).isNotEqualTo(text);
    return broken;
  }

  private void assertRefusedInAModelFile(String graph, String problem) throws Exception {
    SafetensorsFile file =
        ModelFile.of(OperatorGraphs.model(good(), 1, 1), Map.of()).toSafetensors();
    SortedMap<String, String> metadata = new TreeMap<>(file.metadata());
    metadata.put("graph", graph);
    Path path = folder.resolve("broken.safetensors");
    ModelFileTest.write(path, FileChecksum.added(new SafetensorsFile(metadata, file.tensors())));
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(path))
        .withMessageStartingWith(path + ": ")
        .withMessageEndingWith(": metadata 'graph': " + problem);
  }

  private static void assertOneLine(ThrowingCallable what, String problem) {
    assertThatIllegalArgumentException().isThrownBy(what).withMessage(problem);
    assertThat(problem).doesNotContain("\n");
  }

  @Test
  void programsAreToldTheSame() {
    Graph good = good();
    List<Node> turned = new ArrayList<>(good.nodes().reversed());
    assertOneLine(
        () -> new Graph(good.inputs(), good.parameters(), turned, good.outputs()),
        "node 'sum' (combine) reads 'a', which runs after it or is itself: that is a" + " cycle");
    List<Parameter> more = new ArrayList<>(good.parameters());
    more.add(new Parameter("w", Shape.of(4), Role.BIAS));
    assertOneLine(
        () -> new Graph(good.inputs(), more, good.nodes(), good.outputs()),
        "parameter 'w' (BIAS) of 4 is taken by no node");
    assertOneLine(
        () -> new Graph(good.inputs(), List.of(), List.of(), List.of("y")),
        "output 'y' is the value of no input and no node; there is no node, but input 'x' of 2");
  }

  @Test
  void theBuilderSaysItAtTheCall() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 3, 8, 8);
    Value y = g.named("fc").dense(g.flatten(x), 4);
    assertOneLine(
        () -> g.named("fc").dense(y, 4),
        "node 'fc' (linear) of 4 has the name of an earlier node or an input; choose another by"
            + " named(...)");
    assertOneLine(
        () -> g.named("x").relu(y),
        "node 'x' (activation) of 4 has the name of an earlier node or an input; choose another by"
            + " named(...)");
    assertOneLine(
        () -> g.named("sum").add(x, y),
        "node 'sum' (combine) of 3×8×8, 4: does not fit 3×8×8 and 4 together");
    Value foreign = new GraphBuilder().input("elsewhere", 4);
    Value sum = g.add(y, foreign);
    assertOneLine(
        () -> g.build(sum),
        "node 'add1' (combine) of 4, ? reads 'elsewhere', which no input and no node gives");
  }
}
