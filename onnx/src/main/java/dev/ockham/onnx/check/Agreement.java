package dev.ockham.onnx.check;

import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How far ONNX Runtime's numbers are from Ockham's.
 *
 * @param examples how many examples were compared
 * @param largest the largest difference of an output's number, over the largest number that Ockham
 *     has for that output in the batch; ≥ 0
 */
public record Agreement(int examples, double largest) {
  /** Largest difference that counts as the same function, over the output's scale. */
  public static final double LIMIT = 1e-5;

  /**
   * Runs a model here, and what was written of it in ONNX Runtime.
   *
   * @param written bytes of the ONNX file
   * @param batches what to run both on
   * @throws RefusedModelException naming output, example and numbers, if they differ by more than
   *     {@value #LIMIT}, or saying why ONNX Runtime does not run the file
   * @throws IOException if ONNX Runtime's process fails
   */
  public static Agreement require(
      Model model, byte[] written, List<Batch> batches, ReferenceRuntime runtime)
      throws IOException {
    List<Map<String, float[]>> theirs = runtime.run(written, batches);
    Plan plan = Plan.of(model);
    int threads = Runtime.getRuntime().availableProcessors();
    int examples = 0;
    double largest = 0;
    for (int number = 0; number < batches.size(); number++) {
      Batch batch = batches.get(number);
      Map<String, float[]> ours = plan.run(batch.inputs(), batch.count(), threads);
      for (Map.Entry<String, float[]> output : ours.entrySet()) {
        float[] their =
            Objects.requireNonNull(theirs.get(number).get(output.getKey()), output.getKey());
        largest = Math.max(largest, require(output.getKey(), output.getValue(), their, batch));
      }
      examples += batch.count();
    }
    return new Agreement(examples, largest);
  }

  private static double require(String output, float[] ours, float[] theirs, Batch batch)
      throws RefusedModelException {
    if (ours.length != theirs.length) {
      throw new RefusedModelException(
          "output '%s': ONNX Runtime gives %s numbers for %s examples, Ockham %s"
              .formatted(output, theirs.length, batch.count(), ours.length));
    }
    int worst = worst(ours, theirs);
    if (worst < 0) {
      return 0;
    }
    double difference = difference(ours, theirs, worst);
    if (!(difference <= LIMIT)) {
      int size = ours.length / batch.count();
      throw new RefusedModelException(
          "output '%s', number %s of example %s in a batch of %s: ONNX Runtime gives %s, Ockham %s; that is %s of the output's scale, more than %s"
              .formatted(
                  output,
                  worst % size,
                  worst / size,
                  batch.count(),
                  theirs[worst],
                  ours[worst],
                  (float) difference,
                  LIMIT));
    }
    return difference;
  }

  /** The largest difference over the scale of what is expected; NaN where only one is NaN. */
  static double between(float[] expected, float[] found) {
    int worst = worst(expected, found);
    return worst < 0 ? 0 : difference(expected, found, worst);
  }

  /** Index of the largest difference; −1 if all are the same, NaN included. */
  private static int worst(float[] ours, float[] theirs) {
    int worst = -1;
    double most = 0;
    for (int i = 0; i < ours.length; i++) {
      if (Float.compare(ours[i], theirs[i]) != 0 && ours[i] != theirs[i]) {
        double difference = Math.abs((double) ours[i] - theirs[i]);
        if (Double.isNaN(difference)) {
          return i;
        }
        if (difference > most) {
          most = difference;
          worst = i;
        }
      }
    }
    return worst;
  }

  private static double difference(float[] ours, float[] theirs, int at) {
    double scale = 0;
    for (float number : ours) {
      if (Float.isFinite(number)) {
        scale = Math.max(scale, Math.abs(number));
      }
    }
    return Math.abs((double) ours[at] - theirs[at]) / Math.max(scale, Float.MIN_NORMAL);
  }
}
