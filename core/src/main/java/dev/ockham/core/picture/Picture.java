package dev.ockham.core.picture;

/**
 * Unsigned 8-bit numbers for every pixel, 0 (dark) to 255.
 *
 * @param channels 1 for grey; 3 for red, green and blue
 * @param height rows
 * @param width columns
 * @param pixels {@code [channels, height, width]}; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; lives for one example
public record Picture(int channels, int height, int width, byte[] pixels) {

  /** Channels of a picture in colour. */
  public static final int COLOURS = 3;

  private static final int BRIGHT = 200;

  // ITU-R BT.601, in 1/65536 and rounded, as Pillow's convert("L"); exact where all are equal.
  private static final int RED = 19595;
  private static final int GREEN = 38470;
  private static final int BLUE = 7471;

  /** Checks that there are as many numbers as the sizes say, and one channel or three. */
  public Picture {
    if ((channels != 1 && channels != COLOURS)
        || pixels.length != (long) channels * height * width) {
      throw new IllegalArgumentException(
          "%s numbers for a picture of %s×%s×%s".formatted(pixels.length, channels, height, width));
    }
  }

  /**
   * The same picture with another number of channels: grey as colour has three equal ones, colour
   * as grey its brightness (ITU-R BT.601, rounded).
   *
   * @param wanted 1 or 3
   */
  public Picture withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    byte[] result = new byte[Math.multiplyExact(wanted, height * width)];
    writeTo(result, 0, wanted);
    return new Picture(wanted, height, width, result);
  }

  /** Whether the border, where nothing is drawn as a rule, is bright in the mean. */
  public boolean hasBrightGround() {
    Picture grey = withChannels(1);
    long sum = 0;
    long count = 0;
    for (int y = 0; y < height; y++) {
      boolean inner = y > 0 && y < height - 1;
      for (int x = 0; x < width; x += inner && width > 1 ? width - 1 : 1) {
        sum += grey.pixels()[y * width + x] & 0xFF;
        count++;
      }
    }
    return count > 0 && sum > BRIGHT * count;
  }

  /**
   * Writes the numbers of {@link #withChannels}.
   *
   * @param to receives {@code [wanted, height, width]}
   * @param at index of the first number
   * @param wanted 1 or 3
   */
  public void writeTo(byte[] to, int at, int wanted) {
    int plane = height * width;
    if (wanted == channels) {
      System.arraycopy(pixels, 0, to, at, pixels.length);
    } else if (channels == 1) {
      for (int channel = 0; channel < wanted; channel++) {
        System.arraycopy(pixels, 0, to, at + channel * plane, plane);
      }
    } else {
      for (int i = 0; i < plane; i++) {
        int sum =
            RED * (pixels[i] & 0xFF)
                + GREEN * (pixels[plane + i] & 0xFF)
                + BLUE * (pixels[2 * plane + i] & 0xFF);
        to[at + i] = (byte) ((sum + (1 << 15)) >> 16);
      }
    }
  }
}
