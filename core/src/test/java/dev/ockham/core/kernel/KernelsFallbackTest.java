package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A JVM started without the vector module gets the scalar kernels, one log line, and the same bits.
 */
class KernelsFallbackTest {
  /** What the second JVM runs. */
  static final class Main {
    public static void main(String[] args) {
      System.out.println(Kernels.create().name() + " " + checksum(Kernels.create()));
    }

    private Main() {}
  }

  private static int checksum(Kernels kernels) {
    MemorySegment out = MemorySegment.ofArray(new float[999]);
    kernels.fillNormal(NoiseKey.of(1, 2, 3), new int[] {4}, 999, out, 0, 999);
    int hash = 0;
    for (int i = 0; i < 999; i++) {
      hash = 31 * hash + Float.floatToIntBits(out.getAtIndex(Kernels.F32, i));
    }
    return hash;
  }

  @Test
  void scalarKernelsTakeOver() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("scalar " + checksum(Kernels.create()));
    assertThat(output.lines().filter(line -> line.contains("--add-modules=jdk.incubator.vector")))
        .hasSize(1);
  }
}
