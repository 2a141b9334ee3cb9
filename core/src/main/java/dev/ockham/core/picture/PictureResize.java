package dev.ockham.core.picture;

import dev.ockham.runtime.data.PictureRules;

/**
 * Another size for a picture, as Pillow's {@code resize} with {@code BILINEAR} makes it, to the
 * bit: a triangle as wide as a new pixel (and at least as wide as an old one) weighs what a new
 * pixel sees, rows first, then columns, each rounded to whole numbers. Shrinking so keeps thin
 * strokes, which fade but do not vanish.
 */
public final class PictureResize {

  /** Weights are whole numbers of this many bits, so that sums do not depend on the machine. */
  private static final int BITS = 22;

  private static final int MOST = 255;

  private PictureResize() {}

  /** A picture in the size that rules say; its channels stay. */
  public static Picture fitted(Picture picture, PictureRules rules) {
    return rules.resizes() ? fitted(picture, rules.height(), rules.width(), rules.fit()) : picture;
  }

  /** A picture in another size; its channels stay. */
  public static Picture fitted(Picture picture, int height, int width, PictureRules.Fit fit) {
    if (picture.height() == height && picture.width() == width) {
      return picture;
    }
    if (fit == PictureRules.Fit.STRETCH) {
      return scaled(picture, height, width, 0, 0, height, width);
    }
    long h = picture.height();
    long w = picture.width();
    // The side that would reach over is cut to a whole number below, as torchvision does.
    boolean byHeight = height * w >= width * h;
    int fullHeight = byHeight ? height : (int) (width * h / w);
    int fullWidth = byHeight ? (int) (height * w / h) : width;
    int top = (int) Math.rint((fullHeight - height) / 2.0);
    int left = (int) Math.rint((fullWidth - width) / 2.0);
    return scaled(picture, fullHeight, fullWidth, top, left, height, width);
  }

  /**
   * A part of a picture in another size: all of it is scaled to {@code [fullHeight, fullWidth]}, of
   * which the part of {@code height} × {@code width} from {@code top} and {@code left} on is made.
   */
  static Picture scaled(
      Picture picture, int fullHeight, int fullWidth, int top, int left, int height, int width) {
    Weights columns = Weights.of(picture.width(), fullWidth, left, width);
    Weights rows = Weights.of(picture.height(), fullHeight, top, height);
    int plane = picture.height() * picture.width();
    byte[] pixels = new byte[Math.multiplyExact(picture.channels(), height * width)];
    // Only rows that a new one sees are scaled across.
    int firstRow = rows.first[0];
    int lastRow = rows.first[height - 1] + rows.count[height - 1];
    byte[] across = new byte[(lastRow - firstRow) * width];
    for (int channel = 0; channel < picture.channels(); channel++) {
      for (int y = firstRow; y < lastRow; y++) {
        columns.apply(
            picture.pixels(),
            channel * plane + y * picture.width(),
            1,
            across,
            (y - firstRow) * width,
            1);
      }
      for (int x = 0; x < width; x++) {
        rows.apply(
            across, x - firstRow * width, width, pixels, channel * height * width + x, width);
      }
    }
    return new Picture(picture.channels(), height, width, pixels);
  }

  /** Which old numbers every new one of a row or column sees, and how much of each. */
  private static final class Weights {
    private final int[] first;
    private final int[] count;
    private final int[] weights;
    private final int most;

    private Weights(int news, int most) {
      this.first = new int[news];
      this.count = new int[news];
      this.weights = new int[Math.multiplyExact(news, most)];
      this.most = most;
    }

    /**
     * Weights of some of the new numbers.
     *
     * @param from how many old ones there are
     * @param to how many new ones there would be in all
     */
    static Weights of(int from, int to, int start, int news) {
      double scale = (double) from / to;
      double reach = Math.max(1, scale);
      Weights result = new Weights(news, 2 * (int) Math.ceil(reach) + 1);
      double[] shares = new double[result.most];
      for (int i = 0; i < news; i++) {
        if (from == to) {
          result.first[i] = start + i;
          result.count[i] = 1;
          result.weights[i * result.most] = 1 << BITS;
        } else {
          double centre = (start + i + 0.5) * scale;
          result.first[i] = Math.max(0, (int) (centre - reach + 0.5));
          result.count[i] = Math.min(from, (int) (centre + reach + 0.5)) - result.first[i];
          result.triangle(i, centre, 1 / reach, shares);
        }
      }
      return result;
    }

    private void triangle(int index, double centre, double steepness, double[] shares) {
      double sum = 0;
      for (int k = 0; k < count[index]; k++) {
        double distance = Math.abs((k + first[index] - centre + 0.5) * steepness);
        shares[k] = distance < 1 ? 1 - distance : 0;
        sum += shares[k];
      }
      for (int k = 0; k < count[index]; k++) {
        weights[index * most + k] = (int) (0.5 + shares[k] / sum * (1 << BITS));
      }
    }

    /** Weighs numbers that lie {@code fromStep} apart; the new ones get {@code toStep} apart. */
    void apply(byte[] from, int fromAt, int fromStep, byte[] to, int toAt, int toStep) {
      for (int i = 0; i < first.length; i++) {
        int sum = 1 << (BITS - 1);
        int at = fromAt + first[i] * fromStep;
        for (int k = 0; k < count[i]; k++) {
          sum += weights[i * most + k] * (from[at] & 0xFF);
          at += fromStep;
        }
        to[toAt + i * toStep] = (byte) Math.min(MOST, sum >> BITS);
      }
    }
  }
}
