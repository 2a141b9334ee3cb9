package dev.ockham.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.Predictor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {

  private static final List<String> NAMES = List.of("a", "b", "c");

  private static final float[] ROWS = {
    0.1f, 0.6f, 0.3f, //
    0.4f, 0.2f, 0.4f
  };

  @Test
  void theLikeliestComesFirstAndOfEqualsTheLowerNumber() {
    assertThat(Prediction.top(ROWS, 0, NAMES, 3))
        .containsExactly(
            new Prediction(1, "b", 0.6f),
            new Prediction(2, "c", 0.3f),
            new Prediction(0, "a", 0.1f));
    assertThat(Prediction.top(ROWS, 0, 3, 1)).containsExactly(new Prediction(1, "1", 0.6f));
    assertThat(Prediction.top(ROWS, 1, NAMES, 2))
        .containsExactly(new Prediction(0, "a", 0.4f), new Prediction(2, "c", 0.4f));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 4})
  void asManyAsThereAreClassesAtMost(int most) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prediction.top(ROWS, 0, NAMES, most))
        .withMessageContainingAll("most = " + most, "1 to 3");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 2})
  void onlyRowsThatAreThere(int example) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Prediction.top(ROWS, example, NAMES, 1));
  }

  @Test
  void aBatchGivesWhatItsLogitsSay() {
    Model model = SmallNetwork.of(3, 0.6);
    float[] images = SmallNetwork.images(3, 150);
    double[] logits = SmallNetwork.reference(model, images, 150);

    List<List<Prediction>> top = Predictor.of(model).top(images, 2, 2);

    assertThat(top).hasSize(150);
    for (int i = 0; i < 150; i++) {
      int best = 0;
      for (int k = 1; k < 3; k++) {
        best = logits[i * 3 + k] > logits[i * 3 + best] ? k : best;
      }
      assertThat(top.get(i)).hasSize(2);
      assertThat(top.get(i).getFirst().classIndex()).isEqualTo(best);
      assertThat(top.get(i).getFirst().probability())
          .isGreaterThanOrEqualTo(top.get(i).getLast().probability());
    }
  }
}
