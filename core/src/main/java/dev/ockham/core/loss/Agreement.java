package dev.ockham.core.loss;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a network does what its teacher does, over some examples.
 *
 * @param examples how many
 * @param distance mean over the examples of the distance, summed over the outputs
 * @param relativeErrors for each output 1 − R²: Σ (y − t)² over Σ (t − mean of t)², where each
 *     number of the output has a mean of its own; 0 is the teacher itself, 1 what the means alone
 *     would do. NaN where the teacher always gives the same
 */
public record Agreement(long examples, double distance, Map<String, Double> relativeErrors) {

  /** Adds up examples in the order in which they come; equal orders give equal bits. */
  public static final class Accumulator {
    private final List<String> outputs;
    private final List<Distance> distances;
    private final List<Integer> sizes;
    private final List<Spread> spreads = new ArrayList<>();
    private final double[] errors;
    private double distance;
    private long examples;

    /**
     * Begins a comparison without examples.
     *
     * @param outputs their names
     * @param distances one each
     * @param sizes numbers of each for one example
     */
    public Accumulator(List<String> outputs, List<Distance> distances, List<Integer> sizes) {
      this.outputs = outputs;
      this.distances = distances;
      this.sizes = sizes;
      sizes.forEach(size -> spreads.add(new Spread(size)));
      errors = new double[sizes.size()];
    }

    /**
     * Counts one example.
     *
     * @param values what the network gives, one array per output
     * @param row the example's, in these arrays
     * @param targets what the teacher gives, one array per output
     * @param targetRow the example's, in those
     */
    public void add(List<float[]> values, int row, List<float[]> targets, int targetRow) {
      examples++;
      for (int k = 0; k < sizes.size(); k++) {
        int size = sizes.get(k);
        int at = row * size;
        int targetAt = targetRow * size;
        float[] value = values.get(k);
        float[] target = targets.get(k);
        distance += distances.get(k).of(value, at, target, targetAt, size);
        spreads.get(k).add(target, targetAt);
        for (int i = 0; i < size; i++) {
          double difference = (double) value[at + i] - target[targetAt + i];
          errors[k] += difference * difference;
        }
      }
    }

    /**
     * The result so far.
     *
     * @throws IllegalStateException if nothing was counted
     */
    public Agreement result() {
      if (examples == 0) {
        throw new IllegalStateException("no examples were counted");
      }
      Map<String, Double> relative = new LinkedHashMap<>();
      for (int k = 0; k < sizes.size(); k++) {
        double all = spreads.get(k).squares();
        relative.put(outputs.get(k), all > 0 ? errors[k] / all : Double.NaN);
      }
      return new Agreement(examples, distance / examples, relative);
    }
  }
}
