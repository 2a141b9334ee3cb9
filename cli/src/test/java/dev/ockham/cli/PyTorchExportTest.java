package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Python of docs/onnx.md loads a state dict, and PyTorch then computes what Ockham does. */
class PyTorchExportTest {
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void theSnippetOfThePageRuns() throws IOException, InterruptedException {
    assumeTrue(hasTorch(), "there is no Debian python3-torch");
    Path model = SourceTree.root().resolve("zoo/lenet-300-100-sparse-vd.safetensors");
    Path out = folder.resolve("lenet.safetensors");
    json("export", model, "--format", "safetensors", "--out", out, "--json");
    float[] pixels = new float[2 * 784];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i * 37 % 256;
    }
    String program =
        snippet()
            + "\nx = (torch.arange(2 * 784) * 37 % 256).float().reshape(2, 784)\n"
            + "for y in net((x - mean) * scale).flatten().tolist(): print(y)\n";
    List<String> printed = run(program);
    float[] expected = Plan.of(ModelFile.load(model).model()).run(pixels, 2, 1);
    assertThat(printed).hasSameSizeAs(expected);
    double scale = 0;
    for (float number : expected) {
      scale = Math.max(scale, Math.abs(number));
    }
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(Double.parseDouble(printed.get(i)) - expected[i]);
      assertThat(difference).isLessThanOrEqualTo(1e-5 * scale);
    }
  }

  private static String snippet() throws IOException {
    String page = Files.readString(SourceTree.root().resolve("docs/onnx.md"));
    String section = page.substring(page.indexOf("## Into Python"));
    int begin = section.indexOf("```python\n") + "```python\n".length();
    return section.substring(begin, section.indexOf("```", begin));
  }

  private static boolean hasTorch() throws InterruptedException {
    try {
      return new ProcessBuilder(PYTHON, "-c", "import torch")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private List<String> run(String program) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("load.py"), program);
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(PYTHON, file.toString())
            .directory(folder.toFile())
            .redirectOutput(said.toFile())
            .redirectError(folder.resolve("errors.txt").toFile())
            .start();
    assertThat(process.waitFor())
        .as(Files.readString(folder.resolve("errors.txt"), StandardCharsets.UTF_8))
        .isZero();
    return Files.readAllLines(said);
  }
}
