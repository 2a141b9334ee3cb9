package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated
class GraphJsonTest {
  private static final String CONVOLUTION =
      "{'inputs':[{'name':'x','shape':[1,4,4]}],"
          + "'parameters':[{'name':'c.weight','shape':[2,1,3,3],'role':'weight'}],"
          + "'nodes':[{'name':'c','operator':{'op':'convolution','outputs':2,'window':"
          + "{'kernel':[3,3],'stride':[1,1],'before':[1,1],'after':[1,1],'dilation':[1,1]},"
          + "'groups':1},'inputs':['x'],'parameters':{'weight':'c.weight'}}],"
          + "'outputs':['c']}";

  static List<Graph> graphs() {
    return OperatorGraphs.all();
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void everyGraphComesBack(Graph graph) {
    assertThat(GraphJson.read(GraphJson.write(graph))).isEqualTo(graph);
    assertThat(GraphJson.read(GraphJson.writeReadable(graph))).isEqualTo(graph);
    assertThat(GraphJson.write(GraphJson.read(GraphJson.writeReadable(graph))))
        .isEqualTo(GraphJson.write(graph));
    assertThat(GraphJson.read(GraphJson.writeShort(graph))).isEqualTo(graph);
  }

  @Test
  void theShortTextLeavesOutWhatFollowsFromNodes() {
    String text = CONVOLUTION.replace('\'', '"');
    String brief =
        text.replace(
            "\"parameters\":[{\"name\":\"c.weight\",\"shape\":[2,1,3,3],\"role\":\"weight\"}],",
            "");
    Graph graph = GraphJson.read(text);

    assertThat(brief).isNotEqualTo(text);
    assertThat(GraphJson.writeShort(graph)).isEqualTo(brief);
    assertThat(GraphJson.read(brief)).isEqualTo(graph);
  }

  @Test
  void anotherOrderOfParametersIsWrittenOut() {
    Graph graph = GraphJson.read(GraphJson.write(linear("weight", "bias")));
    Graph turned =
        new Graph(graph.inputs(), graph.parameters().reversed(), graph.nodes(), graph.outputs());

    assertThat(List.of(GraphJson.writeShort(graph), GraphJson.writeShort(turned)))
        .filteredOn(text -> text.contains("\"role\""))
        .hasSize(1);
    assertThat(GraphJson.read(GraphJson.writeShort(turned))).isEqualTo(turned);
    assertThat(GraphJson.read(GraphJson.writeShort(graph))).isEqualTo(graph);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'inputs':['x'] | 'inputs':['y'] | node 'c' (convolution) reads 'y', which no input"
            + " and no node gives",
        "'shape':[1,4,4] | 'shape':[4,4] | node 'c' (convolution) of 4×4: takes channels × rows ×"
            + " columns but gets 4×4",
        "'groups':1 | 'groups':2 | node 'c' (convolution) of 1×4×4: its 2 groups do not divide the"
            + " 1 channels of 1×4×4"
      })
  void aShortTextThatDoesNotFitNamesTheNode(String from, String to, String problem) {
    String brief =
        GraphJson.writeShort(GraphJson.read(CONVOLUTION.replace('\'', '"')))
            .replace(from.replace('\'', '"'), to.replace('\'', '"'));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphJson.read(brief))
        .withMessage(problem);
  }

  @Test
  void thereIsASampleOfEveryOperator() {
    Set<String> seen =
        graphs().stream()
            .flatMap(graph -> graph.nodes().stream())
            .map(node -> node.operator().kind())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(seen).isEqualTo(kinds(Operator.class));
  }

  @Test
  void everyKindIsSuggested() {
    for (String kind : kinds(Operator.class)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GraphJson.read(withOperator("{\"op\":\"" + kind + "~\"}")))
          .withMessage(
              "nodes[0].operator.op is '"
                  + kind
                  + "~', which is not known; nearest is '"
                  + kind
                  + "'");
    }
  }

  private static Set<String> kinds(Class<?> type) {
    Set<String> kinds = new TreeSet<>();
    if (!type.isSealed()) {
      kinds.add(Operator.kind(type));
      return kinds;
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      kinds.addAll(kinds(permitted));
    }
    return kinds;
  }

  @Test
  void theTextIsAsDocumented() {
    Graph graph = GraphJson.read(CONVOLUTION.replace('\'', '"'));

    assertThat(GraphJson.write(graph)).isEqualTo(CONVOLUTION.replace('\'', '"'));
    assertThat(GraphJson.writeReadable(graph))
        .isEqualTo(
            """
            {"inputs":[
              {"name":"x","shape":[1,4,4]}],
             "parameters":[
              {"name":"c.weight","shape":[2,1,3,3],"role":"weight"}],
             "nodes":[
              {"name":"c","operator":{"op":"convolution","outputs":2,"window":\
            {"kernel":[3,3],"stride":[1,1],"before":[1,1],"after":[1,1],"dilation":[1,1]},\
            "groups":1},"inputs":["x"],"parameters":{"weight":"c.weight"}}],
             "outputs":[
              "c"]}
            """);
  }

  @Test
  void equalGraphsGiveEqualTexts() {
    assertThat(GraphJson.write(linear("weight", "bias")))
        .isEqualTo(GraphJson.write(linear("bias", "weight")));
  }

  private static Graph linear(String first, String second) {
    Map<String, String> taken = new LinkedHashMap<>();
    taken.put(first, "f." + first);
    taken.put(second, "f." + second);
    return new Graph(
        List.of(new Input("x", Shape.of(2))),
        List.of(
            new Parameter("f.weight", Shape.of(3, 2), Role.WEIGHT),
            new Parameter("f.bias", Shape.of(3), Role.BIAS)),
        List.of(new Node("f", new Linear(3), List.of("x"), taken)),
        List.of("f"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa", "ar-EG", "bn", "tr"})
  void everyLocaleWritesTheSame(String tag) {
    List<String> texts = graphs().stream().map(GraphJson::write).toList();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertThat("%d I".formatted(12).toLowerCase(Locale.getDefault()))
          .isNotEqualTo("12 i"); // it is at work
      assertThat(graphs().stream().map(GraphJson::write).toList()).isEqualTo(texts);
      assertThat(texts.stream().map(GraphJson::read).toList()).isEqualTo(graphs());
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "'op':'convolution' | 'op':'convolutoin' | nodes[0].operator.op is 'convolutoin', which is"
            + " not known; nearest is 'convolution'",
        "'op':'convolution' | 'op':1 | nodes[0].operator lacks 'op', a string",
        "'op':'convolution', | | nodes[0].operator lacks 'op', a string",
        "'outputs':2 | 'outputs':2.5 | nodes[0].operator.outputs is 2.5, not a whole number",
        "'outputs':2 | 'outputs':99999999999 | nodes[0].operator.outputs is 99999999999, not a"
            + " whole number of 32 bits",
        "'outputs':2 | 'outputs':'2' | nodes[0].operator.outputs is '2', not a whole number",
        "'outputs':2 | 'outputs':null | nodes[0].operator.outputs is null, not a whole number",
        "'outputs':2, | | nodes[0].operator lacks 'outputs'",
        "'outputs':2 | 'outputs':-2 | nodes[0].operator: outputs = -2, it must be >= 0",
        "'groups':1 | 'groups':1,'group':7 | nodes[0].operator has an unknown member 'group' = 7",
        "'kernel':[3,3] | 'kernel':3 | nodes[0].operator.window.kernel is 3, not an array",
        "'kernel':[3,3] | 'kernel':[3,true] | nodes[0].operator.window.kernel[1] is true, not a"
            + " whole number",
        "'kernel':[3,3] | 'kernel':[0,3] | nodes[0].operator.window: its kernel is 0",
        "'kernel':[3,3], | | nodes[0].operator.window lacks 'kernel'",
        "'kernel':[3,3] | 'kernel':[5,7] | node 'c' (convolution) of 1×4×4: its window of 7",
        "'role':'weight' | 'role':'Weight' | parameters[0].role is 'Weight', not one of weight,"
            + " table, bias",
        "'shape':[1,4,4] | 'shape':[1,4,-4] | inputs[0].shape: shape 1×4×-4 has a size below 0",
        "'shape':[1,4,4] | 'shape':[99999,99999] | inputs[0].shape: shape 99999×99999 has more"
            + " than",
        "'shape':[1,4,4] | 'shape':[1,1,1,1,1,1,1,1,1] | inputs[0].shape is an array of 9, not",
        "'shape':[1,4,4] | 'shape':{} | inputs[0].shape is an object of 0, not an array of sizes",
        "'parameters':{'weight':'c.weight'} | 'parameters':[] | nodes[0].parameters is an array of"
            + " 0, not an object",
        "'parameters':{'weight':'c.weight'} | 'parameters':{'weight':3} |"
            + " nodes[0].parameters.weight is 3, not a string",
        "'inputs':['x'] | 'inputs':['y'] | node 'c' (convolution) reads 'y', which no",
        "'outputs':['c'] | 'outputs':['c'],'x':1 | the text has an unknown member 'x' = 1",
        ",'outputs':['c'] | | the text lacks 'outputs'",
        "'outputs':['c'] | 'outputs':['c'],'outputs':[] | not valid JSON: the name 'outputs' occurs"
            + " twice",
        "'name':'c','op | 'name':'\\u0007','op | nodes[0]: node name has a control character",
      })
  void saysWhatIsWrongAndWhere(String from, String to, String message) {
    String changed = CONVOLUTION.replace(from, to == null ? "" : to);
    assertThat(changed).isNotEqualTo(CONVOLUTION);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphJson.read(changed.replace('\'', '"')))
        .withMessageStartingWith(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void longAndOddTextsStayShortInMessages() {
    String op = "conv\\u0000\\n".repeat(100_000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphJson.read(CONVOLUTION.replace('\'', '"').replace("convolution", op)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200).doesNotContain("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"inputs\":", "{\"nodes\":[{\"operator\":"})
  void deepTextsAreRefused(String opening) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphJson.read(opening.repeat(1_000_000)))
        .withMessageContaining("nesting is deeper than 64");
  }

  @Test
  void tooManyNodesAreRefused() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 1);
    Graph one = g.build(g.relu(x));
    String node = Json.write(GraphJson.write(one.nodes().get(0)));
    String many = (node + ",").repeat(Graph.MOST_NODES) + node;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphJson.read(GraphJson.write(one).replace(node, many)))
        .withMessageContaining("more than " + Graph.MOST_NODES);
  }

  @Test
  void hugeListsOfSettingsAreRefusedSoon() {
    String ascending = ascending(200_000);
    List<String> operators =
        List.of(
            "{\"op\":\"permute\",\"order\":" + ascending + "}",
            "{\"op\":\"bias_map\",\"kinds\":[" + ascending + "]}",
            "{\"op\":\"reduce\",\"to\":\"max\",\"axes\":" + ascending + ",\"keep\":true}",
            "{\"op\":\"reshape\",\"dims\":" + ascending + "}");
    for (String operator : operators) {
      assertThatIllegalArgumentException().isThrownBy(() -> GraphJson.read(withOperator(operator)));
    }
  }

  private static String ascending(int count) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(Integer.toString(i));
    }
    return "[" + String.join(",", numbers) + "]";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'op':'slice','axis':0,'start':0,'end':5,'step':2147483647}",
        "{'op':'slice','axis':0,'start':2147483647,'end':2147483647,'step':1}",
        "{'op':'pad','before':[2147483647],'after':[2147483647],'value':1e99}",
        "{'op':'pad','before':[2147483647],'after':[2147483647],'value':0}",
        "{'op':'reshape','dims':[2147483647,2147483647,2147483647,2147483647]}",
        "{'op':'recurrent','cell':'lstm','hidden':2147483647,'reverse':false,'last':true}",
        "{'op':'embed','rows':2147483647,'width':2147483647}",
        "{'op':'linear','outputs':2147483647}",
        "{'op':'pool','of':'max','window':{'kernel':[1048576],'stride':[1],'before':[0],'after':[0],"
            + "'dilation':[1048576]},'ceil':true,'count_padding':true}",
        "{'op':'resize','by':'nearest','align':'corners','sizes':[2147483647,2147483647]}",
        "{'op':'concat','axis':-1}",
        "{'op':'softmax','axis':2147483647,'log':false}",
      })
  void hugeSettingsAreRefused(String operator) {
    String text = withOperator(operator.replace('\'', '"'));

    if (operator.contains("'step':2147483647")) {
      assertThat(GraphJson.read(text).shape("node").dims()).containsExactly(1);
    } else {
      assertThatIllegalArgumentException().isThrownBy(() -> GraphJson.read(text));
    }
  }

  /** A graph of one node that reads a vector of five. */
  private static String withOperator(String operator) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 5);
    Graph graph = g.build(g.named("node").node("", Activation.of(Activation.Function.RELU), x));
    String relu = Json.write(GraphJson.write(graph.nodes().get(0).operator()));
    return GraphJson.write(graph).replace(relu, operator);
  }
}
