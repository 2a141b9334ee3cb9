package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.core.start.WeightFile;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.SmallData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that start from trained weights of files and programs. */
class TrainedStartTest {

  private static final String CONV =
      "net:1x8x8-conv6x3-bn-relu-pool2-flatten-dense24-bn-relu-dense4";

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(600);

  private static RunSpec spec(String architecture, String method) {
    return RunSpec.defaults()
        .with("architecture", architecture)
        .with("method.name", method)
        .with("data.name", "quadrants")
        .withThreads(2)
        .withBatch(50)
        .withEpochs(1);
  }

  private RunSpec from(Path file, String method) {
    return spec(file.toString(), method).startingFrom(file);
  }

  private TrainedRun dense() throws Exception {
    RunSpec spec = spec(CONV, "none").withEpochs(12);
    return Training.run(spec, data, temp.resolve("dense"));
  }

  private double nll(TrainedRun run) {
    return (Double) Objects.requireNonNull(run.record().last().get("validation_nll"));
  }

  /** Its norms are folded and its inputs scaled within it; nothing is scaled twice. */
  @Test
  void aModelIsTheSameFunctionInARunOfItsOwn() throws Exception {
    TrainedRun dense = dense();
    Path model = dense.folder().model();
    TrainedRun still =
        Training.run(from(model, "none").withLearningRate(1e-30), data, temp.resolve("still"));
    assertThat(nll(still)).isCloseTo(nll(dense), within(1e-4));
    assertThat(still.record().start())
        .isEqualTo(new RunRecord.Start(model.toString(), sha256(model)));
    assertThat(still.pruned().provenance())
        .containsEntry("init_from", "model.safetensors")
        .containsEntry("init_from_sha256", sha256(model));
    float[] pixels = data.test().values(0, 8);
    float[] expected = Plan.of(ModelFile.load(model).model()).run(pixels, 8, 1);
    float[] found = Plan.of(still.pruned().model()).run(pixels, 8, 1);
    Parity.require("still", ReferenceForward.widened(expected), ReferenceForward.widened(found));
  }

  /** No folder of this machine is in what may be published. */
  @Test
  void theSameFileInAnotherFolderGivesTheSameBytes() throws Exception {
    Path model = dense().folder().model();
    List<byte[]> models = new ArrayList<>();
    for (String folder : List.of("here", "there")) {
      Path copy = Files.createDirectories(temp.resolve(folder)).resolve("start.safetensors");
      Files.copy(model, copy);
      TrainedRun run = Training.run(from(copy, "none"), data, temp.resolve(folder + "-run"));
      byte[] bytes = Files.readAllBytes(run.folder().model());
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain(temp.toString());
      assertThat(run.pruned().model().architecture()).isEqualTo("start.safetensors");
      models.add(bytes);
    }
    assertThat(models.get(0)).isEqualTo(models.get(1));
  }

  private static String sha256(Path file) throws Exception {
    return WeightFile.sha256(file);
  }

  /** What users do first: train on, at the usual rate. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "sparse-vd"})
  void oneEpochMakesItNoWorse(String method) throws Exception {
    TrainedRun dense = dense();
    TrainedRun on = Training.run(from(dense.folder().model(), method), data, temp.resolve("on"));
    double before =
        Evaluator.classify(dense.pruned().model(), dense.validation(data)).errorPercent();
    assertThat((Double) on.record().last().get("validation_error_percent"))
        .isLessThanOrEqualTo(before);
  }

  /** A state dict with the names of PyTorch, for a network with norms. */
  @Test
  void aStateDictOfAnotherTool() throws Exception {
    TrainedRun dense = dense();
    Map<String, StoredTensor> tensors = new TreeMap<>();
    SafetensorsFile checkpoint = Checkpoint.read(dense.folder()).content();
    checkpoint
        .tensors()
        .forEach((name, tensor) -> {
          if (name.matches("(conv|dense|bn)\\d\\.(theta|bias|gamma|beta)")) {
            String renamed =
                name.replace(".theta", ".weight")
                    .replace(".gamma", ".weight")
                    .replace(".beta", ".bias");
            tensors.put("module." + renamed, tensor);
          }
        });
    Path file = temp.resolve("state.safetensors");
    Safetensors.write(file, SafetensorsFile.of(Map.of("format", "pt"), tensors));
    TrainedRun run =
        Training.run(
            spec(CONV, "none").startingFrom(file).withLearningRate(1e-30),
            data,
            temp.resolve("run"));
    assertThat(nll(run)).isCloseTo(nll(dense), within(1e-4));
  }

