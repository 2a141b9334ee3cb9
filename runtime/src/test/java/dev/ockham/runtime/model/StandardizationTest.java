package dev.ockham.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.plan.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardizationTest {

  private static final int PLANE = 5 * 4;

  /** Reads its input twice: two branches of a convolution each. */
  private static Model plain() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("image", 3, 5, 4);
    Value both = g.add(g.relu(g.conv2d(x, 2, 3)), g.conv2d(x, 2, 3));
    return model(g.build(g.dense(g.flatten(both), 3)));
  }

  private static Model model(Graph graph) {
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      Draws draws = Draws.of(7, parameter.name());
      float[] numbers = new float[parameter.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) draws.normal();
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new Model("plain", graph, values);
  }

  private static float[] numbers(int count, float from) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = from + i * 0.125f;
    }
    return numbers;
  }

  @ParameterizedTest
  @CsvSource({"1, ALL", "3, UNIT", "60, FEATURE"})
  void aScaledModelOfRawValuesIsTheModelOfScaledOnes(int count, Standardize.Each each) {
    float[] mean = numbers(count, 0.5f);
    float[] scale = numbers(count, 0.25f);
    Model model = plain();
    Model scaled = Standardization.withScaling(model, mean, scale);
    float[] raw = numbers(2 * 3 * PLANE, -4);
    float[] byHand = raw.clone();
    for (int i = 0; i < byHand.length; i++) {
      int which = count == 1 ? 0 : i % (3 * PLANE) / (3 * PLANE / count);
      byHand[i] = (raw[i] - mean[which]) * scale[which];
    }
    assertThat(Plan.of(scaled).run(raw, 2, 1)).isEqualTo(Plan.of(model).run(byHand, 2, 1));
    assertThat(scaled.graph().nodes().getFirst().name()).isEqualTo("image.scaling");
    assertThat(scaled.graph().nodes().getFirst().operator()).isEqualTo(new Standardize(each));
    assertThat(Standardization.of(model)).isEmpty();
    assertThat(Standardization.of(scaled)).contains(scaled.graph().nodes().getFirst());
    assertThat(scaled.weightCount()).isEqualTo(model.weightCount());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Standardization.withScaling(scaled, mean, scale))
        .withMessageContaining("scales its input already, by its node 'image.scaling'");
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 1", "0, 0", "59, 59"})
  void anotherNumberOfMeansIsRefused(int means, int scales) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Standardization.withScaling(plain(), new float[means], numbers(scales, 1)))
        .withMessage(
            "its input is 3×5×4; that takes one mean and scale, or 3 (channels), not %s and %s",
            means, scales);
  }

  @Test
  void severalInputsAreRefused() {
    GraphBuilder g = new GraphBuilder();
    Value both = g.add(g.input("left", 4), g.input("right", 4));
    Model two = model(g.build(g.dense(both, 2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Standardization.withScaling(two, numbers(1, 0), numbers(1, 1)))
        .withMessage("it takes 2 inputs (left, right); a scaling is for one");
  }
}
