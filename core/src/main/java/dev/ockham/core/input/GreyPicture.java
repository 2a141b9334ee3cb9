package dev.ockham.core.input;

/**
 * Brightness per pixel, 0 (black) to 255.
 *
 * @param height rows
 * @param width columns
 * @param values {@code [height, width]}; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; lives for one example
record GreyPicture(int height, int width, float[] values) {

  /** The part of a row or column that a new pixel covers, with the share of each old pixel. */
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

  /** Dark where this is bright. */
  GreyPicture inverted() {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = 255 - values[i];
    }
    return new GreyPicture(height, width, result);
  }

  /**
   * Another size: each new pixel is the mean of the area that it covers, so that thin strokes fade
   * but do not vanish. Height and width are scaled each by its own factor.
   */
  GreyPicture scaled(int newHeight, int newWidth) {
    if (newHeight == height && newWidth == width) {
      return this;
    }
    float[] result = new float[Math.multiplyExact(newHeight, newWidth)];
    Cover[] columns = new Cover[newWidth];
    for (int x = 0; x < newWidth; x++) {
      columns[x] = Cover.of(x, width, newWidth);
    }
    for (int y = 0; y < newHeight; y++) {
      Cover rows = Cover.of(y, height, newHeight);
      for (int x = 0; x < newWidth; x++) {
        result[y * newWidth + x] = (float) mean(rows, columns[x]);
      }
    }
    return new GreyPicture(newHeight, newWidth, result);
  }

  private double mean(Cover rows, Cover columns) {
    double sum = 0;
    for (int i = 0; i < rows.shares().length; i++) {
      double row = 0;
      for (int j = 0; j < columns.shares().length; j++) {
        row += columns.shares()[j] * values[(rows.first() + i) * width + columns.first() + j];
      }
      sum += rows.shares()[i] * row;
    }
    return sum;
  }
}
