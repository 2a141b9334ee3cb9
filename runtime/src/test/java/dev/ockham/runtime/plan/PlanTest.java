package dev.ockham.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Inference;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.RandomModels;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 127, 128, 129, 300})
  void logitsHaveTheBitsOfTheChain(int count) {
    for (SparseModel chain : chains()) {
      float[] images = RandomModels.images(new Random(count), chain, count);
      Plan plan = Plan.of(ChainGraph.of(chain));
      float[] expected = new Inference(chain).logits(images, count, 1);

      assertThat(plan.run(images, count, 1)).as(chain.architecture()).containsExactly(expected);
      assertThat(plan.run(images, count, 3)).as(chain.architecture()).containsExactly(expected);
    }
  }

  @Test
  void probabilitiesHaveTheBitsOfTheChain() {
    SparseModel chain = RandomModels.convolutional(new Random(1), 0.5);
    float[] images = RandomModels.images(new Random(2), chain, 5);
    Model model = ChainGraph.of(chain);

    assertThat(model.probabilities(images, 5, 1))
        .containsExactly(chain.probabilities(images, 5, 1));
    float[] first = RandomModels.images(new Random(2), chain, 1);
    assertThat(model.predict(first)).isEqualTo(chain.predict(first));
  }

  private static List<SparseModel> chains() {
    List<SparseModel> chains = new ArrayList<>();
    for (double density : new double[] {0, 0.1, 1}) {
      chains.add(RandomModels.convolutional(new Random(1), density));
      chains.add(RandomModels.withFeatureScaling(new Random(2), density));
      chains.add(RandomModels.withGates(new Random(3), density));
      chains.add(compressed(RandomModels.convolutional(new Random(4), density)));
    }
    return chains;
  }

  private static SparseModel compressed(SparseModel chain) {
    List<ModelLayer> layers = new ArrayList<>();
    for (ModelLayer layer : chain.layers()) {
      layers.add(
          layer instanceof ModelLayer.Linear linear
              ? linear.with(linear.weights().asCsr(), linear.bias())
              : layer);
    }
    return new SparseModel("compressed", chain.input(), chain.classes(), layers);
  }

  @Test
  void valuesThatAreStillReadKeepTheirPlaces() {
    var g = new GraphBuilder();
    Value x = g.input("x", 4);
    Value negative = g.multiply(x, g.slice(x, 0, 0, 1, 1));
    Value positive = g.relu(x);
    Value sum = g.add(x, x);
    Value swapped = g.concat(0, g.slice(x, 0, 2, 4, 1), g.slice(x, 0, 0, 2, 1));
    Value all = g.concat(0, g.add(positive, sum), g.add(negative, swapped), x);
    Plan plan = Plan.of(new Model("shared", g.build(all, positive, x), Map.of()));

    Map<String, float[]> given =
        plan.run(Map.of("x", new float[] {-1, 2, -3, 4, 5, -6, 7, -8}), 2, 1);

    assertThat(given.get("x")).containsExactly(-1, 2, -3, 4, 5, -6, 7, -8);
    assertThat(given.get(positive.name())).containsExactly(0, 2, 0, 4, 5, 0, 7, 0);
    assertThat(given.get(all.name()))
        .containsExactly(
            -2, 6, -6, 12, 1 - 3, -2 + 4, 3 - 1, -4 + 2, -1, 2, -3, 4, 15, -12, 21, -16, 25 + 7,
            -30 - 8, 35 + 5, -40 - 6, 5, -6, 7, -8);
  }

  @Test
  void inputsThatNobodyReadsAreNoHarm() {
    var g = new GraphBuilder();
    g.input("unread", 3);
    Value x = g.input("x", 2);
    g.relu(x); // nor is a value
    Value twice = g.add(x, x);
    Plan plan = Plan.of(new Model("unread", g.build(twice), Map.of()));

    Map<String, float[]> given =
        plan.run(Map.of("unread", new float[3], "x", new float[] {1, -2}), 1, 1);

    assertThat(given.get(twice.name())).containsExactly(2, -4);
  }

  @Test
  void errorsSayWhatIsWrong() {
    var g = new GraphBuilder();
    Value x = g.input("x", 3);
    Value norm = g.batchNorm(x);
    Map<String, Matrix> numbers = new HashMap<>();
    numbers.put("bn1.scale", DenseMatrix.of(3, 1, new float[] {1, 1, 1}));
    numbers.put("bn1.shift", DenseMatrix.of(3, 1, new float[3]));
    Model model = new Model("norm", g.build(norm), numbers);
    Plan plan = Plan.of(new Model("same", h().build(new Value("x", x.shape())), Map.of()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.of(model))
        .withMessageContaining("node 'bn1' (normalize): its statistics are missing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.run(new float[4], 1, 1))
        .withMessage("count = 1 examples of 3 values do not match 'x' of 4 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.run(new float[3], 1, 0))
        .withMessage("threads = 0, it must be >= 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.run(Map.of("y", new float[3]), 1, 1))
        .withMessage("input 'x' has no values");
  }

  private static GraphBuilder h() {
    var g = new GraphBuilder();
    g.input("x", 3);
    return g;
  }
}
