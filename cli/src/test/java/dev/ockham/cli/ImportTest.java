package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What {@code ockham import} prints and writes when all is well. */
class ImportTest {
  @TempDir Path folder;

  private Path onnx(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("tiny.onnx"), bytes);
  }

  @Test
  void writesAModelOfTheSameFunction() throws IOException {
    Path out = folder.resolve("tiny.safetensors");
    JsonNode said =
        CommandLineRun.json("import", onnx(TinyOnnx.model("Relu")), "--out", out, "--json");
    assertThat(said.get("inputs").get("x").get(0).asInt()).isEqualTo(4);
    assertThat(said.get("outputs").get("y").get(0).asInt()).isEqualTo(3);
    assertThat(said.get("parameters").asInt()).isEqualTo(12);
    assertThat(said.get("file_bytes").asLong()).isEqualTo(Files.size(out));
    ModelFile file = ModelFile.load(out);
    assertThat(file.provenance()).containsEntry("imported_from", "tiny.onnx");
    Model model = file.model();
    assertThat(model.architecture()).isEqualTo("tiny");
    assertThat(Plan.of(model).run(new float[] {1, 0, 0, -1}, 1, 1)).containsExactly(0, 0, 0);
    assertThat(Plan.of(model).run(new float[] {-1, 0, 0, 1}, 1, 1)).containsExactly(3, 3, 3);
  }

  @Test
  void saysWhatCameIn() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "import", onnx(TinyOnnx.model("Relu")), "--out", folder.resolve("m.safetensors"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "input   x of 4",
            "output  y of 3",
            folder.resolve("m.safetensors")
                + ": 2 nodes read, 0 folded, 0 fused; 2 nodes, 12 parameters");
  }

  @Test
  void sizesThatTheFileLeavesOpenAreSaid() throws IOException {
    Path out = folder.resolve("m.safetensors");
    Path file = onnx(TinyOnnx.model("Tanh", 0, 2));
    CommandLineRun refused = CommandLineRun.of("import", file, "--out", out);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("'width'", "--shape x=");
    CommandLineRun.json("import", file, "--out", out, "--shape", "x=1x1", "--json");
    assertThat(ModelFile.load(out).model().input().size()).isEqualTo(1);
  }

  @Test
  void weightsAloneNeedTheirNetwork() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    Safetensors.write(
        file,
        SafetensorsFile.of(
            Map.of("format", "pt"),
            Map.of(
                "fc1.weight", StoredTensor.ofFloats(new float[] {1, 0, 0, 1, 1, 1}, 3, 2),
                "fc1.bias", StoredTensor.ofFloats(new float[] {0, 0, 1}, 3),
                "fc2.weight", StoredTensor.ofFloats(new float[] {1, 2, 3, 0, 0, 1}, 2, 3),
                "fc2.bias", StoredTensor.ofFloats(new float[2], 2))));
    Path out = folder.resolve("m.safetensors");
    CommandLineRun run =
        CommandLineRun.of("import", file, "--arch", "net:2-dense3-relu-dense2", "--out", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith(out + ": 4 tensors, 12 weights");
    assertThat(run.err()).contains("fc1.weight", "dense1.weight");
    assertThat(Plan.of(ModelFile.load(out).model()).run(new float[] {2, 1}, 1, 1))
        .containsExactly(16, 4);
    CommandLineRun refused =
        CommandLineRun.of("import", file, "--arch", "net:2-dense4-relu-dense2", "--out", out);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("'fc1.weight' 3×2", "--map").hasLineCount(1);
    CommandLineRun shaped =
        CommandLineRun.of("import", file, "--arch", "net:2-dense2", "--out", out, "--unbatched");
    assertThat(shaped.exitCode()).isEqualTo(2);
  }

  @Test
  void normsNeedData() throws IOException {
    Path out = folder.resolve("normed.safetensors");
    Path file = onnx(TinyOnnx.model("Relu"));
    CommandLineRun run = CommandLineRun.of("import", file, "--out", out, "--unfold-norms");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--data is missing beside --unfold-norms");
    run = CommandLineRun.of("import", file, "--out", out, "--data", "mnist");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--data is for --unfold-norms");
    assertThat(out).doesNotExist();
  }

  @Test
  void classNamesComeBackFromAnExport() throws IOException {
    Path first = folder.resolve("named.safetensors");
    CommandLineRun.json("import", onnx(TinyOnnx.model("Relu")), "--out", first, "--json");
    new ModelFile(
            ModelFile.load(first).model(),
            new TreeMap<>(Map.of("data", "animals")),
            DataRules.ofClasses(List.of("cat", "dog", "emu")))
        .save(first);
    Path between = folder.resolve("named.onnx");
    Path again = folder.resolve("again.safetensors");
    CommandLineRun.json("export", first, "--no-check", "--out", between, "--json");
    CommandLineRun.json("import", between, "--out", again, "--json");

    ModelFile file = ModelFile.load(again);
    assertThat(file.rules().classes()).containsExactly("cat", "dog", "emu");
    assertThat(file.provenance()).containsEntry("data", "animals");
    assertThat(file.provenance()).containsEntry("imported_from", "named.onnx");
  }

  @Test
  void classesGetNames() throws IOException {
    Path out = folder.resolve("named.safetensors");
    Path file = onnx(TinyOnnx.model("Relu"));
    CommandLineRun.json("import", file, "--out", out, "--classes", "cat, dog,emu", "--json");
    assertThat(ModelFile.load(out).rules().classes()).containsExactly("cat", "dog", "emu");
    Path names = Files.writeString(folder.resolve("names.txt"), "crane\nowl\n\ncrane\n");
    CommandLineRun.json("import", file, "--out", out, "--classes", names, "--json");
    assertThat(ModelFile.load(out).rules().classes()).containsExactly("crane", "owl", "crane (2)");
    CommandLineRun run = CommandLineRun.of("import", file, "--out", out, "--classes", "cat,dog");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--classes has 2 names, but", "gives 3 numbers");
    run = CommandLineRun.of("import", file, "--out", out, "--classes", "cat,dog,cat");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--classes: classes[2] is 'cat'");
  }

  /** The command line is right, the file is not: 1, whoever reads it. */
  @Test
  void aFileThatIsBrokenOrForeignIsAFailureOfEveryCommand() throws IOException {
    Path foreign = onnx(TinyOnnx.model("Det"));
    byte[] whole = TinyOnnx.model("Relu");
    Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length - 20));
    for (Path file : List.of(foreign, cut)) {
      Path out = folder.resolve("out");
      List<CommandLineRun> runs =
          List.of(
              CommandLineRun.of("import", file, "--out", out),
              CommandLineRun.of("inspect", file),
              CommandLineRun.of("train", "--data", "random:20", "--init-from", file, "--out", out));
      for (CommandLineRun run : runs) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains(file.toString()).doesNotContain("byte 0");
      }
    }
  }
}
