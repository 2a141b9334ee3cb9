package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PixelStatisticsTest {
  @Test
  void agreesWithExactArithmetic() {
    Images images = SampleData.images(3, 101, 7, 5, 3);
    int[] indices = IntStream.range(0, 101).filter(i -> i % 3 != 0).toArray();
    long sum = 0;
    long squares = 0;
    long n = 0;
    for (int index : indices) {
      for (int i = 0; i < 35; i++) {
        int value = images.pixel(index, i);
        sum += value;
        squares += (long) value * value;
        n++;
      }
    }
    BigDecimal count = BigDecimal.valueOf(n);
    BigDecimal mean = BigDecimal.valueOf(sum).divide(count, MathContext.DECIMAL128);
    BigDecimal variance =
        BigDecimal.valueOf(squares)
            .divide(count, MathContext.DECIMAL128)
            .subtract(mean.multiply(mean));

    PixelStatistics statistics = PixelStatistics.of(images, indices);

    assertThat(statistics.mean()).isEqualTo(mean.doubleValue());
    assertThat(statistics.standardDeviation())
        .isCloseTo(variance.sqrt(MathContext.DECIMAL128).doubleValue(), within(1e-12));
  }

  @Test
  void doesNotDependOnTheOrder() {
    Images images = SampleData.images(3, 50, 7, 5, 3);
    int[] indices = IntStream.range(0, 50).toArray();
    assertThat(PixelStatistics.of(images, EpochOrder.of(indices, 1, 0)))
        .isEqualTo(PixelStatistics.of(images, indices));
  }

  @Test
  void oneColourHasNoDeviation() {
    Images white = Images.copyOf(1, 1, 2, new byte[] {-1, -1, -1, -1}, new byte[2]);
    assertThat(PixelStatistics.of(white, new int[] {0, 1})).isEqualTo(new PixelStatistics(255, 0));
  }

  @Test
  void refusesNoIndicesAndForeignOnes() {
    Images images = SampleData.images(3, 5, 1, 1, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelStatistics.of(images, new int[0]))
        .withMessageContaining("empty");
    assertThatThrownBy(() -> PixelStatistics.of(images, new int[] {5}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
