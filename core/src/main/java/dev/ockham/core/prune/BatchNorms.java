package dev.ockham.core.prune;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Images;
import dev.ockham.core.gate.DependentFactor;
import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Inference;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Batch norms after training: γ and β that were learnt, and examples to estimate means and
 * variances from. No statistics are kept: they belong to one set of weights, and pruning changes
 * the weights.
 *
 * <p>The gates of dependent Beta-Bernoulli dropout have a batch norm inside, and take their
 * statistics here too.
 *
 * @param affines γ and β of each batch norm, in order
 * @param calibration training examples, raw values; labels do not matter
 */
public record BatchNorms(List<Affine> affines, Examples calibration) {

  /** Of a network that has none. */
  public static final BatchNorms NONE =
      new BatchNorms(List.of(), Images.copyOf(1, 1, 1, new byte[0], new byte[0]));

  /** Examples whose activations are held at once. */
  private static final int CHUNK = 256;

  /** What one batch norm scales its units by, and what it adds; not copied. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Affine(float[] gamma, float[] beta) {
    /** What the batch norm comes to for units of the given moments. */
    public Rescaling at(UnitMoments moments) {
      double[] mean = moments.mean();
      double[] variance = moments.variance();
      double[] scale = new double[gamma.length];
      double[] shift = new double[gamma.length];
      for (int unit = 0; unit < gamma.length; unit++) {
        if (variance[unit] > 0) {
          scale[unit] = gamma[unit] / Math.sqrt(variance[unit] + LayerSpec.BatchNorm.EPSILON);
        }
        shift[unit] = beta[unit] - mean[unit] * scale[unit];
      }
      return new Rescaling(scale, shift);
    }
  }

  /**
   * A batch norm with fixed statistics, {@code y = scale · x + shift} of each unit. A unit that
   * never changes has a scale of 0 and so gives β, also for examples where it would change: divided
   * by √ε alone it would be hundreds of times larger there than anything in training.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Rescaling(double[] scale, double[] shift) {}

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there are batch norms but no examples
   */
  public BatchNorms {
    affines = List.copyOf(affines);
    if (!affines.isEmpty() && calibration.count() == 0) {
      throw new IllegalArgumentException(
          "%s batch norms and no examples to estimate their statistics from"
              .formatted(affines.size()));
    }
  }

  /**
   * A layer with the batch norm behind it folded in: weights {@code W γ/√(v + ε)} and bias {@code
   * (b − m) γ/√(v + ε) + β}, worked out in double. Mean m and variance v of each unit are those of
   * what the layer itself gives for the calibration examples; see {@link Rescaling} for v = 0.
   *
   * @param number which batch norm, from 0
   * @param input shape of an example
   * @param before all layers before it, earlier batch norms folded in already
   * @param layer the layer that the batch norm stands behind
   */
  public ModelLayer.Linear folded(
      int number, Shape input, List<ModelLayer> before, ModelLayer.Linear layer) {
    List<ModelLayer> prefix = new ArrayList<>(before);
    prefix.add(layer);
    Rescaling norm = affines.get(number).at(moments(input, prefix, false));
    float[] weights = layer.weights().toDense();
    float[] bias = layer.bias().toArray();
    int columns = layer.weights().cols();
    for (int unit = 0; unit < bias.length; unit++) {
      double scale = norm.scale()[unit];
      for (int i = unit * columns; i < (unit + 1) * columns; i++) {
        weights[i] = (float) (weights[i] * scale);
      }
      bias[unit] = (float) (bias[unit] * scale + norm.shift()[unit]);
    }
    return layer.with(DenseMatrix.of(bias.length, columns, weights), Bias.of(bias));
  }

  /**
   * A batch norm that cannot be folded, since a gate stands between it and its layer.
   *
   * @param number which batch norm, from 0
   * @param name what the operation is called
   * @param input shape of an example
   * @param before all layers before it
   */
  public ModelLayer.Affine affine(int number, String name, Shape input, List<ModelLayer> before) {
    Rescaling norm = affines.get(number).at(moments(input, before, false));
    return new ModelLayer.Affine(name, bias(norm.scale()), bias(norm.shift()));
  }

  /**
   * A gate that looks at the example, with the statistics of what it gets for the calibration
   * examples: of each unit's mean over its positions.
   *
   * @param name what the operation is called
   * @param norm γ and η of the gate
   * @param factors what each unit is multiplied by where it is wide open; 0 where it has no weight
   *     left
   * @param input shape of an example
   * @param before all layers before it
   */
  public ModelLayer.DependentGate gate(
      String name, Affine norm, float[] factors, Shape input, List<ModelLayer> before) {
    Rescaling at = norm.at(moments(input, before, true));
    return new ModelLayer.DependentGate(
        name, bias(at.scale()), bias(at.shift()), Bias.of(factors), DependentFactor.CUT);
  }

  private static Bias bias(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Bias.of(floats);
  }

  private UnitMoments moments(Shape input, List<ModelLayer> before, boolean pooled) {
    List<ModelLayer> prefix = new ArrayList<>(before);
    Shape output = input;
    for (ModelLayer each : prefix) {
      output = each.outputShape(output);
    }
    if (!output.isFlat()) {
      prefix.add(new ModelLayer.Flatten());
    }
    Inference inference = new Inference(new SparseModel("prefix", input, output.size(), prefix));
    int threads = Runtime.getRuntime().availableProcessors(); // no bit depends on how many
    int positions = output.height() * output.width();
    UnitMoments moments = new UnitMoments(output.channels(), pooled ? 1 : positions);
    for (int from = 0; from < calibration.count(); from += CHUNK) {
      int count = Math.min(CHUNK, calibration.count() - from);
      float[] values = inference.logits(calibration.values(from, from + count), count, threads);
      moments.add(pooled ? means(values, positions) : values);
    }
    return moments;
  }

  /** The mean of each run of positions, in float as inference takes it. */
  private static float[] means(float[] values, int positions) {
    float[] means = new float[values.length / positions];
    for (int i = 0; i < means.length; i++) {
      float sum = values[i * positions];
      for (int k = 1; k < positions; k++) {
        sum += values[i * positions + k];
      }
      means[i] = sum / positions;
    }
    return means;
  }
}
