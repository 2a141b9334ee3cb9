package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Short runs end with the bits that an earlier build wrote down in {@code goldens.json}: all of the
 * checkpoint, the lines of {@code metrics.jsonl} but for the seconds, and the weights of the pruned
 * model. So a change of how Ockham is built can show that it changed no number.
 *
 * <p>Bits depend on the processor, by which BLAS and libtorch choose their kernels. Each entry
 * therefore says what {@link ArithmeticProbe} gave where it was recorded; where it gives something
 * else, the lines are compared to a tolerance and the rest is not. The names of the tests say which
 * of both is done.
 *
 * <p>Where numbers were to change, {@code -Dockham.goldens=write} records what this build computes:
 *
 * <pre>
 * mvn -q test -pl cli -am -Dtest='Golden*Test' -Dsurefire.failIfNoSpecifiedTests=false \
 *   -Dockham.goldens=write
 * </pre>
 */
class GoldenRunsTest {

  private static final GoldenFile<Golden> RECORDED = new GoldenFile<>("goldens.json", Golden.class);
  private static final JsonMapper JSON = new JsonMapper();

  /** What is trained, as the command line takes it, so that it outlives any class. */
  private static final SortedMap<String, List<String>> RUNS =
      new TreeMap<>(
          Map.of(
              "dense layers that lose units and inputs",
              List.of(
                  "--arch=mlp:784-64-32-10",
                  "--method=sparse-vd",
                  "--epochs=8",
                  "--lr=0.003",
                  "--pretrain-epochs=1",
                  "--threshold=-1",
                  "--set=training.kl_weight.shape=constant",
                  "--set=training.gradual_pruning.from=0.3",
                  "--set=training.gradual_pruning.sparsity=0.97",
                  "--set=training.fine_tune.epochs=2",
                  "--set=training.fine_tune.weight_decay=0.1"),
              "convolutions and pooling that lose channels",
              List.of(
                  "--arch=net:1x28x28-conv12x2-pool2-relu-conv16x2-pool2-flatten-dense16-relu-dense10",
                  "--method=sparse-vd",
                  "--epochs=5",
                  "--lr=0.01",
                  "--beta=10",
                  "--threshold=-2",
                  "--set=training.kl_weight.shape=constant",
                  "--set=training.gradual_pruning.from=0.2",
                  "--set=training.gradual_pruning.sparsity=0.94",
                  "--set=training.fine_tune.epochs=1"),
              "batch norms, and gates that come to look at the example",
              List.of(
                  "--arch=net:1x28x28-conv6x5-bn-relu-pool2-flatten-dense32-bn-relu-dense10",
                  "--method=dependent-beta-bernoulli",
                  "--epochs=3",
                  "--lr=0.003",
                  "--pretrain-epochs=1",
                  "--set=method.gate_rate=30",
                  "--set=method.threshold=1")));

  @TempDir private Path temp;

  /**
   * How a run ended.
   *
   * @param probe what {@link ArithmeticProbe} gave
   * @param metrics a line per epoch
   * @param tensors type, shape and SHA-256 of each tensor of the checkpoint
   * @param weightsSha256 of the pruned model, as {@code ockham evaluate} prints it
   */
  record Golden(
      String probe,
      List<Map<String, Object>> metrics,
      SortedMap<String, String> tensors,
      String weightsSha256) {}

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @TestFactory
  Stream<DynamicTest> runsEndAsTheyDid() throws IOException {
    SortedMap<String, Golden> recorded = RECORDED.read();
    String probe = ArithmeticProbe.sha256();
    if (!GoldenFile.writing()) {
      assertThat(recorded.keySet()).as("runs in %s", RECORDED.name()).isEqualTo(RUNS.keySet());
    }
    return RUNS.keySet().stream()
        .map(name -> {
          if (GoldenFile.writing()) {
            return DynamicTest.dynamicTest(name + ": recorded", () -> record(name, probe));
          }
          Golden golden = Objects.requireNonNull(recorded.get(name));
          return golden.probe().equals(probe)
              ? DynamicTest.dynamicTest(
                  name + ": bit for bit", () -> requireEqual(train(name, probe), golden))
              : DynamicTest.dynamicTest(
                  name + ": to a tolerance, since this processor computes other bits",
                  () -> requireClose(train(name, probe), golden));
        });
  }

