package dev.ockham.core.augment;

import dev.ockham.core.kernel.NoiseKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Changes pictures of one size, byte for byte the same on every machine. It allocates nothing for a
 * picture, and is not for several threads.
 */
public final class Augmenter {

  /** Keeps draws apart from those of layers, which are numbered from 0. */
  private static final int PURPOSE = -7;

  private static final int MOST = 255;

  /** Places between pixels, in parts of a pixel. */
  private static final int BITS = 8;

  private static final int ONE = 1 << BITS;

  // Which number of an example's draws is for what.
  private static final int FLIP = 0;
  private static final int CROP_DOWN = 1;
  private static final int CROP_RIGHT = 2;
  private static final int SHIFT_DOWN = 3;
  private static final int SHIFT_RIGHT = 4;
  private static final int TURN = 5;
  private static final int LIGHT = 6;
  private static final int CUT_DOWN = 7;
  private static final int CUT_RIGHT = 8;

  private final int channels;
  private final int height;
  private final int width;
  private final byte[] mean;
  private final byte[] stored;
  private final byte[] moved;
  private final byte[] lighter = new byte[MOST + 1];
  private AugmentedEpoch epoch = new AugmentedEpoch(Augmentation.NOTHING, 0, 0);
  private NoiseKey key = NoiseKey.of(0, 0, PURPOSE);

  /**
   * Prepares changes for pictures of one size.
   *
   * @param mean what a cut-out square gets, one for each channel
   */
  public Augmenter(int channels, int height, int width, byte[] mean) {
    if (mean.length != channels) {
      throw new IllegalArgumentException(mean.length + " means for " + channels + " channels");
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.mean = mean.clone();
    stored = new byte[channels * height * width];
    moved = new byte[stored.length];
  }

  /** Which epoch the next pictures are for. */
  public void begin(AugmentedEpoch next) {
    if (!next.equals(epoch)) {
      epoch = next;
      key = NoiseKey.of(next.seed(), next.epoch(), PURPOSE);
    }
  }

  /**
   * Changes a picture.
   *
   * @param pixels unsigned bytes
   * @param from index of the picture's first, {@code [channels, height, width]}
   * @param example which one it is, of all training examples
   * @param to receives as many bytes
   * @param at index of the first of them
   */
  public void write(MemorySegment pixels, long from, int example, MemorySegment to, long at) {
    Augmentation changes = epoch.changes();
    MemorySegment.copy(pixels, ValueLayout.JAVA_BYTE, from, stored, 0, stored.length);
    byte[] result = stored;
    byte[] free = moved;
    boolean flipped = changes.flip() && key.bits(example, FLIP) < 0;
    if (flipped || changes.crop() > 0) {
      crop(
          flipped,
          whole(example, CROP_DOWN, changes.crop()),
          whole(example, CROP_RIGHT, changes.crop()));
      result = moved;
      free = stored;
    }
    if (changes.shift() > 0 || changes.rotate() > 0) {
      turn(result, free, example);
      result = free;
    }
    if (changes.brightness() > 0) {
      light(result, 1 + changes.brightness() * signed(example, LIGHT));
    }
    if (changes.cutout() > 0) {
      cut(result, example, changes.cutout());
    }
    MemorySegment.copy(result, 0, to, ValueLayout.JAVA_BYTE, at, result.length);
  }

  /** A whole number from −most to most. */
  private int whole(int example, int which, int most) {
    return (int) Math.unsignedMultiplyHigh(key.bits(example, which), 2L * most + 1) - most;
  }

  /** A number from −1 to 1. */
  private double signed(int example, int which) {
    return (key.bits(example, which) >> 10) * 0x1p-53;
  }

  /** From {@link #stored} to {@link #moved}: mirrored, then moved by whole pixels. */
  private void crop(boolean flipped, int down, int right) {
    int first = Math.clamp(-right, 0, width);
    int last = Math.clamp(width - right, 0, width);
    for (int row = 0; row < channels * height; row++) {
      int y = row % height + down;
      int to = row * width;
      if (y < 0 || y >= height || first >= last) {
        Arrays.fill(moved, to, to + width, (byte) 0);
        continue;
      }
      int from = (row - row % height + y) * width;
      Arrays.fill(moved, to, to + first, (byte) 0);
      Arrays.fill(moved, to + last, to + width, (byte) 0);
      if (flipped) {
        int mirror = from + width - 1 - right;
        for (int x = first; x < last; x++) {
          moved[to + x] = stored[mirror - x];
        }
      } else {
        System.arraycopy(stored, from + right + first, moved, to + first, last - first);
      }
    }
  }

  /** Turned and moved by any numbers; between pixels, the four around a place are mixed. */
  private void turn(byte[] from, byte[] to, int example) {
    Augmentation changes = epoch.changes();
    double down = changes.shift() * height * signed(example, SHIFT_DOWN);
    double right = changes.shift() * width * signed(example, SHIFT_RIGHT);
    double angle = StrictMath.toRadians(changes.rotate() * signed(example, TURN));
    double cosine = StrictMath.cos(angle);
    double sine = StrictMath.sin(angle);
    double middleY = (height - 1) / 2.0;
    double middleX = (width - 1) / 2.0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double offY = y - middleY - down;
        double offX = x - middleX - right;
        int placeY = (int) Math.floor((cosine * offY + sine * offX + middleY) * ONE + 0.5);
        int placeX = (int) Math.floor((cosine * offX - sine * offY + middleX) * ONE + 0.5);
        for (int channel = 0; channel < channels; channel++) {
          to[(channel * height + y) * width + x] = between(from, channel, placeY, placeX);
        }
      }
    }
  }

  private byte between(byte[] from, int channel, int placeY, int placeX) {
    int y = placeY >> BITS;
    int x = placeX >> BITS;
    int restY = placeY & ONE - 1;
    int restX = placeX & ONE - 1;
    int above = pixel(from, channel, y, x) * (ONE - restX) + pixel(from, channel, y, x + 1) * restX;
    int below =
        pixel(from, channel, y + 1, x) * (ONE - restX) + pixel(from, channel, y + 1, x + 1) * restX;
    int half = 1 << (2 * BITS - 1);
    return (byte) ((above * (ONE - restY) + below * restY + half) >> (2 * BITS));
  }

  private int pixel(byte[] from, int channel, int y, int x) {
    return y < 0 || y >= height || x < 0 || x >= width
        ? 0
        : from[(channel * height + y) * width + x] & MOST;
  }

  private void light(byte[] picture, double factor) {
    for (int value = 0; value <= MOST; value++) {
      lighter[value] = (byte) Math.min(MOST, (int) (value * factor + 0.5));
    }
    for (int i = 0; i < picture.length; i++) {
      picture[i] = lighter[picture[i] & MOST];
    }
  }

  private void cut(byte[] picture, int example, int side) {
    int top = (int) Math.unsignedMultiplyHigh(key.bits(example, CUT_DOWN), height) - side / 2;
    int left = (int) Math.unsignedMultiplyHigh(key.bits(example, CUT_RIGHT), width) - side / 2;
    int first = Math.max(0, left);
    int last = Math.min(width, left + side);
    for (int channel = 0; channel < channels; channel++) {
      for (int y = Math.max(0, top); y < Math.min(height, top + side); y++) {
        int row = (channel * height + y) * width;
        Arrays.fill(picture, row + first, row + last, mean[channel]);
      }
    }
  }
}
