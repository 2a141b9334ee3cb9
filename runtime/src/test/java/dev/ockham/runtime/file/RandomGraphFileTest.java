package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes out of a file is the random graph that went in, to the bit. */
class RandomGraphFileTest {
  private static final int COUNT = 3;

  @TempDir private Path folder;

  static LongStream seeds() {
    return RandomGraphs.seeds(400, 8);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyBitComesBackFromEveryForm(long seed) throws IOException {
    GraphSample sample = RandomGraphs.of(seed);
    Model model = sample.model(seed);
    Map<String, float[]> inputs = sample.inputs(seed, COUNT);
    Map<String, float[]> expected = Plan.of(model).run(inputs, COUNT, 1);
    ModelFile saved = ModelFile.of(model, Map.of("seed", Long.toString(seed)));
    Path file = folder.resolve("model.safetensors");
    for (SafetensorsFile form :
        new SafetensorsFile[] {saved.toSafetensors(), CompactFile.of(saved, Map.of())}) {
      ModelFileTest.write(file, form);
      Model loaded = ModelFile.load(Files.readAllBytes(file)).model();
      ModelFileTest.assertSameNumbers(loaded, model);
      Plan.of(loaded)
          .run(inputs, COUNT, 1)
          .forEach((output, values) ->
              assertThat(values)
                  .as("%s, %s, version %s", sample, output, form.metadata().get("version"))
                  .isEqualTo(expected.get(output)));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyTextOfItsGraphIsIt(long seed) {
    var graph = RandomGraphs.of(seed).graph();
    assertThat(GraphJson.read(GraphJson.write(graph))).isEqualTo(graph);
    assertThat(GraphJson.read(GraphJson.writeReadable(graph))).isEqualTo(graph);
    assertThat(GraphJson.read(GraphJson.writeShort(graph))).isEqualTo(graph);
  }
}
