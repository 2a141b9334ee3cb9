package dev.ockham.onnx.write;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.Set;

/** What ONNX's own checker asks of a model, as far as no operator's schema is needed for it. */
final class OnnxValidity {
  private OnnxValidity() {}

  static void require(ModelProto model) {
    assertThat(model.getIrVersion()).isEqualTo(8);
    assertThat(model.getOpsetImportList()).hasSize(1);
    assertThat(model.getOpsetImport(0).getDomain()).isEmpty();
    assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(18);
    GraphProto graph = model.getGraph();
    assertThat(graph.getName()).isNotBlank();
    Set<String> values = new HashSet<>();
    graph.getInputList().forEach(input -> assertThat(values.add(input.getName())).isTrue());
    graph.getInitializerList().forEach(one -> assertThat(values.add(one.getName())).isTrue());
    graph
        .getSparseInitializerList()
        .forEach(one -> assertThat(values.add(one.getValues().getName())).isTrue());
    Set<String> names = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      assertThat(names.add(node.getName())).as(node.getName()).isTrue();
      for (String input : node.getInputList()) {
        assertThat(input.isEmpty() || values.contains(input))
            .as("%s reads %s", node.getName(), input)
            .isTrue();
      }
      for (String output : node.getOutputList()) {
        assertThat(output.isEmpty() || values.add(output)).as(output).isTrue();
      }
    }
    graph.getOutputList().forEach(output -> assertThat(values).contains(output.getName()));
  }
}
