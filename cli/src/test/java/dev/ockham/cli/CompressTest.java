package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.tools.ToolProvider;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ockham compress} from its command line to the files that it leaves. */
class CompressTest {

  @TempDir private Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Tag("long")
  @Test
  void aTableIsCompressedToAFileOfTheWishedSize() throws IOException {
    JsonNode result =
        CommandLineRun.json(
            "compress",
            "--arch",
            "mlp:in-30-out",
            "--data",
            "iris",
            "--label",
            "species",
            "--target",
            "file<=2200",
            "--budget",
            "40epochs",
            "--threads",
            1,
            "--set",
            "training.batch=10",
            "--set",
            "data.validation=0.3",
            "--json",
            "--out",
            folder.resolve("small"));
    assertThat(result.get("holds").asBoolean()).isTrue();
    Path model = folder.resolve("small/model.safetensors");
    assertThat(Files.size(model)).isLessThanOrEqualTo(2200);
    assertThat(Files.size(model)).isEqualTo(result.get("file").asLong());
    assertThat(folder.resolve("small/model.onnx")).isRegularFile();
    assertThat(folder.resolve("small/report.html")).content().contains("</html>");
    JsonNode summary =
        new JsonMapper().readTree(Files.readString(folder.resolve("small/summary.json")));
    assertThat(summary.get("weights_sha256")).isEqualTo(result.get("weights_sha256"));
    assertThat(summary.get("error")).isEqualTo(result.get("error"));
    theProgramCompiles(folder.resolve("small/Predict.java"));
  }

