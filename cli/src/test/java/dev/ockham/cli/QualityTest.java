package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What {@code ockham evaluate} says class by class, and of certainty; the regression sets. */
class QualityTest {

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("run"), "--method", "sparse-vd");
    CommandLineRun pruned =
        CommandLineRun.of(
            "prune",
            folder.resolve("run"),
            "--sparsity",
            "0.995",
            "--out",
            folder.resolve("little.safetensors"));
    assertThat(pruned.exitCode()).as(pruned.err()).isZero();
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void aRunIsShownBesideItsDenseNetwork() throws IOException {
    JsonNode result = json("evaluate", folder.resolve("run"), "--json");
    JsonNode quality = result.get("quality");
    assertThat(quality.get("kind").asString()).isEqualTo("classes");
    assertThat(quality.get("rows")).hasSize(10);
    assertThat(quality.get("confusion")).hasSize(10);
    assertThat(quality.get("pruned").get("error_percent").asDouble())
        .isEqualTo(result.get("error_percent").asDouble());
    for (JsonNode row : quality.get("rows")) {
      double harm = row.get("harm").asDouble();
      assertThat(harm)
          .isCloseTo(
              row.get("dense").get("f1").asDouble() - row.get("pruned").get("f1").asDouble(),
              within(1e-12));
      assertThat(row.get("harm_from").asDouble()).isLessThanOrEqualTo(harm + 1e-12);
      assertThat(row.get("harm_to").asDouble()).isGreaterThanOrEqualTo(harm - 1e-12);
    }
  }

  @Test
  void whatPruningHurtIsNamed() throws IOException {
    Path dense = folder.resolve("run/model.safetensors");
    Path little = folder.resolve("little.safetensors");
    Path data = folder.resolve("data");
    Object[] arguments = {"evaluate", little, "--data", data, "--against", dense};
    CommandLineRun said = CommandLineRun.of(arguments);
    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out()).contains("precision").contains("other f1").contains("hurt most    ");
    JsonNode quality =
        json("evaluate", little, "--data", data, "--against", dense, "--json").get("quality");
    assertThat(quality.get("hurt_most")).isNotEmpty();
    assertThat(quality.get("pruned").get("balanced_accuracy").asDouble())
        .isLessThan(quality.get("dense").get("balanced_accuracy").asDouble());
  }

  @Test
  void certaintyIsMeasuredBeforeAndAfterPruning() throws IOException {
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    TinyRuns.data(other);
    Files.write(other.resolve("t10k-images-idx3-ubyte"), grey());
    JsonNode result =
        json(
            "evaluate",
            folder.resolve("run"),
            "--uncertainty",
            "--samples",
            3,
            "--ood",
            other,
            "--json");
    for (String form : new String[] {"dense", "pruned"}) {
      JsonNode measured = result.get("uncertainty").get(form);
      assertThat(measured.get("brier").asDouble()).isBetween(0.0, 2.0);
      assertThat(measured.get("reliability")).hasSize(15);
      assertThat(measured.get("mutual_information").asDouble())
          .isBetween(0.0, measured.get("entropy").asDouble());
      assertThat(measured.get("risk_coverage").get(39).get("risk").asDouble() * 100)
          .isCloseTo(measured.get("error_percent").asDouble(), within(1e-9));
      assertThat(measured.get("ood").get("auroc_entropy").asDouble()).isGreaterThan(0.5);
    }
    // Drawn networks are those of --samples.
    assertThat(result.get("uncertainty").get("pruned").get("nll").asDouble())
        .isCloseTo(result.get("nll").asDouble(), within(1e-6));
    CommandLineRun said =
        CommandLineRun.of("evaluate", folder.resolve("run/model.safetensors"), "--uncertainty");
    assertThat(said.out()).contains("certainty ").contains("reliability ").contains("model");
  }

  /** Pictures without the band that tells the class. */
  private static byte[] grey() {
    byte[] file = TinyRuns.images(3, 40);
    for (int i = 16; i < file.length; i++) {
      file[i] = (byte) (i % 40);
    }
    return file;
  }

  @Test
  void regressionSetsGiveErrorLikelihoodAndSize() throws IOException {
    Path set = folder.resolve("sets/yacht/data");
    Files.createDirectories(set);
    SplittableRandom random = new SplittableRandom(1);
    Files.writeString(
        set.resolve("data.txt"),
        IntStream.range(0, 60)
            .mapToObj(_ -> {
              double x = random.nextDouble();
              return String.format(Locale.ROOT, "%.6f %.6f", x, 100 + 10 * x);
            })
            .collect(Collectors.joining("\n")));
    Files.writeString(set.resolve("index_features.txt"), "0\n");
    Files.writeString(set.resolve("index_target.txt"), "1\n");
    Files.writeString(set.resolve("index_train_0.txt"), rows(0, 50));
    Files.writeString(set.resolve("index_test_0.txt"), rows(50, 60));
    Path out = folder.resolve("results/uci.json");
    CommandLineRun said =
        CommandLineRun.of(
            "lab",
            "regression",
            "--data",
            folder.resolve("sets"),
            "--sets",
            "yacht",
            "--splits",
            1,
            "--samples",
            5,
            "--set",
            "training.epochs=60",
            "--out",
            out);
    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out()).contains("yacht").contains("of 100 left");
    assertThat(Files.readString(out)).contains("\"log_likelihood\"").contains("training.epochs");
    CommandLineRun wrong =
        CommandLineRun.of("lab", "regression", "--data", folder, "--sets", "boston");
    assertThat(wrong.exitCode()).isNotZero();
    assertThat(wrong.err()).contains("there is no set 'boston'");
  }

  private static String rows(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
  }
}
