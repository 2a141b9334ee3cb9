package dev.ockham.train.pass;

import dev.ockham.core.prune.UnitMoments;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the batch norms of a network, and those within its gates, come to outside training: one
 * scale and one shift per unit, by name of the node; those of gates by {@link #withinGate}.
 */
public final class NormStatistics {

  private final Map<String, Rescaling> rescalings = new HashMap<>();

  /**
   * A batch norm at fixed statistics, {@code y = scale · x + shift} of each unit. A unit that never
   * changes has a scale of 0 and so gives β, also for examples where it would change: divided by √ε
   * alone it would be hundreds of times larger there than anything in training.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Rescaling(float[] scale, float[] shift) {
    /**
     * What a batch norm comes to for units of the given moments.
     *
     * @param gamma γ, one per unit
     * @param beta β, one per unit
     */
    public static Rescaling of(UnitMoments moments, float[] gamma, float[] beta, double epsilon) {
      double[] mean = moments.mean();
      double[] variance = moments.variance();
      float[] scale = new float[gamma.length];
      float[] shift = new float[gamma.length];
      for (int unit = 0; unit < gamma.length; unit++) {
        double by = variance[unit] > 0 ? gamma[unit] / Math.sqrt(variance[unit] + epsilon) : 0;
        scale[unit] = (float) by;
        shift[unit] = (float) (beta[unit] - mean[unit] * by);
      }
      return new Rescaling(scale, shift);
    }
  }

  /** Name of the batch norm within the gate of a node. */
  public static String withinGate(String node) {
    return node + ".gate";
  }

  /** What a batch norm comes to. */
  public Rescaling of(String name) {
    return Objects.requireNonNull(rescalings.get(name), name);
  }

  /** Writes down what a batch norm comes to. */
  public void put(String name, Rescaling rescaling) {
    rescalings.put(name, rescaling);
  }
}