  private void theProgramCompiles(Path program) throws IOException {
    assertThat(Files.readAllLines(program)).hasSizeLessThanOrEqualTo(12);
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                program.toString());
    assertThat(failed).isZero();
  }

  @Test
  void aRunIsCompressedAndGoesOnWhereItWas() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("dense"), "--method", "none");
    List<Object> command =
        List.of(
            "compress",
            folder.resolve("dense"),
            "--target",
            "compression>=4",
            "--budget",
            "4epochs",
            "--threads",
            1,
            "--set",
            "data.validation=0.3",
            "--json",
            "--out",
            folder.resolve("small"));
    JsonNode first = CommandLineRun.json(command.toArray());
    assertThat(first.get("compression").asDouble()).isGreaterThanOrEqualTo(4);
    Object[] again = new Object[command.size() + 1];
    System.arraycopy(command.toArray(), 0, again, 0, command.size());
    again[command.size()] = "--resume";
    assertThat(CommandLineRun.json(again).get("weights_sha256"))
        .isEqualTo(first.get("weights_sha256"));
    CommandLineRun evaluated =
        CommandLineRun.of("evaluate", folder.resolve("small/model.safetensors"), "--data", data);
    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
  }

  /** Equal commands leave equal bytes, in files that are as small as wished. */
  @Tag("long")
  @Test
  void quickLeavesAllFilesAndEqualBytes() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("dense"), "--method", "none");
    for (String out : List.of("first", "second")) {
      JsonNode result =
          CommandLineRun.json(
              "compress",
              folder.resolve("dense"),
              "--effort",
              "quick",
              "--most",
              "dense2=50%",
              "--target",
              "compression>=3",
              "--threads",
              1,
              "--set",
              "data.validation=0.3",
              "--json",
              "--out",
              folder.resolve(out));
      assertThat(result.get("holds").asBoolean()).isTrue();
      assertThat(result.get("compression").asDouble()).isGreaterThanOrEqualTo(3);
      assertThat(folder.resolve(out + "/model.onnx")).isRegularFile();
      assertThat(folder.resolve(out + "/report.html")).content().contains("</html>");
    }
    assertThat(folder.resolve("second/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("first/model.safetensors"));
  }

  /** A network of numbers is fine-tuned in the units that it learnt, and shipped in those of y. */
  @Tag("long")
  @Test
  void numbersStayInTheirUnitsWhenQuickFineTunes() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder rows = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 200; i++) {
      double a = random.nextDouble(-1, 1);
      double b = random.nextDouble(-1, 1);
      rows.append(a).append(',').append(b).append(',').append(1000 + 30 * a - 20 * b).append('\n');
    }
    Path table = Files.writeString(folder.resolve("numbers.csv"), rows);
    CommandLineRun trained =
        CommandLineRun.of(
            "train",
            "--data",
            table,
            "--label",
            "y",
            "--arch",
            "mlp:in-20-out",
            "--method",
            "none",
            "--epochs",
            20,
            "--batch",
            10,
            "--threads",
            1,
            "--out",
            folder.resolve("dense"));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    JsonNode result =
        CommandLineRun.json(
            "compress",
            folder.resolve("dense"),
            "--effort",
            "quick",
            "--budget",
            "3epochs",
            "--target",
            "compression>=1.5",
            "--set",
            "data.validation=0.3",
            "--threads",
            1,
            "--json",
            "--out",
            folder.resolve("small"));
    assertThat(result.get("chosen").asString()).isEqualTo("round-2");
    assertThat(result.get("epochs").asInt()).isEqualTo(3);
    assertThat(result.get("rmse").asDouble()).isLessThan(15);
  }

  /** What was not granted is said, kept, and told by the exit code. */
  @Test
  void aWishThatCannotBeGrantedIsExitCodeThree() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("dense"), "--method", "none");
    CommandLineRun run =
        CommandLineRun.of(
            "compress",
            folder.resolve("dense"),
            "--target",
            "error<=dense",
            "--target",
            "weights<=11",
            "--budget",
            "3epochs",
            "--threads",
            1,
            "--out",
            folder.resolve("small"));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.out()).contains("no network that was tried grants both", "does not hold");
    assertThat(folder.resolve("small/model.safetensors")).isRegularFile();
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("dense"), "--method", "none");
    JsonNode outlook =
        CommandLineRun.json(
            "compress",
            folder.resolve("dense"),
            "--target",
            "compression>=4",
            "--budget",
            "4epochs",
            "--threads",
            1,
            "--dry-run",
            "--json",
            "--out",
            folder.resolve("small"));
    assertThat(outlook.get("epochs").asInt()).isEqualTo(4);
    assertThat(outlook.get("dense").get("weights").asDouble()).isEqualTo(TinyRuns.WEIGHTS);
    assertThat(folder.resolve("small")).doesNotExist();
  }

  /** {@code train --target} is {@code compress --arch} under another name. */
  @Test
  void trainingToAWishIsCompressing() throws IOException {
    List<Object> shared =
        List.of(
            "--arch",
            "mlp:in-12-out",
            "--data",
            "iris",
            "--label",
            "species",
            "--target",
            "compression>=3",
            "--threads",
            1,
            "--set",
            "data.validation=0.3",
            "--set",
            "training.batch=5",
            "--json",
            "--out");
    List<Object> train = new ArrayList<>(List.of("train", "--epochs", 24));
    train.addAll(shared);
    train.add(folder.resolve("trained"));
    List<Object> compress = new ArrayList<>(List.of("compress", "--budget", "24epochs"));
    compress.addAll(shared);
    compress.add(folder.resolve("compressed"));
    JsonNode trained = CommandLineRun.json(train.toArray());
    assertThat(trained.get("compression").asDouble()).isGreaterThanOrEqualTo(3);
    assertThat(trained.get("weights_sha256"))
        .isEqualTo(CommandLineRun.json(compress.toArray()).get("weights_sha256"));
    assertThat(folder.resolve("trained/model.onnx")).isRegularFile();
  }

  /** The best of several, whichever ends first; and nothing is done twice. */
  @Tag("long")
  @Test
  void thoroughGivesTheSameBytesInOneProcessAndInTwo() throws IOException {
    for (int processes = 1; processes <= 2; processes++) {
      List<Object> command =
          new ArrayList<>(
              List.of(
                  "compress",
                  "--arch",
                  "mlp:in-12-out",
                  "--data",
                  "iris",
                  "--label",
                  "species",
                  "--target",
                  "compression>=3",
                  "--effort",
                  "thorough",
                  "--methods",
                  "sparse-vd,ard",
                  "--seeds=3",
                  "--budget",
                  "24epochs",
                  "--set",
                  "data.validation=0.3",
                  "--set",
                  "training.batch=5",
                  "--json",
                  "--processes",
                  processes));
      command.addAll(List.of("--out", folder.resolve("best-" + processes)));
      JsonNode result = CommandLineRun.json(command.toArray());
      assertThat(result.get("candidates")).hasSize(2);
      double chosen = result.get("error").asDouble();
      result
          .get("candidates")
          .forEach(each -> assertThat(chosen).isLessThanOrEqualTo(each.get("error").asDouble()));
      command.add("--resume");
      assertThat(CommandLineRun.json(command.toArray()).get("weights_sha256"))
          .isEqualTo(result.get("weights_sha256"));
      Path summary = folder.resolve("best-" + processes).resolve("ard-3/summary.json");
      byte[] flipped = Files.readAllBytes(summary);
      flipped[flipped.length / 2] ^= 1;
      Files.write(summary, flipped);
      CommandLineRun refused = CommandLineRun.of(command.toArray());
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err().lines().filter(line -> line.startsWith("ockham: ")))
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains(summary.toString(), "checksum");
    }
    assertThat(folder.resolve("best-2/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("best-1/model.safetensors"));
  }

  /** The command of the README, on pictures that come with Ockham. */
  @Tag("long")
  @Test
  void theCommandOfTheReadmeHolds() {
    JsonNode result =
        CommandLineRun.json(
            "compress",
            "--arch",
            "lenet-300-100",
            "--data",
            "fashion-mnist-mini",
            "--target",
            "error<=dense+2",
            "--budget",
            "12epochs",
            "--json",
            "--out",
            folder.resolve("small"));
    assertThat(result.get("holds").asBoolean()).isTrue();
    assertThat(result.get("compression").asDouble()).isGreaterThan(5);
  }
}
