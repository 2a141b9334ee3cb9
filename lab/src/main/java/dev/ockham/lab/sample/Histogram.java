package dev.ockham.lab.sample;

/**
 * Equal bins and the density of a sample in each; draws outside are counted in the total alone.
 *
 * @param edges one more than there are bins, increasing
 * @param densities share of the sample per unit of x
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Histogram(double[] edges, double[] densities) {

  /** Counts a sample between two values. */
  public static Histogram of(double[] sample, double from, double to, int bins) {
    double width = (to - from) / bins;
    double[] edges = Grid.linear(from, to, bins + 1);
    double[] densities = new double[bins];
    for (double x : sample) {
      int bin = (int) Math.floor((x - from) / width);
      if (bin >= 0 && bin < bins) {
        densities[bin] += 1 / (width * sample.length);
      }
    }
    return new Histogram(edges, densities);
  }
}
