package dev.ockham.bench.inference;

import dev.ockham.runtime.Predictor;
import java.nio.file.Path;

/** Loads a model, predicts one example and prints how many milliseconds both took. */
public final class ColdStart {

  private ColdStart() {}

  /**
   * Runs once, which is what the JVM is cold for.
   *
   * @param arguments a model file
   */
  public static void main(String[] arguments) throws Exception {
    long begin = System.nanoTime();
    Predictor predictor = Predictor.load(Path.of(arguments[0]));
    float[] output = predictor.predict(new float[predictor.inputs()], 1);
    long end = System.nanoTime();
    if (output.length != predictor.outputs()) {
      throw new IllegalStateException(output.length + " numbers");
    }
    System.out.println((end - begin) / 1e6);
  }
}
