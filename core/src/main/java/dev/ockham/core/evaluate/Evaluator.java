package dev.ockham.core.evaluate;

import dev.ockham.core.data.Images;
import dev.ockham.core.metrics.Classification;
import dev.ockham.runtime.model.Inference;
import dev.ockham.runtime.model.SparseModel;
import java.util.function.IntConsumer;

/** Runs a model over labelled images. */
public final class Evaluator {

  private static final int CHUNK = 500;

  private Evaluator() {}

  /**
   * Quality of a model's predictions.
   *
   * @param images what to predict, raw pixels
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many images are done
   * @throws IllegalArgumentException if the images are not of the model's size, or have a label
   *     that it has no output for
   */
  public static Classification classify(
      SparseModel model, Images images, int threads, IntConsumer progress) {
    int pixels = images.pixelsPerImage();
    if (pixels != model.input().size()) {
      throw new IllegalArgumentException(
          "the model takes %d pixels (%s), the images have %d (%d×%d×%d)"
              .formatted(
                  model.input().size(),
                  model.input(),
                  pixels,
                  images.channels(),
                  images.height(),
                  images.width()));
    }
    if (images.maxLabel() >= model.classes()) {
      throw new IllegalArgumentException(
          "the model has %d outputs, the images have a label %d"
              .formatted(model.classes(), images.maxLabel()));
    }
    Inference inference = new Inference(model);
    Classification.Accumulator sum = new Classification.Accumulator();
    for (int from = 0; from < images.count(); from += CHUNK) {
      int count = Math.min(CHUNK, images.count() - from);
      float[] logits = inference.logits(floats(images, from, count), count, threads);
      for (int i = 0; i < count; i++) {
        sum.addLogits(logits, i * model.classes(), model.classes(), images.label(from + i));
      }
      progress.accept(from + count);
    }
    return sum.result();
  }

  private static float[] floats(Images images, int from, int count) {
    int pixels = images.pixelsPerImage();
    float[] raw = new float[count * pixels];
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < pixels; p++) {
        raw[i * pixels + p] = images.pixel(from + i, p);
      }
    }
    return raw;
  }
}
