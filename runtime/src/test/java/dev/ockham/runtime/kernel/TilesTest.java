package dev.ockham.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Draws;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples into lanes and back, by plain loops and by squares turned in registers. */
class TilesTest {
  private static final int[] SIZES = {1, 15, 16, 17, 31, 40, 100};
  private static final double[] SHARES = {1, 0.7, 0.3, 0.05};

  private static float[] numbers(Draws draws, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) draws.normal();
    }
    return numbers;
  }

  @Test
  void aFeatureOfEachExampleIsWhereItBelongs() {
    for (int size : SIZES) {
      for (double share : SHARES) {
        for (boolean scaled : new boolean[] {false, true}) {
          for (int used : new int[] {1, 15, 16, 37, 48, 64}) {
            requireSpread(size, share, scaled, used);
          }
        }
      }
    }
  }

  private static void requireSpread(int size, double share, boolean scaled, int used) {
    Draws draws = new Draws(size);
    float[] examples = numbers(draws, (used + 1) * size);
    float[] centre = numbers(draws, size);
    float[] scale = numbers(draws, size);
    int[] live = IntStream.range(0, size).filter(f -> draws.chance(share)).toArray();
    Intake all = scaled ? Intake.of(size).scaled(centre, scale) : Intake.of(size);
    Intake intake = live.length == size ? all : all.only(live);
    int lanes = Math.ceilDiv(used, 16) * 16;
    for (Loops loops : new Loops[] {Loops.SCALAR, Loops.VECTORS}) {
      float[] to = Scratch.value(live.length, lanes);
      Arrays.fill(to, Float.NaN);
      intake.load(examples, 1, used, to, new Scratch(lanes, loops));
      for (int k = 0; k < live.length; k++) {
        for (int i = 0; i < used; i++) {
          float raw = examples[(i + 1) * size + live[k]];
          float expected = scaled ? (raw - centre[live[k]]) * scale[live[k]] : raw;
          assertThat(to[k * lanes + i])
              .as("%s of %s, %s, lane %s of %s", live[k], size, loops, i, used)
              .isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 23, 32, 61, 64})
  void lanesBecomeTheExamplesAndNothingElseIsWritten(int used) {
    int lanes = Math.ceilDiv(used, 16) * 16;
    for (int size : SIZES) {
      float[] value = numbers(new Draws(used), size * lanes);
      for (Loops loops : new Loops[] {Loops.SCALAR, Loops.VECTORS}) {
        float[] examples = new float[(used + 3) * size];
        Arrays.fill(examples, -9f);
        Outputs.store(value, examples, 2, size, used, new Scratch(lanes, loops));
        for (int p = 0; p < examples.length; p++) {
          int example = p / size - 2;
          boolean written = example >= 0 && example < used;
          float expected = written ? value[p % size * lanes + example] : -9f;
          assertThat(examples[p]).as("%s of %s, %s", p, size, loops).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void piecesHoldAllLiveFeaturesAndAreFewWhereTheseAreFew() {
    int[] live = IntStream.concat(IntStream.range(3, 30), IntStream.range(90, 99)).toArray();
    Tiles tiles = Objects.requireNonNull(Tiles.of(100, live, null, new float[0]));
    assertThat(tiles.firsts).containsExactly(3, 19, 84);
    assertThat(Arrays.copyOf(tiles.places, 16)).containsExactly(IntStream.range(0, 16).toArray());
    assertThat(Arrays.copyOfRange(tiles.places, 32, 48))
        .containsExactly(27, 27, 27, 27, 27, 27, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36);
    assertThat(Tiles.of(100, new int[] {0, 20, 40, 41}, null, new float[0])).isNull();
    assertThat(Tiles.of(15, IntStream.range(0, 15).toArray(), null, new float[0])).isNull();
  }
}
