package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code prune --evidence} and {@code prune --laplace}. */
class PruneEvidenceTest {

  @TempDir private static Path temp;

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(temp.resolve("data"));
    for (String method : new String[] {"sparse-vd", "bnn", "sbp", "vib", "none"}) {
      CommandLineRun run = TinyRuns.train(data, temp.resolve(method), "--method", method);
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private static CommandLineRun prune(String what, Object... more) {
    Object[] arguments = new Object[more.length + 4];
    arguments[0] = "prune";
    arguments[1] = temp.resolve(what);
    arguments[2] = "--out";
    arguments[3] = temp.resolve("out.safetensors");
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandLineRun.of(arguments);
  }

  private static JsonNode json(String what, Object... more) {
    Object[] arguments = new Object[more.length + 5];
    arguments[0] = "prune";
    arguments[1] = temp.resolve(what);
    arguments[2] = "--out";
    arguments[3] = temp.resolve("out.safetensors");
    arguments[4] = "--json";
    System.arraycopy(more, 0, arguments, 5, more.length);
    return CommandLineRun.json(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparse-vd", "bnn", "sbp", "vib"})
  void evidenceChoosesWithoutAThreshold(String method) {
    JsonNode result = json(method, "--evidence");
    assertThat(result.has("threshold")).isFalse();
    assertThat(result.get("evidence_gain_nats").asDouble()).isNotNegative();
    assertThat(result.get("kept_by_mask").asLong()).isBetween(0L, TinyRuns.WEIGHTS);
    CommandLineRun measured =
        CommandLineRun.of(
            "evaluate", temp.resolve("out.safetensors"), "--data", temp.resolve("data"), "--json");
    assertThat(measured.exitCode()).as(measured.err()).isZero();
  }

  @Test
  void saysThatAnImproperPriorIsReplaced() {
    CommandLineRun run = prune("sparse-vd", "--evidence");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("the prior of 'sparse-vd' is improper; each layer gets a Gaussian one")
        .contains("dense1:")
        .contains("prior deviation");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "none/model.safetensors"})
  void laplacePrunesWhatHasNoPosterior(String subject) {
    JsonNode result = json(subject, "--laplace", "--sparsity", "0.5");
    assertThat(result.get("sparsity").asDouble()).isCloseTo(0.5, within(0.1));
    assertThat(result.get("weights").asLong()).isEqualTo(TinyRuns.WEIGHTS);
    CommandLineRun measured =
        CommandLineRun.of(
            "evaluate", temp.resolve("out.safetensors"), "--data", temp.resolve("data"), "--json");
    assertThat(measured.exitCode()).as(measured.err()).isZero();
  }

  @Test
  void laplaceWithoutASparsityGoesByTheEvidence() {
    JsonNode result = json("none", "--laplace", "--no-refit", "--examples", "60");
    assertThat(result.get("evidence_gain_nats").asDouble()).isPositive();
    assertThat(result.get("nonzero_weights").asLong()).isBetween(1L, TinyRuns.WEIGHTS - 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | --evidence | method 'none' has no Gaussian weights",
        "none | --laplace --threshold 3 | --laplace has no --threshold",
        "none | --laplace --evidence | --laplace has no --evidence",
        "none | --laplace --examples 0 | --examples is 0; it must be at least 1",
        "none | --laplace --sparsity 2 | --sparsity is 2.0; it must be from 0 to 1",
        "none | --laplace --data mnist | are for a model file; a RUN has its own",
        "none | --laplace --bits 5 | --bits is not for --laplace",
        "none | --examples 5 | --examples is for --laplace, which is missing",
        "none | --no-refit | --no-refit is for --laplace, which is missing",
        "none | --evidence --sparsity 0.5 | mutually exclusive",
        "none/model.safetensors | --laplace --data nowhere | nowhere",
        "none/model.safetensors | --laplace --data iris | examples",
        "none/model.safetensors | --evidence | --laplace prunes it",
      })
  void badInputIsOneLine(String subject, String options, String said) {
    CommandLineRun run = prune(subject, (Object[]) options.split(" "));
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err().strip().lines().filter(line -> line.contains(said.strip()))).hasSize(1);
    assertThat(run.err()).doesNotContain("\tat ");
  }
}
