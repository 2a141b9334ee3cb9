package dev.ockham.core.input;

/**
 * Another size for rows of numbers: each new pixel is the mean of the area that it covers, so that
 * thin strokes fade but do not vanish. Height and width are scaled each by its own factor.
 */
final class PictureScaling {

  private PictureScaling() {}

  /** The part of a row or column that a new pixel covers, with the share of each old pixel. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one row or column
  private record Cover(int first, double[] shares) {
    static Cover of(int index, int from, int to) {
      double begin = (double) index * from / to;
      double end = (double) (index + 1) * from / to;
      int first = (int) begin;
      int last = Math.min(from - 1, (int) Math.ceil(end) - 1);
      double[] shares = new double[last - first + 1];
      for (int i = first; i <= last; i++) {
        shares[i - first] = (Math.min(end, i + 1) - Math.max(begin, i)) / (end - begin);
      }
      return new Cover(first, shares);
    }
  }

  /**
   * Scales one channel.
   *
   * @param pixels unsigned bytes
   * @param start index of the channel's first
   * @param into receives {@code [newHeight, newWidth]}
   * @param at index of the first of them
   */
  static void scale(
      byte[] pixels,
      int start,
      int height,
      int width,
      float[] into,
      int at,
      int newHeight,
      int newWidth) {
    Cover[] columns = new Cover[newWidth];
    for (int x = 0; x < newWidth; x++) {
      columns[x] = Cover.of(x, width, newWidth);
    }
    for (int y = 0; y < newHeight; y++) {
      Cover rows = Cover.of(y, height, newHeight);
      for (int x = 0; x < newWidth; x++) {
        into[at + y * newWidth + x] = (float) mean(pixels, start, width, rows, columns[x]);
      }
    }
  }

  private static double mean(byte[] pixels, int start, int width, Cover rows, Cover columns) {
    double sum = 0;
    for (int i = 0; i < rows.shares().length; i++) {
      double row = 0;
      for (int j = 0; j < columns.shares().length; j++) {
        int at = start + (rows.first() + i) * width + columns.first() + j;
        row += columns.shares()[j] * (pixels[at] & 0xFF);
      }
      sum += rows.shares()[i] * row;
    }
    return sum;
  }
}
