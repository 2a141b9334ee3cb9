package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ockham verify} says of each file how it is, and ends with 1 if one is damaged. */
class VerifyTest {

  @TempDir private Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void aFolderOfModels() throws IOException {
    GraphBuilder g = new GraphBuilder();
    ModelFile model =
        ModelFile.of(
            new Model(
                "small",
                g.build(g.named("fc").dense(g.input("x", 2), 2)),
                Map.of(
                    "fc.weight", DenseMatrix.of(2, 2, new float[] {1, 2, 3, 4}),
                    "fc.bias", DenseMatrix.of(2, 1, new float[2]))),
            Map.of());
    Path plain = folder.resolve("a.safetensors");
    Path compact = Files.createDirectory(folder.resolve("zoo")).resolve("b.safetensors");
    model.save(plain);
    model.saveCompact(compact, Map.of());
    CommandLineRun whole = CommandLineRun.of("verify", folder);
    assertThat(whole.exitCode()).as(whole.err()).isZero();
    assertThat(whole.out().lines()).containsExactly("whole      " + plain, "whole      " + compact);
    byte[] bytes = Files.readAllBytes(compact);
    bytes[bytes.length - 1] ^= 1;
    Files.write(compact, bytes);
    CommandLineRun damaged = CommandLineRun.of("verify", folder, "--json");
    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.out())
        .contains("\"state\":\"whole\"", "\"state\":\"damaged\"", "tensor 'model'");
  }

  @Test
  void filesOfOtherProgramsAreForeignAndNotDamaged() throws IOException {
    Path onnx = Files.write(folder.resolve("net.onnx"), new byte[] {8, 8, 0x12, 2, 'p', 't'});
    Path text = Files.writeString(folder.resolve("notes.txt"), "nothing to check here");
    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    byte[] bytes = ("........" + header + "0000").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length());
    Path torch = Files.write(folder.resolve("torch.safetensors"), bytes);
    CommandLineRun said = CommandLineRun.of("verify", onnx, text, torch);
    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("foreign    " + onnx + ": Ockham did not write it")
                    .contains("ONNX; 'ockham import' makes a model of it"),
            line -> assertThat(line).startsWith("foreign    " + text + ": Ockham did not write it"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "foreign    " + torch + ": Ockham did not write it: its format is 'none'"));
    Path broken = Files.write(folder.resolve("broken.safetensors"), new byte[] {1, 2, 3});
    assertThat(CommandLineRun.of("verify", broken).out()).startsWith("damaged    " + broken);
  }

  /** Each file is whole by itself; together they are no run. */
  @Test
  void whatBelongsToAnotherRunOrIsMissingIsDamage() throws IOException {
    Path run = trained(1);
    Path other = trained(2);
    assertThat(CommandLineRun.of("verify", run).exitCode()).isZero();
    mixed(run, other, "model.safetensors", "is the model of another run: its seed is 2, not 1");
    mixed(run, other, "metrics.jsonl", "is of another run: its epoch 3 has");
    mixed(run, other, "quality.json", "is the quality of another run: that is ");
    Path checkpoints = run.resolve("checkpoints");
    Files.move(checkpoints, folder.resolve("away"));
    assertThat(CommandLineRun.of("verify", run).out())
        .contains("damaged    " + checkpoints.resolve("last.safetensors") + ": is missing");
    Files.move(folder.resolve("away"), checkpoints);
    Path metrics = run.resolve("metrics.jsonl");
    List<String> lines = Files.readAllLines(metrics);
    Files.writeString(metrics, String.join("\n", lines.get(0), lines.get(2)) + "\n");
    CommandLineRun gap = CommandLineRun.of("report", run);
    assertThat(gap.exitCode()).isZero();
    assertThat(gap.err())
        .contains(metrics + " has no line of epoch 2; the page shows what is there");
    Files.writeString(metrics, String.join("\n", lines) + "\n" + lines.get(1) + "\n");
    assertThat(CommandLineRun.of("verify", run).out())
        .contains("damaged    " + metrics + ": line 4: epoch 2 follows epoch 3");
  }

  private Path trained(int seed) {
    Path run = folder.resolve("run-" + seed);
    CommandLineRun done =
        CommandLineRun.of(
            (Object[])
                "train --data iris --arch mlp:4-8-3 --method none --epochs 3 --threads 1 --seed %s --out %s"
                    .formatted(seed, run)
                    .split(" "));
    assertThat(done.exitCode()).as(done.err()).isZero();
    return run;
  }

  /** With a file of another run, that run's place in it is told, and the model is not used. */
  private static void mixed(Path run, Path other, String name, String fault) throws IOException {
    Path file = run.resolve(name);
    byte[] own = Files.readAllBytes(file);
    Files.copy(other.resolve(name), file, StandardCopyOption.REPLACE_EXISTING);
    CommandLineRun said = CommandLineRun.of("verify", run);
    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out()).contains("damaged    " + file + ": " + fault);
    if (name.startsWith("model")) {
      CommandLineRun predicted = CommandLineRun.of("predict", run, "--input", "none.csv");
      assertThat(predicted.exitCode()).isEqualTo(1);
      assertThat(predicted.err()).contains(fault);
    }
    Files.write(file, own);
  }
}
