package dev.ockham.runtime.moment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moments in closed form against networks that are drawn, and the files that keep variances. */
class MomentPropagationTest {

  private static final int DRAWS = 20_000;

  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void oneLayerIsExact() {
    Model model = model(dense());
    Map<String, Matrix> spread = spread(model, 0.04f);
    Moments found = MomentPropagation.of(model, spread).run(example(6)).values().iterator().next();
    // Before any rectification mean and variance are exact: of one layer alone.
    GraphBuilder one = new GraphBuilder();
    Model first = model(one.build(one.dense(one.input("x", 6), 3)));
    Map<String, Matrix> own = spread(first, 0.04f);
    float[] x = example(6);
    Moments exact = MomentPropagation.of(first, own).run(x).values().iterator().next();
    float[] weights = first.value(first.graph().prunable().get(0).name()).toDense();
    for (int o = 0; o < 3; o++) {
      double mean = 0;
      double variance = 0;
      for (int i = 0; i < 6; i++) {
        mean += weights[o * 6 + i] * x[i];
        variance += 0.04f * x[i] * x[i];
      }
      assertThat(exact.mean(o) - bias(first, o)).isCloseTo(mean, within(1e-6));
      assertThat(exact.variance(o)).isCloseTo(variance, within(1e-6));
    }
    assertThat(found.size()).isEqualTo(4);
  }

  private static double bias(Model model, int output) {
    for (Parameter parameter : model.graph().parameters()) {
      if (!parameter.role().prunable()) {
        return model.value(parameter.name()).toDense()[output];
      }
    }
    return 0;
  }

  @Test
  void deepNetworksAgreeWithDraws() {
    requireAgreement(model(dense()), 6, 0.02f);
    GraphBuilder b = new GraphBuilder();
    Value hidden = b.maxPool(b.relu(b.conv2d(b.input("x", 2, 6, 6), 4, 3)), 2);
    requireAgreement(model(b.build(b.dense(b.flatten(hidden), 3))), 72, 0.01f);
  }

  @Test
  void poolsFoldedNormsAndSumsAgreeWithDraws() {
    // Each number of a dense layer has weights of its own, so that all are independent, as assumed.
    GraphBuilder b = new GraphBuilder();
    Value picture = b.reshape(b.dense(b.input("x", 6), 50), 2, 5, 5);
    Value pooled = b.averagePool(picture, 3, Geometry.stride(2), Geometry.pad(1));
    Value normed = b.node("norm", new Affine(0), pooled);
    requireAgreement(model(b.build(b.flatten(normed))), 6, 0.02f);
    GraphBuilder global = new GraphBuilder();
    Value grid = global.reshape(global.dense(global.input("x", 6), 50), 2, 5, 5);
    requireAgreement(
        model(global.build(global.reduce(grid, Reduce.To.SUM, false, 1, 2))), 6, 0.02f);
    GraphBuilder mean = new GraphBuilder();
    Value parts = mean.reshape(mean.dense(mean.input("x", 6), 50), 2, 5, 5);
    requireAgreement(model(mean.build(mean.reduce(parts, Reduce.To.MEAN, false, 1, 2))), 6, 0.02f);
  }

  @Test
  void numbersThatAreCutAndPaddedKeepTheirMoments() {
    GraphBuilder b = new GraphBuilder();
    Value picture = b.reshape(b.dense(b.input("x", 6), 50), 2, 5, 5);
    Value cut = b.slice(picture, 1, 1, 5, 2);
    Value padded = b.node("pad", new Pad(List.of(1, 0, 2), List.of(0, 1, 0), 0.5f), cut);
    Model model = model(b.build(b.dense(b.flatten(padded), 3)));
    float[] x = example(6);
    Moments found = MomentPropagation.of(model, Map.of()).run(x).values().iterator().next();
    float[] y = Plan.of(model).run(x, 1, 1);
    for (int k = 0; k < y.length; k++) {
      assertThat(found.mean(k)).isCloseTo(y[k], within(1e-4));
    }
    requireAgreement(model, 6, 0.005f);
  }

  /** The sums are not quite normal, and the numbers of a layer not independent. */
  private void requireAgreement(Model model, int inputs, float variance) {
    float[] x = example(inputs);
    Map<String, Matrix> spread = spread(model, variance);
    Moments found = MomentPropagation.of(model, spread).run(x).values().iterator().next();
    int outputs = found.size();
    double[] sum = new double[outputs];
    double[] squares = new double[outputs];
    int draws = DRAWS / 10;
    for (int d = 0; d < draws; d++) {
      float[] y = Plan.of(drawn(model, spread)).run(x, 1, 1);
      for (int k = 0; k < outputs; k++) {
        sum[k] += y[k];
        squares[k] += (double) y[k] * y[k];
      }
    }
    for (int k = 0; k < outputs; k++) {
      double mean = sum[k] / draws;
      double deviation = Math.sqrt(squares[k] / draws - mean * mean);
      assertThat(found.mean(k)).isCloseTo(mean, within(0.15 * deviation));
      assertThat(Math.sqrt(found.variance(k))).isCloseTo(deviation, within(0.2 * deviation));
    }
  }

