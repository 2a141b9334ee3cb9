package dev.ockham.report.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Numbers as coloured pixels, to be scaled up by the page. Zero is transparent, so that it takes
 * the colour of the page in light and dark.
 */
final class Picture {

  /** A blue and an orange that people with any colour vision tell apart. */
  private static final int NEGATIVE = 0x2B7BC4;

  private static final int POSITIVE = 0xE0701A;
  private static final int AMOUNT = 0x00937A;
  private static final int GREY = 0x808890;
  private static final int OPAQUE = 255;

  private static final double FULL = 0.995;

  private final BufferedImage image;

  /** An empty picture. */
  Picture(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
  }

  int width() {
    return image.getWidth();
  }

  int height() {
    return image.getHeight();
  }

  /**
   * Paints a weight: blue below 0, orange above, the stronger the farther from it.
   *
   * @param weight what to paint
   * @param largest absolute weight that gets the full colour, &gt; 0
   * @param faintest strength of the smallest one, 0 to 1, so that what is left can be seen
   */
  void signed(int x, int y, float weight, double largest, double faintest) {
    if (weight != 0) {
      double strength = Math.min(1, Math.abs(weight) / largest);
      paint(x, y, weight < 0 ? NEGATIVE : POSITIVE, faintest + (1 - faintest) * strength);
    }
  }

  /** Paints an amount from 0 to {@code largest}. */
  void amount(int x, int y, int amount, int largest) {
    if (amount > 0) {
      paint(x, y, AMOUNT, 0.15 + 0.85 * amount / largest);
    }
  }

  /** Paints what is between two pictures in one, so that it is told from what is empty. */
  void between(int x, int y) {
    paint(x, y, GREY, 0.55);
  }

  private void paint(int x, int y, int colour, double strength) {
    image.setRGB(x, y, (int) Math.round(OPAQUE * strength) << 24 | colour);
  }

  /**
   * The absolute weight from which on the colour is full: only one non-zero weight in two hundred
   * is larger, so that a single one does not pale all others.
   *
   * @return &gt; 0
   */
  static double fullColour(float[] weights) {
    double[] sizes =
        IntStream.range(0, weights.length)
            .mapToDouble(i -> Math.abs(weights[i]))
            .filter(size -> size > 0)
            .sorted()
            .toArray();
    return sizes.length == 0 ? 1 : sizes[(int) (FULL * (sizes.length - 1))];
  }

  /** The picture as the address of an image element. */
  String dataUri() {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png());
  }

  /** The picture as a PNG. */
  byte[] png() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java writes no PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
