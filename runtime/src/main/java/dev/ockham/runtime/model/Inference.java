package dev.ockham.runtime.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * A model prepared for running: shapes resolved and weights laid out as their non-zero terms.
 * Immutable and safe to share between threads.
 *
 * <p>Examples are evaluated in blocks; a block is the unit of parallel work. No result depends on
 * which block or thread an example falls to, so any thread count gives the same bits.
 */
public final class Inference {
  /**
   * Examples per block, the length of every innermost loop. On LeNet-5 with 10,000 images, 32, 64
   * and 128 took 4.7, 3.3 and 2.4 s on one thread; the activations of a block grow with it (6 MB
   * after the first convolution at 128).
   */
  private static final int BLOCK = 128;

  private record Step(ModelLayer layer, Shape in, Shape out, Terms terms) {}

  private final int inputSize;
  private final int classes;
  private final List<Step> steps;

  /** Prepares a model; costs one pass over its weights. */
  public Inference(SparseModel model) {
    inputSize = model.input().size();
    classes = model.classes();
    List<Step> prepared = new ArrayList<>();
    Shape shape = model.input();
    for (ModelLayer layer : model.layers()) {
      Shape next = layer.outputShape(shape);
      Terms terms =
          switch (layer) {
            case ModelLayer.Dense dense -> Terms.of(dense);
            case ModelLayer.Conv2d conv -> Terms.of(conv, shape);
            case ModelLayer.Scaling _,
                ModelLayer.DependentGate _,
                ModelLayer.Affine _,
                ModelLayer.MaxPool2d _,
                ModelLayer.Relu _,
                ModelLayer.Flatten _ ->
                Terms.NONE;
          };
      prepared.add(new Step(layer, shape, next, terms));
      shape = next;
    }
    steps = List.copyOf(prepared);
  }

  /**
   * Logits of a batch.
   *
   * @param images raw values, {@code [count, channels, height, width]}; read only
   * @param count number of examples, ≥ 0
   * @param threads number of threads, ≥ 1; the bits of the result do not depend on it
   * @return {@code [count, classes]}; the caller owns it
   * @throws IllegalArgumentException if {@code images} does not hold {@code count} examples
   */
  public float[] logits(float[] images, int count, int threads) {
    if (count < 0 || (long) count * inputSize != images.length) {
      throw new IllegalArgumentException(
          "count = %s examples of %s values do not match images of %s values"
              .formatted(count, inputSize, images.length));
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads = " + threads + ", it must be >= 1");
    }
    float[] logits = new float[Math.multiplyExact(count, classes)];
    List<Runnable> blocks = new ArrayList<>();
    for (int first = 0; first < count; first += BLOCK) {
      int start = first;
      int lanes = Math.min(BLOCK, count - first);
      blocks.add(() -> runBlock(images, start, lanes, logits));
    }
    if (threads == 1 || blocks.size() <= 1) {
      blocks.forEach(Runnable::run);
      return logits;
    }
    try (ForkJoinPool pool = new ForkJoinPool(Math.min(threads, blocks.size()))) {
      pool.invoke(
          ForkJoinTask.adapt(() -> {
            ForkJoinTask.invokeAll(blocks.stream().map(ForkJoinTask::adapt).toList());
          }));
    }
    return logits;
  }

  /** Class probabilities of a batch: {@link #logits} followed by {@link #softmaxInPlace}. */
  public float[] probabilities(float[] images, int count, int threads) {
    float[] result = logits(images, count, threads);
    softmaxInPlace(result, classes);
    return result;
  }

  /**
   * The likeliest classes of each example of a batch: {@link #probabilities} followed by {@link
   * Prediction#top}.
   *
   * @param most classes per example, from 1 to the model's number of classes
   * @return one list per example, likeliest class first
   */
  public List<List<Prediction>> top(float[] images, int count, int most, int threads) {
    float[] probabilities = probabilities(images, count, threads);
    List<List<Prediction>> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      result.add(Prediction.top(probabilities, i, classes, most));
    }
    return result;
  }

  /**
   * Replaces each row of logits z by {@code exp(z_i − max z) / Σ exp(z_j − max z)}, summed in
   * double. Uses {@link StrictMath}, so the bits are the same on every machine; a row sums to 1
   * within a few float roundings.
   *
   * @param logits {@code [count, classes]}, overwritten
   * @param classes length of a row, ≥ 1
   */
  public static void softmaxInPlace(float[] logits, int classes) {
    if (classes < 1 || logits.length % classes != 0) {
      throw new IllegalArgumentException(
          "classes = %s does not divide %s logits".formatted(classes, logits.length));
    }
    double[] row = new double[classes];
    for (int start = 0; start < logits.length; start += classes) {
      float max = logits[start];
      for (int i = 1; i < classes; i++) {
        max = Math.max(max, logits[start + i]);
      }
      double sum = 0;
      for (int i = 0; i < classes; i++) {
        row[i] = StrictMath.exp((double) logits[start + i] - max);
        sum += row[i];
      }
      for (int i = 0; i < classes; i++) {
        logits[start + i] = (float) (row[i] / sum);
      }
    }
  }

  private void runBlock(float[] images, int start, int lanes, float[] logits) {
    float[][] current = new float[inputSize][lanes];
    for (int f = 0; f < inputSize; f++) {
      for (int i = 0; i < lanes; i++) {
        current[f][i] = images[(start + i) * inputSize + f];
      }
    }
    for (Step step : steps) {
      current = run(step, current, lanes);
    }
    for (int i = 0; i < lanes; i++) {
      for (int k = 0; k < classes; k++) {
        logits[(start + i) * classes + k] = current[k][i];
      }
    }
  }

  private static float[][] run(Step step, float[][] in, int lanes) {
    if (step.layer() instanceof ModelLayer.Flatten) {
      return in; // features are already counted in CHW order
    }
    float[][] out = new float[step.out().size()][lanes];
    switch (step.layer()) {
      case ModelLayer.InputScaling s -> ScalarKernels.inputScaling(in, s.mean(), s.scale(), out);
      case ModelLayer.FeatureScaling s ->
          ScalarKernels.featureScaling(in, s.mean(), s.scale(), out);
      case ModelLayer.Dense dense -> ScalarKernels.dense(in, step.terms(), dense.bias(), out);
      case ModelLayer.Conv2d conv ->
          ScalarKernels.conv2d(in, step.in(), step.terms(), conv.bias(), out, step.out());
      case ModelLayer.MaxPool2d pool ->
          ScalarKernels.maxPool2d(in, step.in(), pool.size(), out, step.out());
      case ModelLayer.Relu _ -> ScalarKernels.relu(in, out);
      case ModelLayer.DependentGate gate -> ScalarKernels.dependentGate(in, gate, out);
      case ModelLayer.Affine affine -> ScalarKernels.affine(in, affine, out);
      case ModelLayer.Flatten _ -> throw new AssertionError("handled above");
    }
    return out;
  }
}
