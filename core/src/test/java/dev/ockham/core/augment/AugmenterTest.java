package dev.ockham.core.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmenterTest {

  private static final int CHANNELS = 3;
  private static final int HEIGHT = 9;
  private static final int WIDTH = 12;
  private static final int SIZE = CHANNELS * HEIGHT * WIDTH;
  private static final int EXAMPLES = 400;
  private static final byte[] MEAN = {100, 110, 120};

  /** Every pixel of every picture is told from its neighbours, and none is 0. */
  private static final byte[] PIXELS = pixels();

  private static byte[] pixels() {
    byte[] pixels = new byte[EXAMPLES * SIZE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (1 + (i * 37 + i / SIZE * 11) % 250);
    }
    return pixels;
  }

  private static int[] changed(String changes, long seed, int epoch, int example) {
    Augmenter augmenter = new Augmenter(CHANNELS, HEIGHT, WIDTH, MEAN);
    augmenter.begin(new AugmentedEpoch(Augmentation.parse(changes), seed, epoch));
    return changed(augmenter, example);
  }

  private static int[] changed(Augmenter augmenter, int example) {
    byte[] result = new byte[SIZE];
    augmenter.write(
        MemorySegment.ofArray(PIXELS),
        (long) example * SIZE,
        example,
        MemorySegment.ofArray(result),
        0);
    int[] numbers = new int[SIZE];
    Arrays.setAll(numbers, i -> result[i] & 0xFF);
    return numbers;
  }

  private static int original(int example, int channel, int y, int x) {
    return y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH
        ? 0
        : PIXELS[example * SIZE + (channel * HEIGHT + y) * WIDTH + x] & 0xFF;
  }

  /** Whether a result is the picture mirrored or not, moved by whole pixels. */
  private static boolean isMoved(int[] result, int example, boolean flipped, int down, int right) {
    for (int i = 0; i < SIZE; i++) {
      int x = i % WIDTH + right;
      int y = i / WIDTH % HEIGHT + down;
      int channel = i / WIDTH / HEIGHT;
      boolean inside = x >= 0 && x < WIDTH;
      int expected = inside ? original(example, channel, y, flipped ? WIDTH - 1 - x : x) : 0;
      if (result[i] != expected) {
        return false;
      }
    }
    return true;
  }

  @Test
  void cropAndFlipGiveEveryWindowAndBothSides() {
    Augmenter augmenter = new Augmenter(CHANNELS, HEIGHT, WIDTH, MEAN);
    augmenter.begin(new AugmentedEpoch(Augmentation.parse("crop:2,flip"), 7, 3));
    Set<String> seen = new HashSet<>();
    int flips = 0;
    for (int example = 0; example < EXAMPLES; example++) {
      int[] result = changed(augmenter, example);
      int found = 0;
      for (int place = 0; place < 50; place++) {
        int down = place / 2 % 5 - 2;
        int right = place / 10 - 2;
        if (isMoved(result, example, place % 2 == 1, down, right)) {
          found++;
          flips += place % 2;
          seen.add(place % 2 + " " + down + " " + right);
        }
      }
      assertThat(found).as("example " + example).isEqualTo(1);
    }
    assertThat(seen).hasSize(50);
    assertThat(flips).isBetween(EXAMPLES / 2 - 50, EXAMPLES / 2 + 50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flip",
        "crop:3",
        "shift:0.2",
        "rotate:30",
        "brightness:0.5",
        "cutout:4",
        "flip,crop:4,shift:0.1,rotate:15,brightness:0.2,cutout:8"
      })
  void changesAreAFunctionOfSeedEpochAndExample(String changes) {
    Augmenter used = new Augmenter(CHANNELS, HEIGHT, WIDTH, MEAN);
    used.begin(new AugmentedEpoch(Augmentation.parse(changes), 5, 2));
    for (int example = 20; example >= 0; example--) { // In another order, after others.
      assertThat(changed(used, example)).isEqualTo(changed(changes, 5, 2, example));
    }
    int others = 0;
    for (int example = 0; example < 20; example++) {
      others +=
          Arrays.equals(changed(changes, 5, 2, example), changed(changes, 5, 3, example)) ? 0 : 1;
      others +=
          Arrays.equals(changed(changes, 5, 2, example), changed(changes, 6, 2, example)) ? 0 : 1;
    }
    assertThat(others).isGreaterThan(8);
  }

  /** These bits may not change: a run that is resumed by a later build draws the same. */
  @Test
  void drawsAreWrittenDown() {
    int[] result = changed("flip,crop:4,shift:0.1,rotate:15,brightness:0.2,cutout:3", 1, 2, 3);
    assertThat(Arrays.hashCode(result)).isEqualTo(163228);
  }

  @Test
  void aTurnOfNothingChangesNothing() {
    Augmenter augmenter = new Augmenter(CHANNELS, HEIGHT, WIDTH, MEAN);
    augmenter.begin(new AugmentedEpoch(new Augmentation(false, 0, 1e-9, 1e-9, 0, 0, 0), 1, 1));
    for (int example = 0; example < 5; example++) {
      assertThat(isMoved(changed(augmenter, example), example, false, 0, 0)).isTrue();
    }
  }

  /** Against interpolation in double. */
  @Test
  void turnsAreTurnsAboutTheMiddle() {
    int side = 15;
    byte[] spot = new byte[side * side];
    spot[3 * side + 7] = (byte) 200; // Straight above the middle.
    Augmenter augmenter = new Augmenter(1, side, side, new byte[1]);
    augmenter.begin(new AugmentedEpoch(Augmentation.parse("rotate:90"), 3, 0));
    double least = 90;
    double most = -90;
    for (int example = 0; example < 200; example++) {
      byte[] result = new byte[side * side];
      augmenter.write(MemorySegment.ofArray(spot), 0, example, MemorySegment.ofArray(result), 0);
      double x = 0;
      double y = 0;
      double sum = 0;
      for (int i = 0; i < result.length; i++) {
        x += (result[i] & 0xFF) * (i % side - 7);
        y += (result[i] & 0xFF) * (Math.floorDiv(i, side) - 7);
        sum += result[i] & 0xFF;
      }
      assertThat(Math.hypot(x, y) / sum).isBetween(3.8, 4.2);
      double angle = Math.toDegrees(Math.atan2(x, -y));
      least = Math.min(least, angle);
      most = Math.max(most, angle);
    }
    assertThat(least).isBetween(-91.0, -80.0);
    assertThat(most).isBetween(80.0, 91.0);
  }

  @Test
  void brightnessIsAFactorForAllPixels() {
    double least = 9;
    double most = 0;
    for (int example = 0; example < 50; example++) {
      int[] result = changed("brightness:0.5", 1, 1, example);
      double factor = -1;
      for (int i = 0; i < SIZE; i++) {
        int before = original(example, 0, 0, i);
        if (i < WIDTH && before > 90 && result[i] < 255) {
          double own = result[i] / (double) before;
          assertThat(factor < 0 || Math.abs(own - factor) < 0.02).isTrue();
          factor = own;
        }
      }
      least = factor < 0 ? least : Math.min(least, factor);
      most = Math.max(most, factor);
    }
    assertThat(least).isBetween(0.49, 0.65);
    assertThat(most).isGreaterThan(1.2);
  }

  @Test
  void aSquareOfTheMeanIsCutOut() {
    for (int example = 0; example < 50; example++) {
      int[] result = changed("cutout:4", 1, 1, example);
      int plane = HEIGHT * WIDTH;
      for (int channel = 0; channel < CHANNELS; channel++) {
        int cut = 0;
        for (int i = 0; i < plane; i++) {
          boolean same =
              result[channel * plane + i] == (PIXELS[example * SIZE + channel * plane + i] & 0xFF);
          if (!same) {
            assertThat(result[channel * plane + i]).isEqualTo(MEAN[channel]);
            cut++;
          }
        }
        assertThat(cut).isBetween(3, 16);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "flop | 'flop' is not understood; known are flip, crop:N",
        "flip:2 | 'flip:2' is not understood",
        "crop | 'crop' is not understood",
        "crop:1.5 | 'crop:1.5' is not understood",
        "crop:-1 | 'crop:-1' is not understood",
        "crop:2000 | crop is 2000; it must be from 0 to 1024",
        "shift:1 | shift is 1; it must be from 0 to below 1",
        "rotate:181 | rotate is 181; it must be from 0 to 180",
        "brightness:NaN | 'brightness:NaN' is not understood",
        "flip,,crop:2 | '' is not understood",
        "flip,flip | 'flip' comes twice",
      })
  void whatIsNotUnderstoodIsSaid(String text, String said) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Augmentation.parse(text))
        .withMessageStartingWith(said);
  }

  @Test
  void changesAreReadInAnyOrderAndForm() {
    assertThat(Augmentation.parse("none").isNothing()).isTrue();
    assertThat(Augmentation.parse("crop:4 flip"))
        .isEqualTo(new Augmentation(true, 4, 0, 0, 0, 0, 0))
        .isEqualTo(Augmentation.parse(" flip, crop:4"));
  }
}
