package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.loss.Distance;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.train.SmallData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks of every form learn their own outputs, without labels, and are pruned by that: several
 * inputs, several outputs, images and sequences as outputs. And networks learn from others.
 */
class TeacherTest {

  private static final Architecture SMALL =
      Architectures.parse("net:1x8x8-flatten-dense16-relu-dense4");

  @TempDir private Path temp;

  static Stream<Arguments> networksAndMethods() {
    List<Arguments> all = new ArrayList<>();
    TaughtNetworks.all()
        .forEach((name, graph) ->
            TaughtRuns.METHODS.forEach(method -> all.add(Arguments.of(name, graph, method))));
    // Every network and every method, but in a plain build not each with each.
    int methods = TaughtRuns.METHODS.size();
    int step = Thorough.oneIn(methods);
    return IntStream.range(0, all.size())
        .filter(i -> step == 1 || i % methods == i / methods % methods)
        .mapToObj(all::get);
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("networksAndMethods")
  void everyNetworkIsPrunedWithoutLabels(String name, Graph graph, String method) throws Exception {
    var dense =
        TaughtRuns.teach(
            TaughtRuns.spec(method, 6), TaughtNetworks.model(name, graph, 3), "random:200", temp);
    assertThat(dense.relativeErrors().values())
        .as("it has not gone far from what it was")
        .allSatisfy(error -> assertThat(error).isBetween(0.0, 0.5));
  }

  /** A small network learns what a large one makes of images, and is compared with labels too. */
  @Test
  void distillation() throws Exception {
    Dataset data = SmallData.of(400);
    RunSpec none =
        RunSpec.defaults()
            .with("method.name", "none")
            .withEpochs(8)
            .withBatch(20)
            .withLearningRate(0.01)
            .withThreads(2);
    Path large = temp.resolve("large");
    var network = Architectures.parse("net:1x8x8-conv8x3-bn-relu-flatten-dense32-relu-dense4");
    Training.run(none, network, data, large, TrainingListener.SILENT);
    TrainedRun taught =
        Training.run(
            none.taughtBy(large), SMALL, data, temp.resolve("small"), TrainingListener.SILENT);
    Lesson lesson = Objects.requireNonNull(taught.record().lesson());
    assertThat(lesson.labels()).isTrue();
    assertThat(lesson.distances()).containsExactly(new Distance.Divergence(1));
    assertThat(lesson.from()).isEqualTo(large.toString());
    Outcome outcome = Objects.requireNonNull(taught.record().outcome());
    var score = Objects.requireNonNull(outcome.rows().getFirst().score());
    assertThat(score.errorPercent()).as("labels were never shown to it").isLessThan(10);
    assertThat(score.nll()).isLessThan(0.3);
    assertThat(Files.readString(taught.folder().metrics())).contains("validation_error_percent");
  }

  /** What teaches is the run's network as it was, in front of it what raw values go through. */
  @Test
  void aRunThatStartsFromAnotherBeginsWhereThatWas() throws Exception {
    Dataset data = SmallData.of(200);
    RunSpec none = RunSpec.defaults().with("method.name", "none").withEpochs(2).withThreads(1);
    Path first = temp.resolve("first");
    Training.run(none.withLearningRate(0.01), SMALL, data, first, TrainingListener.SILENT);
    TrainedRun second =
        Training.run(
            none.startingFrom(first).taughtByItself().withLearningRate(1e-9),
            SMALL,
            data,
            temp.resolve("second"),
            TrainingListener.SILENT);
    Outcome outcome = Objects.requireNonNull(second.record().outcome());
    var score = Objects.requireNonNull(outcome.rows().getFirst().score());
    assertThat(score.nll()).isBetween(0.0, 1e-6);
    assertThat(score.relativeErrors().values()).allSatisfy(e -> assertThat(e).isLessThan(1e-6));
  }

  /** Who teaches itself has nothing to learn, where the teacher sees what the pupil sees. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "flip,crop:1,rotate:10", "flip,mixup:0.4"})
  void aTeacherSeesExamplesAsTheyWereChanged(String changes) throws Exception {
    Dataset data = SmallData.of(200);
    RunSpec none = RunSpec.defaults().with("method.name", "none").withEpochs(2).withThreads(2);
    Path first = temp.resolve("first");
    Training.run(none.withLearningRate(0.01), SMALL, data, first, TrainingListener.SILENT);
    RunSpec itself =
        none.startingFrom(first)
            .taughtByItself()
            .withLearningRate(1e-9)
            .with("data.augment", changes);
    for (String distance : List.of("kl", "squared")) {
      TrainedRun second =
          Training.run(
              itself.with("training.teacher.distance", distance),
              SMALL,
              data,
              temp.resolve(distance),
              TrainingListener.SILENT);
      Map<String, Object> last = MetricsLog.last(second.folder().metrics());
      assertThat((double) Objects.requireNonNull(last.get("loss")))
          .as(distance)
          .isBetween(-1e-6, 1e-6);
    }
  }

  @Test
  void whatMakesNoSenseIsRefusedBeforeAnythingIsMade() {
    Graph graph = TaughtNetworks.detector();
    Dataset random = RandomInputs.named("random:20").orElseThrow().draw("random:20", graph);
    Architecture detector = new Architecture("detector", graph);
    RunSpec spec = RunSpec.defaults().withEpochs(1);
    Path folder = temp.resolve("none");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> Training.run(spec, detector, random, folder, TrainingListener.SILENT))
        .withMessageContaining("have no labels; --loss teacher");
    TrainedWeights weights =
        TrainedWeights.of("detector", TaughtNetworks.model("detector", graph, 1));
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() ->
            Training.teach(
                spec.startingFrom(Path.of("x"))
                    .taughtByItself()
                    .with("training.teacher.distance", "kl"),
                weights,
                random,
                folder,
                TrainingListener.SILENT))
        .withMessageContaining("it needs vectors of logits");
    Dataset images = SmallData.of(20);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.teach(spec, weights, images, folder, TrainingListener.SILENT))
        .withMessageContaining("'quadrants' has images of 1×8×8");
    assertThat(folder).doesNotExist();
  }

  @Test
  void aTeacherOfOtherSizesLeavesNoFolder() throws Exception {
    Path file = temp.resolve("other.safetensors");
    ModelFile.of(TaughtNetworks.model("other", TaughtNetworks.uNet(), 1), Map.of()).save(file);
    Path folder = temp.resolve("none");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Training.run(
                RunSpec.defaults().withEpochs(1).taughtBy(file),
                SMALL,
                SmallData.of(20),
                folder,
                TrainingListener.SILENT))
        .withMessageContaining("makes [2×8×8] of 1×8×8")
        .withMessageContaining("makes [4] of");
    assertThat(folder).doesNotExist();
  }
}
