package dev.ockham.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.Judge;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Finite weights whose sums overflow are no network of class 0 with a loss of NaN. */
class OverflowTest {

  private static final float[] FITS = {0.1f, 0.2f, 0.3f, 0.4f};
  private static final float[] OVERFLOWS = {0.1f, 0.2f, 1, 1};

  private static Model large() {
    GraphBuilder g = new GraphBuilder();
    return new Model(
        "large",
        g.build(g.named("fc").dense(g.input("x", 2), 2)),
        Map.of(
            "fc.weight", DenseMatrix.of(2, 2, new float[] {3e38f, 3e38f, -3e38f, 1}),
            "fc.bias", DenseMatrix.of(2, 1, new float[2])));
  }

  private static Examples examples(float... values) {
    return Features.of(Shape.of(2), values, new int[] {0, 1});
  }

  @Test
  void whatFitsIsMeasured() {
    assertThat(Evaluator.classify(large(), examples(FITS)).nll()).isNotNaN();
  }

  @Test
  void theExampleIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluator.classify(large(), examples(OVERFLOWS)))
        .withMessageContaining("Infinity for example 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Evaluator.classes(
                large(), examples(OVERFLOWS), 1, _ -> {}, new Classification.Accumulator()))
        .withMessageContaining("Infinity for example 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Judge.Labels().score(large(), examples(OVERFLOWS), 1, _ -> {}))
        .withMessageContaining("Infinity for example 1");
  }
}
