package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.WeightScore;
import dev.ockham.core.prune.BatchNorms;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.LiveUnits;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.Scores;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.SparseModel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run believes of its weights at its last checkpoint: means, and scores to prune by.
 *
 * @param architecture the original network
 * @param method the method that trained it
 * @param threshold score at or above which the run's weights go
 * @param scaling what raw values go through first
 * @param layers linear layers in order
 * @param norms batch norms in order
 */
public record Snapshot(
    Architecture architecture,
    Method method,
    double threshold,
    ModelLayer.Scaling scaling,
    List<Layer> layers,
    BatchNorms norms) {

  /** The snapshot of a network without batch norm. */
  public Snapshot(
      Architecture architecture,
      Method method,
      double threshold,
      ModelLayer.Scaling scaling,
      List<Layer> layers) {
    this(architecture, method, threshold, scaling, layers, BatchNorms.NONE);
  }

  /**
   * A linear layer's means, with the factors of gates in them; the score of every weight (log α or
   * what else the method's {@link dev.ockham.core.method.WeightScore} is; null where it has none);
   * the bias; and, where its gate looks at the example and so is not in the means, that gate. Not
   * copied. Whether scores say what may go is the method's to say.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody; copies would double the memory
  public record Layer(
      LayerSpec.Linear spec,
      float[] theta,
      float @Nullable [] logAlpha,
      float[] bias,
      @Nullable DependentUnits gate) {
    /** A layer all of whose factors are in its means. */
    public Layer(LayerSpec.Linear spec, float[] theta, float @Nullable [] logAlpha, float[] bias) {
      this(spec, theta, logAlpha, bias, null);
    }
  }

  /**
   * A gate that looks at the example: E π of each unit, and γ and η of what it does beside. Not
   * copied.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record DependentUnits(float[] factors, BatchNorms.Affine norm) {}

  /** Reads the run in a folder. */
  public static Snapshot read(RunFolder folder) throws IOException {
    return of(folder, RunRecord.read(folder), Checkpoint.read(folder));
  }

  /** The snapshot of a folder's checkpoint that belongs to its record. */
  public static Snapshot of(RunFolder folder, RunRecord run, Checkpoint checkpoint)
      throws IOException {
    Architecture architecture = Architectures.parse(run.spec().architecture());
    Method method = run.spec().method().method();
    LiveUnits live = checkpoint.live(architecture);
    List<Layer> layers = new ArrayList<>();
    for (LayerSpec.Linear spec : live.architecture().linearLayers()) {
      float[] theta = checkpoint.tensor(ParameterNames.theta(spec), spec.shape()).toFloats();
      float[] bias = checkpoint.tensor(ParameterNames.bias(spec), spec.outputs()).toFloats();
      Optional<GateValues> gates = GateValues.read(run.spec().method(), spec, checkpoint);
      Layer left =
          gates.isPresent()
              ? gates.get().fold(spec, theta, bias)
              : new Layer(
                  spec, theta, scores(spec, run.spec(), theta, checkpoint, layers.size()), bias);
      layers.add(live.isAll() ? left : inFull(left, live, layers.size()));
    }
    return new Snapshot(
        architecture,
        method,
        run.spec().method().threshold(),
        scaling(run, checkpoint, architecture.input().size()),
        layers,
        norms(folder, architecture, method, checkpoint));
  }

  /** Weights that left while training went on are 0, and gone at every threshold. */
  private static Layer inFull(Layer left, LiveUnits live, int number) {
    float[] scores = left.logAlpha();
    return new Layer(
        live.original().linearLayers().get(number),
        live.spreadWeights(number, left.theta(), 0),
        scores == null ? null : live.spreadWeights(number, scores, Float.POSITIVE_INFINITY),
        live.spreadOutputs(number, left.bias()),
        left.gate());
  }

  private static BatchNorms norms(
      RunFolder folder, Architecture architecture, Method method, Checkpoint checkpoint)
      throws IOException {
    List<BatchNorms.Affine> affines = new ArrayList<>();
    for (LayerSpec.BatchNorm norm : architecture.batchNorms()) {
      affines.add(
          new BatchNorms.Affine(
              checkpoint.tensor(ParameterNames.gamma(norm), norm.units()).toFloats(),
              checkpoint.tensor(ParameterNames.beta(norm), norm.units()).toFloats()));
    }
    return affines.isEmpty() && !method.gate().dependent()
        ? BatchNorms.NONE
        : new BatchNorms(affines, Calibration.read(folder, architecture.input()));
  }

  private static ModelLayer.Scaling scaling(RunRecord run, Checkpoint checkpoint, int features)
      throws IOException {
    if (!checkpoint.content().tensors().containsKey(ParameterNames.INPUT_MEAN)) {
      return new ModelLayer.InputScaling(
          (float) run.data().inputMean(), (float) run.data().inputScale());
    }
    return new ModelLayer.FeatureScaling(
        Bias.of(checkpoint.tensor(ParameterNames.INPUT_MEAN, features).toFloats()),
        Bias.of(checkpoint.tensor(ParameterNames.INPUT_SCALE, features).toFloats()));
  }

  private static float @Nullable [] scores(
      LayerSpec.Linear spec, RunSpec run, float[] theta, Checkpoint checkpoint, int number)
      throws IOException {
    WeightScore score = run.method().method().score();
    return switch (score) {
      case NONE -> null;
      case LOG_ALPHA -> logAlpha(spec, run.method(), theta, checkpoint);
      case MAGNITUDE -> Scores.magnitude(theta);
      case RANDOM -> Scores.random(theta, run.training().seed(), number);
      case KEEP_PROBABILITY, NOISE_TO_SIGNAL, GATE_LOCATION ->
          throw new IllegalStateException(
              "method '%s' has no gates, but its score is %s"
                  .formatted(run.method().name(), score.plain()));
    };
  }

  private static float[] logAlpha(
      LayerSpec.Linear spec, MethodSpec method, float[] theta, Checkpoint checkpoint)
      throws IOException {
    if (method.method().posterior().hasLogSigma2()) {
      StoredTensor logSigma2 = checkpoint.tensor(ParameterNames.logSigma2(spec), spec.shape());
      return Scores.logAlpha(
          Kernels.create(),
          MemorySegment.ofArray(theta),
          MemorySegment.ofArray(logSigma2.toFloats()),
          theta.length);
    }
    AlphaSharing sharing = method.alphaSharing();
    String name =
        sharing == AlphaSharing.NETWORK ? ParameterNames.LOG_ALPHA : ParameterNames.logAlpha(spec);
    return sharing.spread(spec, checkpoint.tensor(name, sharing.groups(spec)).toFloats());
  }

  /** Masks that remove every weight whose score reaches the threshold; all stay without scores. */
  public List<Mask> masksAt(double atThreshold) {
    List<Mask> masks = new ArrayList<>();
    for (Layer layer : layers) {
      masks.add(
          layer.logAlpha() == null || !method.prunes()
              ? Mask.all(layer.theta().length)
              : Mask.below(layer.logAlpha(), (float) atThreshold));
    }
    return masks;
  }

  /**
   * Masks that remove a fraction of all weights, those with the highest scores. All weights that
   * are gone already, with a score of +∞, are among the removed, even if they are more.
   *
   * @param sparsity fraction to remove, in [0, 1], biases not counted
   * @throws RunException if the method gives no scores
   */
  public Mask.Selection masksTo(double sparsity) throws RunException {
    Mask.Selection selection = Mask.toSparsity(requireScores(), sparsity);
    return selection.threshold() == Float.POSITIVE_INFINITY
        ? new Mask.Selection(masksAt(Double.POSITIVE_INFINITY), Float.POSITIVE_INFINITY)
        : selection;
  }

  /**
   * The scores of every layer.
   *
   * @throws RunException if the method gives none
   */
  public List<float[]> requireScores() throws RunException {
    List<float[]> scores = new ArrayList<>();
    for (Layer layer : layers) {
      float[] logAlpha = layer.logAlpha();
      if (logAlpha == null || !method.prunes()) {
        throw new RunException(
            ("method '%s' does not say which weights may go; prune a run of one that does, such as"
                    + " sparse-vd")
                .formatted(method.name()));
      }
      scores.add(logAlpha);
    }
    return scores;
  }

  /**
   * The network of the mean weights that the masks keep; its shapes are the original ones. Batch
   * norms are folded into the layers before them, with statistics of just these weights.
   */
  public SparseModel masked(List<Mask> masks) {
    List<ModelLayer> chain = new ArrayList<>();
    chain.add(scaling);
    int number = 0;
    int norm = 0;
    for (LayerSpec layer : architecture.layers()) {
      switch (layer) {
        case LayerSpec.Linear _ -> {
          addLinear(layers.get(number), masks.get(number), chain);
          number++;
        }
        case LayerSpec.BatchNorm batchNorm -> addNorm(batchNorm, norm++, chain);
        case LayerSpec.MaxPool2d pool -> chain.add(new ModelLayer.MaxPool2d(pool.size()));
        case LayerSpec.Relu _ -> chain.add(new ModelLayer.Relu());
        case LayerSpec.Flatten _ -> chain.add(new ModelLayer.Flatten());
      }
    }
    return new SparseModel(
        architecture.name(), architecture.input(), architecture.classes(), chain);
  }

  /** As {@link #masked}, without the units that no longer matter. */
  public SparseModel pruned(List<Mask> masks) {
    return Compaction.compact(masked(masks));
  }

  private void addNorm(LayerSpec.BatchNorm spec, int number, List<ModelLayer> chain) {
    if (chain.getLast() instanceof ModelLayer.Linear behind) {
      chain.removeLast();
      chain.add(norms.folded(number, architecture.input(), chain, behind));
    } else {
      chain.add(norms.affine(number, spec.name(), architecture.input(), chain));
    }
  }

  /** Adds a layer, and the gate that stands before or behind it where that is no part of it. */
  private void addLinear(Layer layer, Mask mask, List<ModelLayer> chain) {
    LayerSpec.Linear spec = layer.spec();
    float[] kept = mask.apply(layer.theta());
    boolean behind = GatedUnits.onOutputs(spec);
    if (!behind) {
      addGate(layer, kept, chain);
    }
    chain.add(linear(spec, layer, kept));
    if (behind) {
      addGate(layer, kept, chain);
    }
  }

  private void addGate(Layer layer, float[] kept, List<ModelLayer> chain) {
    DependentUnits gate = layer.gate();
    if (gate != null) {
      float[] factors = GatedUnits.ofOpen(layer.spec(), gate.factors(), kept);
      String name = ParameterNames.gate(layer.spec());
      chain.add(norms.gate(name, gate.norm(), factors, architecture.input(), chain));
    }
  }

  private ModelLayer.Linear linear(LayerSpec.Linear spec, Layer layer, float[] kept) {
    Matrix weights = DenseMatrix.of(spec.outputs(), spec.fanIn(), kept);
    Bias bias =
        Bias.of(method.structured() ? GatedUnits.shutBias(spec, layer.bias(), kept) : layer.bias());
    return switch (spec) {
      case LayerSpec.Dense d -> new ModelLayer.Dense(d.name(), weights, bias);
      case LayerSpec.Conv2d c ->
          new ModelLayer.Conv2d(c.name(), c.kernel(), c.kernel(), weights, bias);
    };
  }
}
