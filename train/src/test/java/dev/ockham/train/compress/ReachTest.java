package dev.ockham.train.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.train.compress.Reach.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReachTest {

  private static final Reach REACH = new Reach(2, 1000);

  @Test
  void whatHoldsGoesFurtherAndWhatFailsBack() {
    assertThat(REACH.next(List.of(new Point(10, -0.3))).getAsDouble()).isGreaterThan(10);
    assertThat(REACH.next(List.of(new Point(10, 0.3))).getAsDouble()).isBetween(2.0, 9.9);
  }

  /** Rounds of LeNet-300-100 on MNIST: the third went to 35.2 once, and held by far. */
  @Test
  void whereNoneHoldsTheLineThroughTwoSaysHowFarBack() {
    assertThat(REACH.next(List.of(new Point(79.2, 1.25), new Point(52.8, 0.1))).getAsDouble())
        .isCloseTo(48, within(1.0));
    // More may be better by chance: then a fixed step.
    assertThat(REACH.next(List.of(new Point(60, 0.2), new Point(40, 0.3))).getAsDouble())
        .isCloseTo(40 / 1.5, within(1e-9));
  }

  @Test
  void betweenOneThatHoldsAndOneThatFailsTheLineDecidesButNotToTheirEnds() {
    assertThat(REACH.next(List.of(new Point(10, -0.55), new Point(40, 0.25))).getAsDouble())
        .isCloseTo(20, within(1e-9));
    assertThat(REACH.next(List.of(new Point(10, -0.1), new Point(40, 9))).getAsDouble())
        .isCloseTo(10 * Math.pow(4, 0.2), within(1e-9));
  }

  @Test
  void noStepLeavesTheNetworkOrTheWishOfSize() {
    assertThat(REACH.next(List.of(new Point(900, -0.9))).getAsDouble()).isEqualTo(1000);
    assertThat(REACH.next(List.of(new Point(2.2, 5))).getAsDouble()).isEqualTo(2);
    assertThat(REACH.next(List.of(new Point(2, 5)))).isEmpty();
  }

  /** Where more compression costs more, a few rounds come near the largest that holds. */
  @Test
  void fewRoundsComeNearTheLargestThatHolds() {
    for (double largest : new double[] {3, 8, 30, 200}) {
      List<Point> tried = new ArrayList<>();
      double compression = 6;
      for (int i = 0; i < 7; i++) {
        tried.add(new Point(compression, Math.log(compression / largest)));
        OptionalDouble next = REACH.next(tried);
        if (next.isEmpty()) {
          break;
        }
        compression = next.getAsDouble();
      }
      double held =
          tried.stream().filter(Point::holds).mapToDouble(Point::compression).max().orElse(0);
      assertThat(held).as("of %s", largest).isBetween(0.8 * largest, largest);
    }
  }
}
