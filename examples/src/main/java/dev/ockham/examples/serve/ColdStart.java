package dev.ockham.examples.serve;

import dev.ockham.runtime.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How long a fresh JVM takes to load a model and to predict for the first time; needs {@code
 * ockham-runtime} alone. It prints milliseconds: to load, to predict, both, and to predict again.
 */
public final class ColdStart {
  private ColdStart() {}

  /** Loads the model that is named, once. */
  public static void main(String[] args) throws IOException {
    long began = System.nanoTime();
    Predictor predictor = Predictor.load(Path.of(args[0]));
    long loaded = System.nanoTime();
    float[] answer = new float[predictor.outputs()];
    float[] example = new float[predictor.inputs()];
    Arrays.fill(example, 100);
    predictor.predictInto(example, answer);
    long first = System.nanoTime();
    predictor.predictInto(example, answer);
    long second = System.nanoTime();
    System.out.println(
        millis(began, loaded)
            + "\t"
            + millis(loaded, first)
            + "\t"
            + millis(began, first)
            + "\t"
            + millis(first, second));
  }

  private static double millis(long from, long to) {
    return Math.round((to - from) / 1e4) / 100.0;
  }
}
