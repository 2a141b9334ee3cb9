package dev.ockham.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Whatever is asked, no answer is NaN. */
class OverflowTest {

  private static final float[] OVERFLOWS = {0.1f, 0.2f, 1, 1};

  private final Predictor predictor = Predictor.of(large());

  private static Model large() {
    GraphBuilder g = new GraphBuilder();
    return new Model(
        "large",
        g.build(g.named("fc").dense(g.input("x", 2), 2)),
        Map.of(
            "fc.weight", DenseMatrix.of(2, 2, new float[] {3e38f, 3e38f, -3e38f, 1}),
            "fc.bias", DenseMatrix.of(2, 1, new float[2])));
  }

  @Test
  void finiteAnswersAreGiven() {
    assertThat(predictor.predict(new float[] {0.1f, 0.2f}).classIndex()).isZero();
  }

  @Test
  void theExampleIsNamedAtEveryDoor() {
    String second = "example 1 of the batch: its answer '0' is NaN";
    refused(() -> predictor.predict(OVERFLOWS, 1), second);
    refused(() -> predictor.predictInto(OVERFLOWS, new float[4]), second);
    refused(() -> predictor.top(OVERFLOWS, 1, 2), second);
    refused(() -> predictor.predict(Map.of("x", OVERFLOWS), 2, 1), second);
    refused(() -> predictor.predict(new float[] {1, 1}), "example 0 of the batch");
    refused(() -> predictor.predict(new float[] {Float.NaN, 1}), "example 0 of the batch");
  }

  private static void refused(ThrowingCallable call, String words) {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(call)
        .withMessageContaining(words);
  }
}
