package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a foreign file or folder says is data: no path that is opened, and no order. */
class ForeignFilesTest {

  private static final String ESCAPE = "\u001b[2J";

  @TempDir private static Path folder;

  @BeforeAll
  static void train() throws IOException {
    TinyRuns.data(folder.resolve("data"));
    trainInto(folder.resolve("run"));
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private static CommandLineRun done(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static String refused(int code, Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
    return run.err().lines().reduce((_, last) -> last).orElse("");
  }

  /** A model like that of the run, which says something else of where it comes from. */
  private static Path model(String name, String key, String value) throws IOException {
    ModelFile file = ModelFile.load(folder.resolve("run/model.safetensors"));
    TreeMap<String, String> provenance = new TreeMap<>(file.provenance());
    provenance.put(key, value);
    Path path = folder.resolve(name);
    new ModelFile(file.model(), provenance, file.rules()).save(path);
    return path;
  }

  private static void trainInto(Path run) {
    done(
        "train",
        "--data",
        folder.resolve("data"),
        "--arch",
        TinyRuns.ARCHITECTURE,
        "--epochs",
        1,
        "--out",
        run);
  }

  @Test
  void aModelDoesNotChooseWhatIsRead() throws IOException {
    Path own = folder.resolve("data");
    done("evaluate", folder.resolve("run"));
    done("evaluate", folder.resolve("run/model.safetensors"));
    Path elsewhere = model("elsewhere.safetensors", "note", "none");
    assertThat(refused(2, "evaluate", elsewhere))
        .contains("no file chooses what is read", "--data " + own);
    done("evaluate", elsewhere, "--data", own);
    assertThat(refused(2, "prune", elsewhere, "--bits", "auto", "--out", folder.resolve("no.ock")))
        .contains("no file chooses what is read");
    assertThat(refused(2, "evaluate", model("device.safetensors", "data", "/dev/zero")))
        .contains("no file chooses what is read");
  }

  @Test
  void aModelDownloadsNothing() throws IOException {
    Path model = model("cifar.safetensors", "data", "cifar-100");
    CommandLineRun run = CommandLineRun.of("evaluate", model);
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("no file orders a download", "--data cifar-100");
  }

  @Test
  void aDeviceIsNoDataSet() {
    assertThat(refused(1, "evaluate", folder.resolve("run"), "--data", "/dev/null"))
        .contains("is a device or a pipe");
  }

  @Test
  void namesInAFileMoveNoCursor() throws IOException {
    Path model = model("escape.safetensors", "data", "x" + ESCAPE);
    for (CommandLineRun run :
        new CommandLineRun[] {
          CommandLineRun.of("evaluate", model), CommandLineRun.of("inspect", model)
        }) {
      assertThat(run.out() + run.err()).doesNotContain("\u001b");
    }
    assertThat(CommandLineRun.of("evaluate", model).err()).contains("x\\u001b[2J");
  }

  @Test
  void aRunWritesNowhereElse() throws IOException {
    Path run = folder.resolve("linked");
    trainInto(run);
    Path precious = Files.writeString(folder.resolve("precious"), "mine");
    Path quality = run.resolve("quality.json");
    Files.deleteIfExists(quality);
    Files.createSymbolicLink(quality, precious);
    assertThat(refused(1, "report", run)).contains("quality.json", "symbolic link");
    assertThat(
            refused(
                1,
                "train",
                "--data",
                folder.resolve("data"),
                "--arch",
                TinyRuns.ARCHITECTURE,
                "--epochs",
                1,
                "--out",
                run,
                "--resume"))
        .contains("symbolic link");
    assertThat(precious).hasContent("mine");
  }

  @Test
  void aPercentSignInANameIsOne() throws IOException {
    Path runs = Files.createDirectories(folder.resolve("100%d %s %n"));
    for (String name : new String[] {"a%", "b%x"}) {
      trainInto(runs.resolve(name));
    }
    Path page = runs.resolve("page%.html");
    done("report", runs.resolve("a%"), runs.resolve("b%x"), "--out", page);
    assertThat(Files.readString(page)).contains("b%x");
    done("evaluate", runs.resolve("a%"));
    done("prune", runs.resolve("a%"), "--sparsity", "0.5", "--out", runs.resolve("m%.safetensors"));
    done("inspect", runs.resolve("m%.safetensors"));
    done("verify", runs);
  }

  /** A pipe that nobody writes to would be read for ever. */
  @Test
  @Timeout(60)
  @DisabledOnOs(OS.WINDOWS)
  void aPipeIsNoFile() throws Exception {
    Path pipe = folder.resolve("pipe");
    Path model = folder.resolve("pipe.safetensors");
    Path onnx = folder.resolve("pipe.onnx");
    String[] make = {"mkfifo", pipe.toString(), model.toString(), onnx.toString()};
    assertThat(new ProcessBuilder(make).inheritIO().start().waitFor()).isZero();
    Path run = folder.resolve("run");
    Path table = folder.resolve("table");
    String iris = "train --data iris --arch mlp:4-3 --method none --epochs 1 --threads 1 --out";
    done((Object[]) (iris + " " + table).split(" "));
    for (Object[] command :
        new Object[][] {
          {"inspect", pipe},
          {"inspect", onnx},
          {"evaluate", model},
          {"evaluate", table, "--data", pipe},
          {"export", model, "--out", folder.resolve("x.onnx")},
          {"import", onnx, "--out", folder.resolve("x.safetensors")},
          {"predict", model, "--input", "rows.csv"}
        }) {
      assertThat(refused(1, command)).contains("is a pipe or a device, and no file");
    }
    assertThat(refused(1, "evaluate", run, "--data", pipe)).contains("pipe");
    CommandLineRun verified = CommandLineRun.of("verify", model);
    assertThat(verified.out()).startsWith("damaged    " + model + ": is a pipe or a device");
  }
}
