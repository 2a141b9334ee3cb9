package dev.ockham.train.run;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.data.Images;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.EpochMetrics.LayerCount;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.runtime.model.Shape;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.network.Forward;
import dev.ockham.train.network.LinearLayer;
import dev.ockham.train.network.Network;
import dev.ockham.train.posterior.LinearMap;
import dev.ockham.train.posterior.PointWeights;
import dev.ockham.train.posterior.SparseVdWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a network between epochs: how good it is on held-out images, with all mean weights and
 * with those that stay at the threshold, and how many stay.
 */
final class Validation implements AutoCloseable {

  private static final int BATCH = 256;

  private final Network network;
  private final Images images;
  private final int[] examples;
  private final float inputMean;
  private final float inputScale;
  private final Kernels kernels;
  private final ParallelRanges threads;
  private final Arena arena = Arena.ofShared();
  private final List<NativeTensor> inputs = new ArrayList<>();
  private final List<NativeTensor> pruned = new ArrayList<>();
  private final float[] logits;

  Validation(
      Network network,
      Images images,
      int[] examples,
      float inputMean,
      float inputScale,
      Kernels kernels,
      ParallelRanges threads) {
    this.network = network;
    this.images = images;
    this.examples = examples;
    this.inputMean = inputMean;
    this.inputScale = inputScale;
    this.kernels = kernels;
    this.threads = threads;
    this.logits = new float[examples.length * network.architecture().classes()];
    Shape shape = network.architecture().input();
    for (int i = 0; i < threads.threads(); i++) {
      inputs.add(
          NativeTensor.floats(arena, BATCH, shape.channels(), shape.height(), shape.width()));
    }
    for (LinearLayer layer : network.layers()) {
      pruned.add(NativeTensor.floats(arena, layer.spec().shape()));
    }
  }

  /** Which weights of each layer stay at a threshold on log α; all of them where nothing prunes. */
  List<Mask> masks(double threshold) {
    List<Mask> masks = new ArrayList<>();
    for (LinearLayer layer : network.layers()) {
      int weights = (int) layer.spec().weights();
      masks.add(
          switch (layer.weights()) {
            case PointWeights _ -> Mask.all(weights);
            case SparseVdWeights sparse -> Mask.below(sparse.logAlpha(kernels), (float) threshold);
          });
    }
    return masks;
  }

  /** How many weights masks keep, per layer. */
  List<LayerCount> counts(List<Mask> masks) {
    List<LayerCount> counts = new ArrayList<>();
    for (int i = 0; i < masks.size(); i++) {
      LayerSpec.Linear spec = network.layers().get(i).spec();
      counts.add(new LayerCount(spec.name(), spec.weights(), masks.get(i).kept()));
    }
    return counts;
  }

  /** With all mean weights; null where no images were held out. */
  @Nullable Score meanWeights() {
    return score(number -> network.layers().get(number).weights().theta().value());
  }

  /** With the mean weights that the masks keep; null where no images were held out. */
  @Nullable Score prunedWeights(List<Mask> masks) {
    for (int number = 0; number < masks.size(); number++) {
      float[] theta = network.layers().get(number).weights().theta().value().toArray();
      pruned.get(number).set(masks.get(number).apply(theta));
    }
    return score(pruned::get);
  }

  @FunctionalInterface
  private interface Weights {
    NativeTensor of(int number);
  }

  private @Nullable Score score(Weights weights) {
    if (examples.length == 0) {
      return null;
    }
    int workers = threads.threads();
    threads.runEach(
        workers,
        worker -> {
          for (int from = worker * BATCH; from < examples.length; from += workers * BATCH) {
            batch(inputs.get(worker), from, Math.min(from + BATCH, examples.length), weights);
          }
        });
    int classes = network.architecture().classes();
    Classification.Accumulator sum = new Classification.Accumulator();
    for (int i = 0; i < examples.length; i++) {
      sum.addLogits(logits, i * classes, classes, images.label(examples[i]));
    }
    Classification result = sum.result();
    return new Score(result.errorPercent(), result.nll());
  }

  private void batch(NativeTensor input, int from, int to, Weights weights) {
    int[] batch = Arrays.copyOfRange(examples, from, to);
    kernels.gatherImages(
        images.pixels(),
        batch,
        images.pixelsPerImage(),
        inputMean,
        inputScale,
        input.segment(),
        0,
        (long) batch.length * images.pixelsPerImage());
    try (TensorScope _ = new TensorScope()) {
      Tensor output =
          Forward.logits(
                  network.architecture(),
                  input.tensor().narrow(0, 0, batch.length),
                  (number, layer, h) ->
                      LinearMap.apply(
                          layer,
                          h,
                          weights.of(number).tensor(),
                          network.layers().get(number).bias().value().tensor()))
              .contiguous();
      MemorySegment.copy(
          TensorMemory.of(output),
          ValueLayout.JAVA_FLOAT,
          0,
          logits,
          from * network.architecture().classes(),
          batch.length * network.architecture().classes());
    }
  }

  @Override
  public void close() {
    inputs.forEach(NativeTensor::close);
    pruned.forEach(NativeTensor::close);
    arena.close();
  }
}