  private RunRecord train(RunSpec spec, RunFolder folder, int steps) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    return Training.train(
        spec, data, folder, true, TrainingListener.SILENT, () -> asked.incrementAndGet() > steps);
  }

  /** The file may go, or change, once the run has begun. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void aStoppedRunNeedsNoFileAnyMore(int steps) throws Exception {
    Path file = Files.copy(dense().folder().model(), temp.resolve("model.safetensors"));
    RunSpec spec = from(file, "sparse-vd").withEpochs(2);
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    train(spec, whole, Integer.MAX_VALUE);
    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    train(spec, stopped, steps);
    Files.delete(file);
    train(spec, stopped, Integer.MAX_VALUE);
    assertThat(Checkpoint.read(stopped).content().weightsSha256())
        .isEqualTo(Checkpoint.read(whole).content().weightsSha256());
    assertThat(Files.readAllBytes(stopped.model())).isEqualTo(Files.readAllBytes(whole.model()));
  }

  /** Killed between its record and its first checkpoint, it needs the file, and the same one. */
  @Test
  void anotherFileIsNoticed() throws Exception {
    Path file = Files.copy(dense().folder().model(), temp.resolve("model.safetensors"));
    RunSpec spec = from(file, "none");
    RunFolder folder = new RunFolder(temp.resolve("run"));
    train(spec, folder, 0);
    Files.delete(folder.checkpoint());
    train(spec, folder, 0);
    Files.delete(folder.checkpoint());
    Files.deleteIfExists(folder.checkpointBefore());
    Model model = ModelFile.load(file).model();
    ModelFile.of(model, Map.of("note", "changed")).save(file);
    assertThatThrownBy(() -> train(spec, folder, 0))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("began with " + file)
        .hasMessageContaining(sha256(file));
  }

  /** Exporters fold norms away; a run has them again, and begins where the file ends. */
  @Test
  void normsComeBackAndTheFunctionStays() throws Exception {
    TrainedRun dense = dense();
    Path model = dense.folder().model();
    RunSpec spec = from(model, "none").with("training.init_norms", "true");
    TrainedRun still = Training.run(spec.withLearningRate(1e-30), data, temp.resolve("still"));
    assertThat(nll(still)).isCloseTo(nll(dense), within(1e-3));
    assertThat(still.snapshot().architecture().hasBatchNorm()).isTrue();
    assertThat(still.snapshot().plain()).containsKey("bn1.scale").doesNotContainKey("conv1.bias");
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    train(spec, whole, Integer.MAX_VALUE);
    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    train(spec, stopped, 0);
    Files.delete(stopped.checkpoint());
    train(spec, stopped, 3);
    train(spec, stopped, Integer.MAX_VALUE);
    assertThat(Checkpoint.read(stopped).content().weightsSha256())
        .isEqualTo(Checkpoint.read(whole).content().weightsSha256());
  }

  /** A network that no text describes, with numbers that a program made. */
  @Test
  void aModelMadeInJava() throws Exception {
    GraphBuilder g = new GraphBuilder();
    Value input = g.input("input", 1, 8, 8);
    Value x = g.relu(g.dense(g.flatten(input), 12));
    Graph graph = g.build(g.softmax(g.dense(g.add(x, g.dense(x, 12)), 4)));
    Map<String, Matrix> numbers = new TreeMap<>();
    graph
        .parameters()
        .forEach(p -> {
          float[] values = new float[p.shape().size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (i * 37 % 101 - 50) / 500f;
          }
          numbers.put(p.name(), DenseMatrix.of(p.rows(), p.columns(), values));
        });
    TrainedWeights weights = TrainedWeights.of("mine", new Model("mine", graph, numbers));
    List<TrainedWeights> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void startsFrom(TrainedWeights from) {
            heard.add(from);
          }

          @Override
          public void started(Position from, int epochs, int stepsPerEpoch) {
            assertThat(heard).hasSize(1);
          }
        };
    RunSpec spec = spec(CONV, "sparse-vd").withLearningRate(1e-30);
    TrainedRun run = Training.run(spec, weights, data, temp.resolve("run"), listener);
    assertThat(heard).containsExactly(weights);
    assertThat(run.record().spec().architecture()).isEqualTo("own:mine");
    assertThat(run.record().start()).isEqualTo(new RunRecord.Start("own:mine", weights.sha256()));
    assertThat(run.snapshot().layers().getFirst().theta())
        .containsExactly(weights.values().get("dense1.weight"), within(1e-6f));
    assertThat(Training.run(spec, weights, data, temp.resolve("run"), listener).record())
        .as("finished, and found again")
        .isEqualTo(run.record());
    numbers.put("dense3.bias", DenseMatrix.of(4, 1, new float[] {1, 2, 3, 4}));
    TrainedWeights others = TrainedWeights.of("mine", new Model("mine", graph, numbers));
    assertThatThrownBy(() -> Training.run(spec, others, data, temp.resolve("run"), listener))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("began with own:mine");
  }

  @Test
  void whatDoesNotFitIsSaidBeforeAnythingIsMade() throws Exception {
    Path model = dense().folder().model();
    Path folder = temp.resolve("new");
    assertThatThrownBy(
            () -> Training.run(spec("mlp:64-4", "none").startingFrom(model), data, folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(model.toString());
    assertThat(folder).doesNotExist();
  }
}
