package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.gate.DependentFactor;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.method.WeightScore;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.NormFolding;
import dev.ockham.core.prune.Scores;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run believes of its weights at its last checkpoint: means, and scores to prune by.
 *
 * @param architecture the original network
 * @param method the method that trained it
 * @param threshold score at or above which the run's weights go
 * @param scaling what raw values go through first
 * @param layers the tensors that can be pruned, in order
 * @param plain every other parameter, by the graph's name: biases, what norms scale by and add
 * @param calibration training examples, raw values, that norms take their statistics from; empty
 *     where there are none to take
 * @param targets what the network learnt numbers as; null where it learnt none
 */
public record Snapshot(
    Architecture architecture,
    Method method,
    double threshold,
    InputScaling scaling,
    List<Layer> layers,
    SortedMap<String, float[]> plain,
    Examples calibration,
    @Nullable TargetScaling targets) {

  /** Stands for the calibration examples of a network that needs none. */
  public static final Examples NO_EXAMPLES = Images.copyOf(1, 1, 1, new byte[0], new byte[0]);

  /** The snapshot of a network that does not learn numbers. */
  public Snapshot(
      Architecture architecture,
      Method method,
      double threshold,
      InputScaling scaling,
      List<Layer> layers,
      SortedMap<String, float[]> plain,
      Examples calibration) {
    this(architecture, method, threshold, scaling, layers, plain, calibration, null);
  }

  /** The snapshot of a network without batch norm. */
  public Snapshot(
      Architecture architecture,
      Method method,
      double threshold,
      InputScaling scaling,
      List<Layer> layers,
      SortedMap<String, float[]> plain) {
    this(architecture, method, threshold, scaling, layers, plain, NO_EXAMPLES, null);
  }

  /**
   * A weight tensor's means, with the factors of gates in them; the score of every weight (log α or
   * what else the method's {@link dev.ockham.core.method.WeightScore} is; null where it has none);
   * and, where its gate looks at the example and so is not in the means, that gate. Not copied.
   * Whether scores say what may go is the method's to say.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody; copies would double the memory
  public record Layer(
      WeightTensor weights,
      float[] theta,
      float @Nullable [] logAlpha,
      @Nullable DependentUnits gate) {
    /** A layer all of whose factors are in its means. */
    public Layer(WeightTensor weights, float[] theta, float @Nullable [] logAlpha) {
      this(weights, theta, logAlpha, null);
    }
  }

  /**
   * A gate that looks at the example: E π of each unit, and γ and η of what it does beside. Not
   * copied.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record DependentUnits(float[] factors, float[] gamma, float[] eta) {}

  /** Reads the run in a folder. */
  public static Snapshot read(RunFolder folder) throws IOException {
    return of(folder, RunRecord.read(folder), Checkpoint.read(folder));
  }

  /**
   * The snapshot of a folder's checkpoint that belongs to its record.
   *
   * @throws RunException if it is of another run
   */
  public static Snapshot of(RunFolder folder, RunRecord run, Checkpoint checkpoint)
      throws IOException {
    checkpoint.requireOf(run);
    Architecture architecture = folder.architecture(run.spec());
    Method method = run.spec().method().method();
    UnitSelection live = checkpoint.live(architecture);
    SortedMap<String, float[]> plain = new TreeMap<>();
    for (Parameter parameter : live.live().parameters()) {
      if (!parameter.role().prunable() && architecture.graph().hasParameter(parameter.name())) {
        plain.put(
            parameter.name(),
            checkpoint
                .tensor(ParameterNames.plain(parameter), parameter.shape().toLongs())
                .toFloats());
      }
    }
    List<Layer> layers = new ArrayList<>();
    for (WeightTensor weights : WeightTensor.of(live.live())) {
      float[] theta = checkpoint.tensor(ParameterNames.theta(weights), weights.shape()).toFloats();
      boolean pruned = run.spec().method().appliesTo(weights.name());
      Optional<GateValues> gates =
          pruned ? GateValues.read(run.spec().method(), weights, checkpoint) : Optional.empty();
      layers.add(
          gates.isPresent()
              ? gates.get().fold(weights, theta, plain)
              : new Layer(
                  weights,
                  theta,
                  pruned ? scores(weights, run.spec(), theta, checkpoint, layers.size()) : null));
    }
    boolean statistics = architecture.hasBatchNorm() || method.gate().dependent();
    return new Snapshot(
        architecture,
        method,
        run.spec().method().threshold(),
        scaling(run, checkpoint, architecture),
        live.isAll() ? layers : inFull(layers, live),
        live.isAll() ? plain : inFull(plain, live),
        statistics ? Calibration.read(folder, architecture.example()) : NO_EXAMPLES,
        run.targets());
  }

  /** Weights that left while training went on are 0, and gone at every threshold. */
  private static List<Layer> inFull(List<Layer> left, UnitSelection live) {
    List<Layer> full = new ArrayList<>();
    for (WeightTensor weights : WeightTensor.of(live.original())) {
      Layer layer = left.get(full.size());
      String name = weights.parameter().name();
      float[] scores = layer.logAlpha();
      full.add(
          new Layer(
              weights,
              live.spread(name, layer.theta(), 0),
              scores == null ? null : live.spread(name, scores, Float.POSITIVE_INFINITY),
              layer.gate()));
    }
    return full;
  }

  private static SortedMap<String, float[]> inFull(
      SortedMap<String, float[]> left, UnitSelection live) {
    SortedMap<String, float[]> full = new TreeMap<>();
    left.forEach((name, values) -> full.put(name, live.spread(name, values, 0)));
    return full;
  }

  private static InputScaling scaling(
      RunRecord run, Checkpoint checkpoint, Architecture architecture) throws IOException {
    if (!checkpoint.content().tensors().containsKey(ParameterNames.INPUT_MEAN)) {
      return architecture.scaled(
          InputScaling.all((float) run.data().inputMean(), (float) run.data().inputScale()));
    }
    int size = architecture.example().size();
    int found =
        Objects.requireNonNull(checkpoint.content().tensors().get(ParameterNames.INPUT_MEAN))
            .elements();
    int numbers = found > 0 && size % found == 0 ? found : size;
    return new InputScaling(
        checkpoint.tensor(ParameterNames.INPUT_MEAN, numbers).toFloats(),
        checkpoint.tensor(ParameterNames.INPUT_SCALE, numbers).toFloats());
  }

  private static float @Nullable [] scores(
      WeightTensor weights, RunSpec run, float[] theta, Checkpoint checkpoint, int number)
      throws IOException {
    WeightScore score = run.method().method().score();
    return switch (score) {
      case NONE -> null;
      case LOG_ALPHA -> logAlpha(weights, run.method(), theta, checkpoint);
      case MAGNITUDE -> Scores.magnitude(theta);
      case RANDOM -> Scores.random(theta, run.training().seed(), number);
      // Recurrent weights, for example: no gate stands at them.
      case KEEP_PROBABILITY, NOISE_TO_SIGNAL, GATE_LOCATION -> null;
    };
  }

  private static float @Nullable [] logAlpha(
      WeightTensor weights, MethodSpec method, float[] theta, Checkpoint checkpoint)
      throws IOException {
    boolean ofUnits = method.method().posterior() == PosteriorKind.POINT;
    if (ofUnits && weights.gatePlace() == WeightTensor.GatePlace.NONE) {
      return null; // Recurrent weights and tables: the noise of units stands elsewhere.
    }
    if (method.method().posterior().hasLogSigma2()) {
      StoredTensor logSigma2 =
          checkpoint.tensor(ParameterNames.logSigma2(weights), weights.shape());
      return Scores.logAlpha(
          Kernels.create(),
          MemorySegment.ofArray(theta),
          MemorySegment.ofArray(logSigma2.toFloats()),
          theta.length);
    }
    AlphaSharing sharing = method.alphaSharing();
    String name =
        sharing == AlphaSharing.NETWORK
            ? ParameterNames.LOG_ALPHA
            : ParameterNames.logAlpha(weights);
    return sharing.spread(weights, checkpoint.tensor(name, sharing.groups(weights)).toFloats());
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
   * σ over the size of a weight that is typical of a tensor's weights, by the parameter's name: the
   * median, over those that stay at the run's threshold, of √α. Empty where the method has no α.
   */
  public Map<String, Double> relativeDeviations() {
    Map<String, Double> typical = new HashMap<>();
    for (Layer layer : layers) {
      if (method.score() != WeightScore.LOG_ALPHA || layer.logAlpha() == null) {
        continue;
      }
      float[] kept = new float[layer.logAlpha().length];
      int count = 0;
      for (float logAlpha : layer.logAlpha()) {
        if (logAlpha < threshold) {
          kept[count++] = logAlpha;
        }
      }
      if (count > 0) {
        Arrays.sort(kept, 0, count);
        typical.put(layer.weights().parameter().name(), Math.exp(kept[count / 2] / 2));
      }
    }
    return typical;
  }

  /**
   * Masks that remove a fraction of all weights, those with the highest scores. All weights that
   * are gone already, with a score of +∞, are among the removed, even if they are more.
   *
   * @param sparsity fraction to remove, in [0, 1], biases not counted
   * @throws RunException if the method gives no scores, or none for enough of the weights
   */
  public Mask.Selection masksTo(double sparsity) throws RunException {
    Mask.Selection selection = Mask.toSparsity(requireScores(), sparsity);
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (layer.logAlpha() == null && selection.masks().get(i).kept() < layer.theta().length) {
        throw new RunException(
            "a sparsity of "
                + sparsity
                + " needs weights of '"
                + layer.weights().name()
                + "', of which method '"
                + method.name()
                + "' does not say which may go");
      }
    }
    return selection.threshold() == Float.POSITIVE_INFINITY
        ? new Mask.Selection(masksAt(Double.POSITIVE_INFINITY), Float.POSITIVE_INFINITY)
        : selection;
  }

  /**
   * The scores of every layer; −∞ for weights that the method leaves out.
   *
   * @throws RunException if the method gives none
   */
  public List<float[]> requireScores() throws RunException {
    if (!method.prunes() || layers.stream().allMatch(layer -> layer.logAlpha() == null)) {
      throw new RunException(
          "method '"
              + method.name()
              + "' does not say which weights may go; prune a run of one that does, such as"
              + " sparse-vd");
    }
    List<float[]> scores = new ArrayList<>();
    for (Layer layer : layers) {
      float[] given = layer.logAlpha();
      if (given == null) {
        given = new float[layer.theta().length];
        Arrays.fill(given, Float.NEGATIVE_INFINITY);
      }
      scores.add(given);
    }
    return scores;
  }

  /**
   * The network of the mean weights that the masks keep; its shapes are the original ones. Batch
   * norms are folded into the layers before them, with statistics of just these weights.
   */
  public Model masked(List<Mask> masks) {
    return folded(masks, Map.of()).model();
  }

  /** Folds the norms of the network that the masks keep, and scales variances of its weights. */
  private NormFolding.Spread folded(List<Mask> masks, Map<String, Matrix> variances) {
    Map<String, float[]> numbers = new HashMap<>(plain);
    Map<String, MeanModel.GateBeside> gates = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      WeightTensor weights = layer.weights();
      float[] kept = masks.get(i).apply(layer.theta());
      numbers.put(weights.parameter().name(), kept);
      String bias = weights.node().parameters().get("bias");
      if (method.structured() && bias != null) {
        numbers.put(
            bias, GatedUnits.shutBias(weights, Objects.requireNonNull(plain.get(bias)), kept));
      }
      gate(layer, kept).ifPresent(gate -> gates.put(weights.node().name(), gate));
    }
    Model model = MeanModel.of(architecture, scaling, targets, numbers, gates);
    int count = calibration.count();
    return count == 0
        ? new NormFolding.Spread(model, variances)
        : NormFolding.fold(
            model,
            variances,
            ModelInputs.split(model, calibration.values(0, count), count),
            count,
            new GateStatistics(model));
  }

  private Optional<MeanModel.GateBeside> gate(Layer layer, float[] kept) {
    DependentUnits gate = layer.gate();
    if (gate == null) {
      return Optional.empty();
    }
    WeightTensor weights = layer.weights();
    boolean onOutputs = GatedUnits.onOutputs(weights);
    String read = weights.node().inputs().getFirst();
    int axis = onOutputs ? 0 : architecture.graph().shape(read).rank() - 1;
    return Optional.of(
        new MeanModel.GateBeside(
            ParameterNames.gate(weights),
            onOutputs,
            new DependentGate(axis, DependentFactor.CUT),
            Map.of(
                "scale",
                gate.gamma(),
                "shift",
                gate.eta(),
                "factor",
                GatedUnits.ofOpen(weights, gate.factors(), kept))));
  }

  /**
   * The network that the masks keep, as {@link #masked}, with the variances of its weights as the
   * posterior has them: α·θ² where the method's score is log α. Where a batch norm is folded into
   * weights, their variances are scaled by the square.
   *
   * @throws RunException if the method has no such posterior
   */
  public NormFolding.Spread spread(List<Mask> masks) throws RunException {
    if (method.score() != WeightScore.LOG_ALPHA) {
      throw new RunException(
          "method '%s' has no variances of weights to keep; sparse-vd and ard have"
              .formatted(method.name()));
    }
    return folded(masks, variances(masks));
  }

  private Map<String, Matrix> variances(List<Mask> masks) {
    Map<String, Matrix> variances = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      float[] logAlpha = layer.logAlpha();
      if (logAlpha == null) {
        continue;
      }
      float[] kept = masks.get(i).apply(layer.theta());
      float[] numbers = new float[kept.length];
      for (int k = 0; k < kept.length; k++) {
        double square = (double) kept[k] * kept[k];
        numbers[k] = square == 0 ? 0 : (float) (square * Math.exp(logAlpha[k]));
      }
      Parameter parameter = layer.weights().parameter();
      variances.put(
          parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return variances;
  }

  /** The network with masks applied, without the units that no longer matter. */
  public Model pruned(List<Mask> masks) {
    return Compaction.compact(masked(masks));
  }
}
