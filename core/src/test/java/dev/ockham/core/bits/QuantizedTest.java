package dev.ockham.core.bits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.loss.LossKind;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizedTest {

  private static final Model MODEL = model();

  @TempDir Path folder;

  @Test
  void weightsHaveAsManyLevelsAsBitsTellApart() {
    for (int bits = Bits.LEAST; bits <= 8; bits++) {
      Quantized rounded = Quantized.ofBits(MODEL, bits);
      float step = Objects.requireNonNull(rounded.steps().get("dense1.weight"));
      Set<Integer> levels = new HashSet<>();
      float[] before = MODEL.value("dense1.weight").toDense();
      float[] after = rounded.model().value("dense1.weight").toDense();
      for (int i = 0; i < after.length; i++) {
        levels.add(Math.round(after[i] / step));
        assertThat(Math.abs(after[i] - before[i])).isLessThanOrEqualTo(step * 0.5001f);
        if (before[i] == 0) {
          assertThat(after[i]).isZero();
        }
      }
      assertThat(levels.size()).isLessThanOrEqualTo((1 << bits) - 1);
      assertThat(levels).contains((1 << (bits - 1)) - 1);
    }
  }

  @Test
  void biasesAreRoundedMoreFinelyAndScalingNotAtAll() {
    Quantized rounded = Quantized.ofSteps(MODEL, _ -> 0.5);
    assertThat(rounded.steps())
        .containsEntry("dense1.weight", 0.5f)
        .containsEntry("dense1.bias", 0.0625f)
        .doesNotContainKeys("scaling.mean", "scaling.scale");
    assertThat(rounded.model().value("scaling.mean")).isEqualTo(MODEL.value("scaling.mean"));
  }

  @Test
  void everyRoundingIsAFileThatGivesTheSameModelBack() throws IOException {
    for (Quantized rounded :
        List.of(
            Quantized.exact(MODEL),
            Quantized.ofHalves(MODEL),
            Quantized.ofBits(MODEL, 3),
            Quantized.ofSteps(MODEL, _ -> 0.013))) {
      Path file = folder.resolve("model.safetensors");
      ModelFile.of(rounded.model(), Map.of()).saveCompact(file, rounded.steps());
      Model loaded = ModelFile.load(file).model();
      for (Parameter parameter : MODEL.graph().parameters()) {
        assertThat(loaded.value(parameter.name()).toDense())
            .isEqualTo(rounded.model().value(parameter.name()).toDense());
      }
    }
  }

  @Test
  void halvesAreTheNearestOnes() {
    float[] before = MODEL.value("dense1.weight").toDense();
    float[] after = Quantized.ofHalves(MODEL).model().value("dense1.weight").toDense();
    for (int i = 0; i < after.length; i++) {
      assertThat(Math.abs(after[i] - before[i])).isLessThanOrEqualTo(Math.abs(before[i]) / 2048);
    }
    assertThat(after).isNotEqualTo(before);
  }

  @Test
  void theSearchTakesTheCoarsestStepsThatCostNothing() {
    float[] before = MODEL.value("dense1.weight").toDense();
    BitSearch.Found found =
        BitSearch.search(
            MODEL,
            Map.of("dense1.weight", 0.1),
            each -> new Score(1.0, 0.1 + distance(before, each) * 0.01));
    assertThat(found.after().nll()).isLessThanOrEqualTo(found.before().nll() * 1.01);
    assertThat(found.chosen().steps()).containsKey("dense1.weight");
    double c = Math.sqrt(2);
    float step = Objects.requireNonNull(found.chosen().steps().get("dense1.weight"));
    Model coarser = Quantized.ofSteps(MODEL, _ -> step * c).model();
    assertThat(0.1 + distance(before, coarser) * 0.01).isGreaterThan(0.1 * 1.01);
  }

  @Test
  void whereEveryStepCostsTooMuchNothingIsRounded() {
    BitSearch.Found found =
        BitSearch.search(MODEL, Map.of(), each -> new Score(1.0, each.equals(MODEL) ? 0.1 : 0.2));
    assertThat(found.chosen()).isEqualTo(Quantized.exact(MODEL));
    BitSearch.Found byError =
        BitSearch.search(MODEL, Map.of(), each -> new Score(each.equals(MODEL) ? 1.0 : 1.1, 0.1));
    assertThat(byError.chosen()).isEqualTo(Quantized.exact(MODEL));
  }

  /** A likelihood that stays does not excuse an error of the numbers that grows. */
  @Test
  void numbersKeepTheirError() {
    float[] before = MODEL.value("dense1.weight").toDense();
    BitSearch.Found found =
        BitSearch.search(
            MODEL,
            Map.of("dense1.weight", 0.1),
            each -> {
              Map<String, Double> rmse = Map.of("y", 1 + 0.1 * distance(before, each));
              return new Score(null, 0.1, Map.of(), rmse, LossKind.GAUSSIAN);
            });
    assertThat(found.after().rmse().get("y")).isLessThanOrEqualTo(1.005);
    assertThat(found.chosen()).isNotEqualTo(Quantized.exact(MODEL));
  }

  @Test
  void wordsForBits() {
    assertThat(Bits.parse("auto")).isEqualTo(new Bits.Auto());
    assertThat(Bits.parse("float16")).isEqualTo(new Bits.Float16());
    assertThat(Bits.parse("float32")).isEqualTo(new Bits.Float32());
    assertThat(Bits.parse("5")).isEqualTo(new Bits.Whole(5));
    for (String wrong : new String[] {"1", "17", "five", "-3", "", "5.0"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Bits.parse(wrong));
    }
  }

  private static double distance(float[] before, Model model) {
    float[] after = model.value("dense1.weight").toDense();
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      sum += Math.pow(before[i] - after[i], 2);
    }
    return sum;
  }

  private static Model model() {
    GraphBuilder g = new GraphBuilder();
    var x = g.input("x", 30);
    x = g.named("scaling").node("scaling", new Standardize(Standardize.Each.ALL), x);
    Graph graph = g.build(g.dense(g.relu(g.dense(x, 20)), 3));
    SplittableRandom random = new SplittableRandom(3);
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = new float[parameter.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = random.nextInt(3) == 0 ? 0 : (float) random.nextGaussian();
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new Model("small", graph, values);
  }
}
