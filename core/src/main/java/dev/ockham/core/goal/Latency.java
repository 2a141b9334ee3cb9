package dev.ockham.core.goal;

import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;

/**
 * Seconds that this machine needs for one example, on one thread. No two measurements are equal:
 * who decides by one keeps it.
 */
public final class Latency {

  private static final long PRACTICE_NANOS = 500_000_000;
  private static final long BLOCK_NANOS = 10_000_000;
  private static final int BLOCKS = 21;
  private static final float VALUE = 0.5f;

  private Latency() {}

  /**
   * The median of {@value #BLOCKS} blocks of a hundredth of a second, after half a second of
   * practice, of an example of equal numbers.
   *
   * @throws IllegalArgumentException if the model has several outputs
   */
  public static double seconds(Model model) {
    Predictor predictor = Predictor.of(model);
    float[] input = new float[predictor.inputs()];
    Arrays.fill(input, VALUE);
    float[] output = new float[predictor.outputs()];
    block(predictor, input, output, PRACTICE_NANOS);
    double[] seconds = new double[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
      seconds[i] = block(predictor, input, output, BLOCK_NANOS);
    }
    Arrays.sort(seconds);
    return seconds[BLOCKS / 2];
  }

  private static double block(Predictor predictor, float[] input, float[] output, long nanos) {
    long began = System.nanoTime();
    long runs = 0;
    while (System.nanoTime() - began < nanos) {
      predictor.predictInto(input, output);
      runs++;
    }
    return (System.nanoTime() - began) / 1e9 / runs;
  }
}
