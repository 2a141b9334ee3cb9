package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.data.DatasetEntry;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.Schedule;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class RunRecordTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

  @TempDir Path root;
  private RunFolder folder = new RunFolder(Path.of(""));

  @BeforeEach
  void writeARecord() throws IOException {
    folder = new RunFolder(root);
    record(RunRecord.Status.STOPPED).write(folder);
  }

  private static RunRecord record(RunRecord.Status status) {
    RunSpec spec =
        SpecTree.of(RunSpec.defaults())
            .with("training.seed", Long.toString(Long.MIN_VALUE), "test")
            .with("training.learning_rate.initial", "0.1234567890123456789", "test")
            .with("data.name", "näme \"quoted\"", "test")
            .toSpec();
    return new RunRecord(
        status,
        spec,
        new RunRecord.Data("ab12", "from\nsomewhere", 54_000, 6_000, 33.318421, 0.1 + 0.2),
        Map.of("java", "25", "kernels", "vector"),
        Map.of("epoch", 3, "nll", 0.25, "layers", List.of(Map.of("name", "dense1"))));
  }

  /** A run that has begun, of an architecture and a seed. */
  static RunRecord record(String architecture, long seed) {
    RunSpec spec =
        RunSpec.defaults().with("architecture", architecture).with("training.seed", (int) seed);
    return new RunRecord(
            RunRecord.Status.RUNNING,
            spec,
            new RunRecord.Data("ab12", "here", 90, 10, 0, 1),
            Map.of("java", "25"),
            Map.of())
        .identified(Architectures.parse(architecture).graph());
  }

  @ParameterizedTest
  @EnumSource(RunRecord.Status.class)
  void comesBackAsItWas(RunRecord.Status status) throws IOException {
    RunRecord record = record(status);
    record.write(folder);
    assertThat(RunRecord.read(folder)).isEqualTo(record);
  }

  @Test
  void theNumberOfWorkersComesBackAndIsOneWhereNothingIsSaid() throws IOException {
    RunRecord one = record(RunRecord.Status.STOPPED);
    assertThat(one.workers()).isEqualTo(1);
    RunRecord three = one.withWorkers(3);
    three.write(folder);
    assertThat(RunRecord.read(folder)).isEqualTo(three);
    one.write(folder);
    assertThat(RunRecord.read(folder)).isEqualTo(one);
    assertThat(Files.readString(folder.record())).doesNotContain("workers");
  }

  @Test
  void rulesOfDataComeBackAsTheyWere() throws IOException {
    DataRules rules =
        new DataRules(
            "{\"classes\":[\"a\",\"ü\"],\"later\":{\"columns\":[{\"name\":\"x\",\"mean\":0.1}]}}");
    RunRecord plain = record(RunRecord.Status.FINISHED);
    RunRecord record =
        new RunRecord(
            plain.status(),
            plain.spec(),
            new RunRecord.Data("ab12", "here", 9, 1, 0, 1, rules),
            plain.software(),
            plain.last());
    record.write(folder);
    assertThat(RunRecord.read(folder)).isEqualTo(record);
    change("data.classes", "one");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> RunRecord.read(folder))
        .withMessageContainingAll(folder.record().toString(), "classes is 'one'");
  }

  /** A program that has the model alone, or its ONNX file, knows no data set by its hash. */
  @Test
  void aModelOfKnownDataNamesTheirClasses() {
    for (String name : List.of("fashion-mnist-mini", "mnist")) {
      DatasetEntry data = DatasetCatalog.standard().named(name).orElseThrow();
      RunRecord plain = record(RunRecord.Status.FINISHED);
      RunRecord record =
          new RunRecord(
              plain.status(),
              plain.spec(),
              new RunRecord.Data(data.contentHash(), "jar", 9, 1, 0, 1),
              plain.software(),
              plain.last());
      assertThat(record.modelFile(outputs(10)).rules().classes())
          .as("what is called by its number has no name")
          .isEqualTo(name.equals("mnist") ? List.of() : data.classNames());
      assertThat(record.modelFile(outputs(3)).rules()).isEqualTo(DataRules.NONE);
    }
  }

  private static Model outputs(int count) {
    GraphBuilder g = new GraphBuilder();
    return new Model(
        "small",
        g.build(g.named("fc").dense(g.input("x", 2), count)),
        Map.of(
            "fc.weight", DenseMatrix.of(count, 2, new float[2 * count]),
            "fc.bias", DenseMatrix.of(count, 1, new float[count])));
  }

  private static final Outcome OUTCOME =
      new Outcome(
          "validation",
          6_000,
          266_200,
          List.of(
              new Outcome.Row(
                  Outcome.Form.DENSE, new EpochMetrics.Score(1.9, 0.0625), 266_200, 1_067_000),
              new Outcome.Row(Outcome.Form.MASKED, null, 7_000, 50_000),
              new Outcome.Row(
                  Outcome.Form.PRUNED, new EpochMetrics.Score(2.1, 0.1 + 0.2), 6_419, 39_655)));

  @Test
  void theOutcomeComesBackAsItWas() throws IOException {
    RunRecord record = record(RunRecord.Status.FINISHED).with(OUTCOME);
    record.write(folder);
    assertThat(RunRecord.read(folder)).isEqualTo(record);
    Outcome dense = new Outcome("test", 0, 10, OUTCOME.rows().subList(0, 1));
    record.with(dense).write(folder);
    assertThat(RunRecord.read(folder).outcome()).isEqualTo(dense);
    assertThat(OUTCOME.compression(OUTCOME.rows().getLast())).isEqualTo(266_200.0 / 6_419);
  }

  @ParameterizedTest
  @CsvSource({
    "outcome, 5",
    "outcome.split, 5",
    "outcome.images, -1",
    "outcome.weights, x",
    "outcome.dense, x",
    "outcome.dense.nll, x",
    "outcome.pruned.bytes, -2",
    "outcome.pruned.nonzero_weights, 0.5",
  })
  void anOutcomeThatIsWrongIsNamed(String path, String value) throws IOException {
    record(RunRecord.Status.FINISHED).with(OUTCOME).write(folder);
    change(path, value.matches("-?[0-9.]+") ? (Object) Double.valueOf(value) : value);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> RunRecord.read(folder))
        .withMessageContainingAll(folder.record().toString(), path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "spec",
        "spec.data",
        "spec.data.name",
        "spec.architecture",
        "spec.training.seed",
        "spec.training.adam",
        "spec.training.adam.beta1",
        "data",
        "data.sha256",
        "data.origin",
        "data.train",
        "data.validation",
        "data.input_mean",
        "data.input_scale",
        "software",
        "last"
      })
  void aFieldThatIsMissingIsNamed(String path) throws IOException {
    change(path, null);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> RunRecord.read(folder))
        .withMessageContaining(folder.record().toString())
        .withMessageContaining(path.replace("spec.", ""))
        .withMessageContaining("missing");
  }

  @Test
  void aRecordFromBeforeThereWasASettingIsAsThen() throws IOException {
    record(RunRecord.Status.FINISHED).write(folder);
    RunSpec written = RunRecord.read(folder).spec();
    change("spec.training.gradual_pruning.sparsity", null);
    change("spec.training.fine_tune.weight_decay", null);
    change("spec.training.fine_tune.stages", null);
    change("spec.training.fine_tune.most_loss", null);
    change("spec.training.schedule", null);
    change("spec.method.only", null);
    change("spec.method.except", null);
    assertThat(RunRecord.read(folder).spec()).isEqualTo(written);
    assertThat(written.method().only()).isEqualTo("*");
    assertThat(written.method().except()).isEqualTo("none");
    assertThat(written.training().gradualPruning().sparsity()).isZero();
    assertThat(written.training().fineTune().weightDecay()).isZero();
    assertThat(written.training().fineTune().stages()).isEqualTo(1);
    assertThat(written.training().schedule()).isEqualTo(Schedule.STATED);
  }

  @ParameterizedTest
  @CsvSource({
    "status, 5",
    "status, done",
    "spec, 5",
    "spec.training.epochs, 0",
    "spec.training.epochs, many",
    "spec.architecture, lenet-9",
    "spec.method.kl, none",
    "data, x",
    "data.sha256, 5",
    "data.train, x",
    "data.train, 1.5",
    "data.train, -1",
    "data.train, 99999999999",
    "data.validation, -1",
    "data.input_mean, x",
    "data.input_scale, x",
    "software, 5",
    "last, 5",
  })
  void aFieldThatIsWrongIsNamedWithItsValue(String path, String value) throws IOException {
    change(path, value.matches("-?[0-9.]+") ? (Object) Double.valueOf(value) : value);
    String shown = value.matches("[0-9]") ? value : value.replaceAll("[0-9]+$", "");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> RunRecord.read(folder))
        .withMessageContaining(folder.record().toString())
        .withMessageContaining(path.replace("spec.", ""))
        .withMessageContaining(shown);
  }

  @Test
  void aFieldOfAnotherVersionIsRefused() throws IOException {
    change("spec.training.momentum", 0.9);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> RunRecord.read(folder))
        .withMessageContaining("training.momentum");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "3", "{", "{\"status\": ", "{} x", "{\"a\":1,\"a\":2}"})
  void whatIsNoRecordIsSaidInOneLine(String text) throws IOException {
    Files.writeString(folder.record(), text);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> RunRecord.read(folder))
        .withMessageStartingWith(folder.record().toString())
        .satisfies(e -> assertThat(e).message().doesNotContain("\n"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("java.util"));
  }

  @Test
  void aTruncatedRecordIsRefusedAtEveryLength() throws IOException {
    byte[] whole = Files.readAllBytes(folder.record());
    String end = new String(whole, StandardCharsets.UTF_8).strip();
    assertThat(end).endsWith("}");
    for (int length = 0; length < end.getBytes(StandardCharsets.UTF_8).length; length += 7) {
      Files.write(folder.record(), Arrays.copyOf(whole, length));
      assertThatExceptionOfType(RunException.class)
          .as("length " + length)
          .isThrownBy(() -> RunRecord.read(folder));
    }
  }

  @Test
  void aFolderWithoutARecordIsNoRun() {
    RunFolder empty = new RunFolder(root.resolve("none"));
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> RunRecord.read(empty))
        .withMessage("%s is not a run: it has no run.json", empty.root());
  }

  @Test
  void provenanceTellsWhatMadeAModel() {
    assertThat(record(RunRecord.Status.FINISHED).provenance())
        .containsEntry("method", "sparse-vd")
        .containsEntry("data_sha256", "ab12")
        .containsEntry("seed", Long.toString(Long.MIN_VALUE))
        .containsEntry("kernels", "vector");
  }

  /** Sets the field of a path in run.json, or takes it away. */
  @SuppressWarnings("unchecked") // the tree of a JSON reader
  private void change(String path, @Nullable Object value) throws IOException {
    Map<String, Object> tree = JSON.readValue(Files.readAllBytes(folder.record()), TREE);
    tree.remove("checksum"); // As who changes it by hand.
    List<String> keys = new ArrayList<>(List.of(path.split("\\.")));
    String last = keys.removeLast();
    Map<String, Object> branch = tree;
    for (String key : keys) {
      branch = (Map<String, Object>) Objects.requireNonNull(branch.get(key));
    }
    if (value == null) {
      assertThat(branch.remove(last)).isNotNull();
    } else {
      branch.put(last, value);
    }
    Files.write(folder.record(), JSON.writeValueAsBytes(tree));
  }
}