  private void record(String name, String probe) throws IOException {
    SortedMap<String, Golden> entries = RECORDED.read();
    entries.keySet().retainAll(RUNS.keySet());
    entries.put(name, train(name, probe));
    RECORDED.write(entries);
  }

  private Golden train(String name, String probe) throws IOException {
    Path run = Files.createTempDirectory(temp, "run").resolve("run");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--data=fashion-mnist-mini",
                "--seed=7",
                "--threads=2",
                "--on-collapse=continue",
                "--set=training.variance_products=float32",
                "--json",
                "--out=" + run));
    arguments.addAll(Objects.requireNonNull(RUNS.get(name)));
    CommandLineRun done = CommandLineRun.of(arguments.toArray());
    assertThat(done.exitCode()).as(done.err()).isZero();

    List<Map<String, Object>> metrics = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      Map<String, Object> values = JSON.readValue(line, new TypeReference<>() {});
      assertThat(values.remove("seconds")).isNotNull();
      assertThat(values.remove("crc32c")).isNotNull(); // The seconds are in it.
      metrics.add(values);
    }
    SortedMap<String, String> tensors = new TreeMap<>();
    Safetensors.read(run.resolve("checkpoints/last.safetensors"))
        .tensors()
        .forEach((tensor, content) -> tensors.put(tensor, content + " " + sha256(content)));
    return new Golden(
        probe, metrics, tensors, ModelFile.load(run.resolve("model.safetensors")).weightsSha256());
  }

  private static String sha256(StoredTensor tensor) {
    byte[] bytes = new byte[tensor.data().remaining()];
    tensor.data().get(bytes);
    return GoldenFile.sha256(bytes);
  }

  private static void requireEqual(Golden run, Golden golden) {
    assertSoftly(all -> {
      all.assertThat(run.metrics()).as("metrics.jsonl").isEqualTo(golden.metrics());
      all.assertThat(run.tensors()).as("checkpoint").isEqualTo(golden.tensors());
      all.assertThat(run.weightsSha256())
          .as(
              "weights of the model; if all of these were to change: " + GoldenFile.REFRESH,
              "GoldenRunsTest")
          .isEqualTo(golden.weightsSha256());
    });
  }

  /** What other last bits make of so few steps: some flipped examples, weights and draws. */
  private static void requireClose(Golden run, Golden golden) {
    assertThat(run.tensors().keySet()).isEqualTo(golden.tensors().keySet());
    assertThat(run.metrics()).hasSameSizeAs(golden.metrics());
    for (int i = 0; i < run.metrics().size(); i++) {
      Map<String, Object> line = run.metrics().get(i);
      Map<String, Object> expected = golden.metrics().get(i);
      assertThat(line.keySet()).isEqualTo(expected.keySet());
      int epoch = i + 1;
      line.forEach((key, value) -> {
        Object other = Objects.requireNonNull(expected.get(key));
        String what =
            "epoch %d, %s, on another processor than the recorded one".formatted(epoch, key);
        switch (key) {
          case "layers" -> {}
          case "nll", "kl" ->
              assertThat(number(value))
                  .as(what)
                  .isCloseTo(number(other), Percentage.withPercentage(5));
          case "validation_nll", "pruned_validation_nll" ->
              assertThat(number(value))
                  .as(what)
                  .isCloseTo(number(other), Percentage.withPercentage(10));
          case "validation_error_percent", "pruned_validation_error_percent" ->
              assertThat(number(value)).as(what).isCloseTo(number(other), within(4.0));
          case "sparsity" ->
              assertThat(number(value)).as(what).isCloseTo(number(other), within(0.02));
          default -> assertThat(value).as(what).isEqualTo(other);
        }
      });
    }
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }
}
