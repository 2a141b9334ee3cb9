package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compact files on the command line. */
class PruneBitsTest {

  @TempDir private static Path temp;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void fewerBitsAreASmallerFileOfTheSameModel() throws IOException {
    Path run = temp.resolve("run");
    run(
        "train",
        "--data=fashion-mnist-mini",
        "--arch=mlp:784-24-10",
        "--method=sparse-vd",
        "--epochs=3",
        "--lr=0.003",
        "--out=" + run);
    Path plain = temp.resolve("plain.safetensors");
    run("prune", run, "--sparsity=0.6", "--out=" + plain);
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String bits : new String[] {"float32", "float16", "auto", "3"}) {
      Path file = temp.resolve(bits + ".safetensors");
      String said = run("prune", run, "--sparsity=0.6", "--bits=" + bits, "--out=" + file);
      assertThat(said.contains("rounding, on validation")).isEqualTo(!bits.equals("float32"));
      assertThat(run("evaluate", file, "--json")).contains("\"error_percent\"");
      assertThat(run("inspect", file)).contains("dense1");
      sizes.put(bits, Files.size(file));
    }
    assertThat(sizes.get("float32")).isLessThan(Files.size(plain));
    assertThat(sizes.get("float16")).isLessThan(sizes.get("float32"));
    assertThat(sizes.get("auto")).isLessThan(sizes.get("float16"));
    assertThat(sizes.get("3")).isLessThan(sizes.get("float16"));
    assertThat(quality(temp.resolve("float32.safetensors"))).isEqualTo(quality(plain));

    CommandLineRun wrong =
        CommandLineRun.of("prune", run, "--bits=1", "--out=" + temp.resolve("no.safetensors"));
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("--bits: bits are 1; they must be from 2 to 16");
    assertThat(temp.resolve("no.safetensors")).doesNotExist();
  }

  /** What is measured, without the sizes of the file. */
  private static String quality(Path model) {
    return run("evaluate", model, "--json").replaceAll("\"file_[a-z]+\":[0-9.]+,", "");
  }

  private static String run(Object... arguments) {
    CommandLineRun done = CommandLineRun.of(arguments);
    assertThat(done.exitCode()).as(done.err()).isZero();
    return done.out();
  }
}
