package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelRangesTest {
  private static final int SIZE = 40 * Kernels.BLOCK + 123;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void everyElementIsVisitedOnce(int threads) {
    try (ParallelRanges team = new ParallelRanges(threads)) {
      assertThat(team.threads()).isEqualTo(threads);
      byte[] visits = new byte[SIZE];
      for (int round = 1; round <= 50; round++) {
        team.run(
            SIZE,
            (from, to) -> {
              for (int i = (int) from; i < to; i++) {
                visits[i]++;
              }
            });
        byte expected = (byte) round;
        byte[] all = new byte[SIZE];
        Arrays.fill(all, expected);
        assertThat(visits).isEqualTo(all);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void eachIndexRunsOnce(int threads) {
    try (ParallelRanges team = new ParallelRanges(threads)) {
      for (int count = 0; count < 12; count++) {
        AtomicIntegerArray visits = new AtomicIntegerArray(12);
        team.runEach(count, visits::incrementAndGet);
        for (int i = 0; i < 12; i++) {
          assertThat(visits.get(i)).as("index %d of %d", i, count).isEqualTo(i < count ? 1 : 0);
        }
      }
    }
  }

  /** Idle threads park between jobs; they must wake for the next. */
  @Test
  void jobsAfterAPauseRun() throws InterruptedException {
    try (ParallelRanges team = new ParallelRanges(3)) {
      for (int round = 0; round < 5; round++) {
        Thread.sleep(20);
        AtomicInteger blocks = new AtomicInteger();
        team.run(SIZE, (from, to) -> blocks.incrementAndGet());
        assertThat(blocks).hasValue(41);
      }
    }
  }

  @Test
  void theNumberOfThreadsDoesNotChangeTheBits() {
    Kernels kernels = Kernels.create();
    AdamStep step = new AdamStep(1e-3, 0.9, 0.999, 1e-8, 1);
    try (Arena arena = Arena.ofShared();
        ParallelRanges team = new ParallelRanges(3)) {
      SparseVdTensors alone = SparseVdTensors.typical(arena, SIZE, 1);
      SparseVdTensors shared = alone.copy(arena);
      alone.update(kernels, KlTerm.EXACT, 1e-4, step, 0, SIZE);
      team.run(SIZE, (a, b) -> shared.update(kernels, KlTerm.EXACT, 1e-4, step, a, b));
      for (int i = 0; i < alone.segments().size(); i++) {
        assertThat(alone.segments().get(i).mismatch(shared.segments().get(i))).isEqualTo(-1);
      }
      double sum =
          team.sum(
              SIZE,
              (a, b) ->
                  kernels.klSum(
                      KlTerm.EXACT,
                      shared.state().theta().parameter(),
                      shared.state().sigma2(),
                      a,
                      b));
      assertThat(sum).isEqualTo(alone.klSum(kernels, KlTerm.EXACT));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void exceptionsReachTheCallerAndTheTeamLivesOn(int threads) {
    try (ParallelRanges team = new ParallelRanges(threads)) {
      for (int round = 0; round < 20; round++) {
        assertThatThrownBy(() ->
                team.run(
                    SIZE,
                    (from, to) -> {
                      if (from == 17L * Kernels.BLOCK) {
                        throw new ArithmeticException("block 17");
                      }
                    }))
            .isInstanceOf(ArithmeticException.class)
            .hasMessage("block 17");
      }
      assertThat(team.sum(SIZE, (from, to) -> to - from)).isEqualTo(SIZE);
    }
  }

  @Test
  void emptyWorkIsNoWork() {
    try (ParallelRanges team = new ParallelRanges(2)) {
      team.run(0, (from, to) -> assertThat(to).isNegative());
      assertThat(team.sum(0, (from, to) -> 1)).isZero();
    }
  }

  @Test
  void misuseIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ParallelRanges(0))
        .withMessage("threads must be at least 1 but is 0");
    ParallelRanges team = new ParallelRanges(2);
    assertThatIllegalArgumentException().isThrownBy(() -> team.run(-1, (from, to) -> {}));
    assertThatIllegalStateException()
        .isThrownBy(() -> team.run(SIZE, (from, to) -> team.run(SIZE, (innerFrom, innerTo) -> {})));
    team.close();
    team.close();
    assertThatIllegalStateException().isThrownBy(() -> team.run(1, (from, to) -> {}));
  }
}
