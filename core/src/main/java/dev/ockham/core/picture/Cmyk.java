package dev.ockham.core.picture;

import java.awt.image.Raster;

/**
 * JPEGs of four inks. Amounts of ink become colours by {@code (255 − ink) · (255 − black) / 255},
 * rounded: no profile is applied, so that a file gives the same numbers on every machine. As all
 * viewers do, amounts are taken to be stored upside down, as Adobe does; they may be stored as
 * brightness and colour (YCCK, ITU-T T.872, section 6.1).
 */
final class Cmyk {

  /** How many numbers a pixel has. */
  static final int INKS = 4;

  private static final int MOST = 255;
  private static final int YCCK = 2;

  /** Where Adobe's segment says how colours are stored. */
  private static final int TRANSFORM = 11;

  private Cmyk() {}

  /**
   * The picture in red, green and blue.
   *
   * @param raw the numbers as stored, 4 a pixel
   * @param file the whole file, for what Adobe's marker says
   */
  static Picture of(Raster raw, byte[] file) {
    boolean ycck = isYcck(file);
    int height = raw.getHeight();
    int width = raw.getWidth();
    byte[] pixels = new byte[Math.multiplyExact(Picture.COLOURS, height * width)];
    int[] row = new int[INKS * width];
    for (int y = 0; y < height; y++) {
      row = raw.getPixels(raw.getMinX(), raw.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        if (ycck) {
          toInks(row, INKS * x);
        }
        // Upside down, a number says how much light comes through.
        int light = row[INKS * x + 3];
        for (int channel = 0; channel < Picture.COLOURS; channel++) {
          pixels[(channel * height + y) * width + x] =
              (byte) ((row[INKS * x + channel] * light + MOST / 2) / MOST);
        }
      }
    }
    return new Picture(Picture.COLOURS, height, width, pixels);
  }

  /** Whether Adobe's segment says brightness and colour. */
  private static boolean isYcck(byte[] file) {
    final int app14 = 0xEE;
    int adobe = JpegSegments.find(file, kind -> kind == app14, "Adobe");
    return adobe >= 0 && adobe + TRANSFORM < file.length && file[adobe + TRANSFORM] == YCCK;
  }

  /** From brightness and colour (ITU-T T.871, section 7) to what is stored for the inks. */
  private static void toInks(int[] row, int at) {
    int brightness = row[at];
    int blue = row[at + 1] - 128;
    int red = row[at + 2] - 128;
    row[at] = MOST - clipped(brightness + 1.402 * red);
    row[at + 1] = MOST - clipped(brightness - 0.344136 * blue - 0.714136 * red);
    row[at + 2] = MOST - clipped(brightness + 1.772 * blue);
  }

  private static int clipped(double value) {
    return Math.clamp(Math.round(value), 0, MOST);
  }
}
