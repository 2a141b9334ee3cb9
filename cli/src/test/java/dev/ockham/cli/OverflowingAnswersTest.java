package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finite weights whose logits overflow give an error, and no class with probability NaN. */
class OverflowingAnswersTest {

  @TempDir private Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void theExampleIsNamed() throws IOException {
    GraphBuilder g = new GraphBuilder();
    Model model =
        new Model(
            "large",
            g.build(g.named("fc").dense(g.input("x", 2), 2)),
            Map.of(
                "fc.weight", DenseMatrix.of(2, 2, new float[] {3e38f, 3e38f, -3e38f, 1}),
                "fc.bias", DenseMatrix.of(2, 1, new float[2])));
    Path file = folder.resolve("large.safetensors");
    ModelFile.of(model, Map.of()).save(file);
    Path rows = folder.resolve("rows.csv");
    Files.writeString(rows, "0.1,0.2\n0.3,0.4\n1,1\n0.5,0.5\n");
    CommandLineRun run = CommandLineRun.of("predict", file, "--input", rows);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains("example 2", "overflow");
    assertThat(run.out()).doesNotContain("NaN");
    Files.writeString(rows, "0.1,0.2\n0.3,0.4\n");
    assertThat(CommandLineRun.of("predict", file, "--input", rows).exitCode()).isZero();
  }

  @Test
  void theRowOfATableIsNamed() throws IOException {
    Path iris = folder.resolve("iris");
    String train = "train --data iris --arch mlp:4-8-3 --method none --epochs 1 --threads 1 --out";
    assertThat(CommandLineRun.of((Object[]) (train + " " + iris).split(" ")).exitCode()).isZero();
    Path rows = folder.resolve("flowers.csv");
    String header = "sepal_length,sepal_width,petal_length,petal_width\n";
    Files.writeString(rows, header + "5,3,1,0.2\n1e38,1e38,1e38,1e38\n6,3,5,2\n");
    CommandLineRun run = CommandLineRun.of("predict", iris, "--input", rows);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err().lines().toList().getLast()).contains("row 3", "overflow");
    assertThat(run.err()).doesNotContain("internal error");
  }
}
