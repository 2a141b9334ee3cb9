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
}
