package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a model's file says of its data is what its run was told. */
class RecordedSplitTest {

  private static final Path PLACE = Path.of("a.safetensors");

  private static ModelFile file(Map<String, String> provenance) {
    var graph = Architectures.parse("mlp:4-2").graph();
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      int rows = parameter.shape().dim(0);
      int size = parameter.shape().size();
      values.put(parameter.name(), DenseMatrix.of(rows, size / rows, new float[size]));
    }
    return ModelFile.of(new Model("mlp:4-2", graph, values), provenance);
  }

  private static RunSpec spec(String... leaves) {
    SpecTree tree = SpecTree.of(RunSpec.defaults());
    for (int i = 0; i < leaves.length; i += 2) {
      tree = tree.with(leaves[i], leaves[i + 1], "test");
    }
    return tree.toSpec();
  }

  @Test
  void whatSplitsTheDataComesBackAndTheRestDoesNot() throws RunException {
    RunSpec spec =
        spec(
            "data.name", "adult.csv",
            "data.split_seed", "7",
            "data.table.label", "income, \"a\"",
            "data.table.header", "yes",
            "data.columns", "zip=category",
            "data.augment", "mixup:0.2");
    String said = RecordedSplit.of(spec);
    assertThat(said)
        .isEqualTo(
            "{\"validation\":0.1,\"split_seed\":7,\"columns\":\"zip=category\","
                + "\"table.label\":\"income, \\\"a\\\"\",\"table.header\":\"yes\"}");
    ModelFile file = file(Map.of("data", "adult.csv", "split", said));
    assertThat(RecordedSplit.of(file, PLACE))
        .contains(SpecTree.of(spec).with("data.augment", "none", "test").toSpec().data());
  }

  @Test
  void filesOfOlderBuildsSayNothing() throws RunException {
    assertThat(RecordedSplit.of(file(Map.of("data", "mnist")), PLACE)).isEmpty();
  }

  @Test
  void anotherTextIsRefusedInALine() {
    for (String text : new String[] {"half", "{\"valid\":1}", "{\"validation\":2}", "[1]"}) {
      assertThatThrownBy(() -> RecordedSplit.of(file(Map.of("data", "m", "split", text)), PLACE))
          .as(text)
          .isInstanceOf(RunException.class)
          .hasMessageContaining("a.safetensors: split")
          .hasMessageMatching("[^\\n]+");
    }
  }
}
