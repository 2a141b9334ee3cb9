package dev.ockham.cli.reproduce;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of one seed.
 *
 * @param seed which one
 * @param errorPercent of the pruned network on the test images, in percent
 * @param trainErrorPercent of the same on the images it was trained on, in percent
 * @param denseTrainErrorPercent of the dense twin on those; null where none was trained
 * @param weights of the architecture, biases not counted
 * @param nonzeroWeights those that are left
 * @param fileBytes of the model file, everything included
 * @param denseBytes 4 for each parameter of the architecture
 * @param sparsity fraction of weights gone, in [0, 1], layer by layer
 * @param seconds of training, by the clock
 * @param weightsSha256 of the model file's tensors
 * @param machine what it ran on
 * @param software versions and commit that it ran with
 */
public record SeedResult(
    long seed,
    double errorPercent,
    double trainErrorPercent,
    @Nullable Double denseTrainErrorPercent,
    long weights,
    long nonzeroWeights,
    long fileBytes,
    long denseBytes,
    List<Double> sparsity,
    double seconds,
    String weightsSha256,
    Map<String, Object> machine,
    Map<String, String> software) {

  /** Keeps the list to itself. */
  public SeedResult {
    sparsity = List.copyOf(sparsity);
  }

  /**
   * Whether it is of a run: of just these weights after just this time.
   *
   * @param weightsSha256 of the run's model
   * @param seconds of its training
   */
  public boolean isOf(String weightsSha256, double seconds) {
    return this.weightsSha256.equals(weightsSha256) && this.seconds == seconds;
  }

  /** Weights over weights left; +∞ for the empty network. */
  public double compression() {
    return (double) weights / nonzeroWeights;
  }

  /** Bytes of the dense network over those of the model file. */
  public double fileRatio() {
    return (double) denseBytes / fileBytes;
  }

  Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("seed", seed);
    map.put("error_percent", errorPercent);
    map.put("train_error_percent", trainErrorPercent);
    map.put("dense_train_error_percent", denseTrainErrorPercent);
    map.put("weights", weights);
    map.put("nonzero_weights", nonzeroWeights);
    map.put("file_bytes", fileBytes);
    map.put("dense_bytes", denseBytes);
    map.put("sparsity", sparsity);
    map.put("seconds", seconds);
    map.put("weights_sha256", weightsSha256);
    map.put("machine", machine);
    map.put("software", software);
    return map;
  }
}
