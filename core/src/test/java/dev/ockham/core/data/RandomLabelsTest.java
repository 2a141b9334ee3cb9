package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomLabelsTest {

  private static final String MINI = "fashion-mnist-mini";

  @Test
  void imagesStayAndLabelsSayNothing() throws Exception {
    Dataset honest = Dataset.named(MINI);
    Dataset random = Dataset.named(MINI + "+random-labels=3");

    assertThat(random.name()).isEqualTo(MINI + "+random-labels=3");
    assertThat(random.outputs()).isEqualTo(honest.outputs());
    assertThat(random.train().values(17)).isEqualTo(honest.train().values(17));
    assertThat(random.test().values(17)).isEqualTo(honest.test().values(17));
    assertThat(random.contentHash()).isNotEqualTo(honest.contentHash());
    int count = honest.train().count();
    long equal =
        IntStream.range(0, count)
            .filter(i -> honest.train().label(i) == random.train().label(i))
            .count();
    assertThat(equal / (double) count).as("as often as by chance").isBetween(0.08, 0.12);
    for (int label = 0; label < 10; label++) {
      int wanted = label;
      long drawn = IntStream.range(0, count).filter(i -> random.train().label(i) == wanted).count();
      assertThat(drawn / (double) count).as("label %d", label).isBetween(0.08, 0.12);
    }
  }

  @Test
  void aSeedGivesTheSameDrawsAndAnotherOneOthers() throws Exception {
    String hash = Dataset.named(MINI + "+random-labels=0").contentHash();
    assertThat(Dataset.named(MINI + "+random-labels").contentHash()).isEqualTo(hash);
    assertThat(Dataset.named(MINI + "+random-labels=1").contentHash()).isNotEqualTo(hash);
  }

  @Test
  void aSeedThatIsNoNumberIsSaid() {
    assertThatThrownBy(() -> Dataset.named(MINI + "+random-labels=x"))
        .isInstanceOf(DatasetNotFoundException.class)
        .hasMessageContaining("'x' is no seed");
  }
}