  @Test
  void withoutVariancesItIsTheModel() {
    Model model = model(dense());
    float[] x = example(6);
    Moments found = MomentPropagation.of(model, Map.of()).run(x).values().iterator().next();
    float[] y = Plan.of(model).run(x, 1, 1);
    for (int k = 0; k < y.length; k++) {
      assertThat(found.mean(k)).isCloseTo(y[k], within(1e-5));
      assertThat(found.variance(k)).isZero();
    }
  }

  @Test
  void theLargerOfTwoNormalNumbersIsAsDrawn() {
    double[] mean = new double[1];
    double[] variance = new double[1];
    Rectification.maximum(0.3, 0.5, -0.2, 1.2, mean, variance, 0);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 10 * DRAWS; i++) {
      double a = 0.3 + Math.sqrt(0.5) * random.nextGaussian();
      double b = -0.2 + Math.sqrt(1.2) * random.nextGaussian();
      sum += Math.max(a, b);
      squares += Math.max(a, b) * Math.max(a, b);
    }
    double found = sum / (10 * DRAWS);
    assertThat(mean[0]).isCloseTo(found, within(0.01));
    assertThat(variance[0]).isCloseTo(squares / (10 * DRAWS) - found * found, within(0.01));
  }

  @Test
  void filesKeepVariances(@TempDir Path folder) throws Exception {
    Model model = model(dense());
    ModelFile file = new ModelFile(model, new TreeMap<>(), DataRules.NONE, spread(model, 0.25f));
    file.save(folder.resolve("m.safetensors"));
    ModelFile read = ModelFile.load(folder.resolve("m.safetensors"));
    assertThat(read.variances()).isEqualTo(file.variances());
    assertThat(read.weightsSha256())
        .isEqualTo(new ModelFile(model, new TreeMap<>(), DataRules.NONE).weightsSha256());
    assertThat(read.predictDistribution(example(6)).values().iterator().next().variance(0))
        .isPositive();
    Map<String, Matrix> negative = spread(model, -1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelFile(model, new TreeMap<>(), DataRules.NONE, negative))
        .withMessageContaining("it must be at least 0");
    Parameter bias =
        model.graph().parameters().stream()
            .filter(p -> !p.role().prunable())
            .findFirst()
            .orElseThrow();
    Map<String, Matrix> ofBias = Map.of(bias.name(), model.value(bias.name()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelFile(model, new TreeMap<>(), DataRules.NONE, ofBias))
        .withMessageContaining("'" + bias.name() + "' is none");
  }

  @Test
  void whatHasNoClosedFormIsNamed() {
    GraphBuilder b = new GraphBuilder();
    Model model = model(b.build(b.softmax(b.dense(b.input("x", 4), 3))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MomentPropagation.of(model, Map.of()))
        .withMessageContaining("(softmax) has no moments in closed form");
  }

  private static Graph dense() {
    GraphBuilder b = new GraphBuilder();
    return b.build(b.dense(b.relu(b.dense(b.input("x", 6), 8)), 4));
  }

  private Model model(Graph graph) {
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = new float[parameter.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (0.5 * random.nextGaussian());
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new Model("test", graph, values);
  }

  private static Map<String, Matrix> spread(Model model, float variance) {
    Map<String, Matrix> spread = new LinkedHashMap<>();
    for (Parameter parameter : model.graph().prunable()) {
      float[] numbers = new float[parameter.shape().size()];
      Arrays.fill(numbers, variance);
      spread.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return spread;
  }

  private Model drawn(Model model, Map<String, Matrix> spread) {
    Map<String, Matrix> values = new LinkedHashMap<>(model.values());
    spread.forEach((name, variances) -> {
      float[] numbers = model.value(name).toDense();
      float[] variance = variances.toDense();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += (float) (Math.sqrt(variance[i]) * random.nextGaussian());
      }
      values.put(name, DenseMatrix.of(variances.rows(), variances.cols(), numbers));
    });
    return new Model("test", model.graph(), values);
  }

  private static float[] example(int size) {
    float[] x = new float[size];
    for (int i = 0; i < size; i++) {
      x[i] = (float) Math.sin(1.7 * i + 0.4);
    }
    return x;
  }
}
