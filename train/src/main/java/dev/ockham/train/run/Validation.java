package dev.ockham.train.run;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.loss.Agreement;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.method.Method;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.EpochMetrics.LayerCount;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.NumberTally;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.Norms;
import dev.ockham.train.posterior.Parameter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a network between epochs: how good it is on held-out examples, with all mean weights and
 * with those that stay at the threshold, and how many stay. Works on a copy of the means.
 */
final class Validation implements AutoCloseable {

  private static final int BATCH = 256;

  /** Most numbers that a worker gives at once, 16 MB. */
  private static final long MOST_AT_ONCE = 1 << 22;

  private final Network network;
  private final Network means;
  private final Examples data;
  private final int[] examples;
  private final InputScaling scaling;
  private final Examples calibration;
  private final Kernels kernels;
  private final ParallelRanges threads;
  private final Arena arena = Arena.ofShared();
  private final List<Replica> replicas = new ArrayList<>();
  private final int batch;
  private final Loss loss;
  private final Judge judge;

  /** What the network gives for the examples of a round, one array per worker and output. */
  private final List<List<float[]>> given = new ArrayList<>();

  /**
   * Prepares to look at a network.
   *
   * @param loss what the network is trained by
   * @param judge what its outputs are compared with
   * @param calibration what batch norms take their statistics from, anew for every set of masks
   */
  Validation(
      Network network,
      Loss loss,
      Judge judge,
      Examples data,
      int[] examples,
      InputScaling scaling,
      Examples calibration,
      Kernels kernels,
      ParallelRanges threads) {
    this.network = network;
    this.means =
        new Network(network.architecture(), network.live(), withoutNoise(network.method()), 0);
    this.loss = loss;
    this.judge = judge;
    this.data = data;
    this.examples = examples;
    this.scaling = scaling;
    this.calibration = calibration;
    this.kernels = kernels;
    this.threads = threads;
    List<Integer> sizes = sizes();
    long numbers = sizes.stream().mapToLong(size -> size).sum();
    batch = Math.clamp(MOST_AT_ONCE / Math.max(1, numbers), 1, BATCH);
    for (int i = 0; i < threads.threads(); i++) {
      replicas.add(Replica.forEvaluation(means, scaling, batch, kernels, arena));
      given.add(sizes.stream().map(size -> new float[batch * size]).toList());
    }
  }

  private List<Integer> sizes() {
    return network.architecture().outputShapes().stream().map(Shape::size).toList();
  }

  /** Factors go into the mean weights, but for those that look at the example. */
  private static MethodSpec withoutNoise(MethodSpec method) {
    return method.method().gate().dependent() ? method : MethodSpec.of(Method.NONE);
  }

  /** Which weights of each layer stay at a method's threshold; all of them where nothing prunes. */
  List<Mask> masks(MethodSpec method) {
    return masks(method, method.threshold());
  }

  /** Which weights stay at another threshold. */
  List<Mask> masks(MethodSpec method, double threshold) {
    List<Mask> masks = new ArrayList<>();
    for (WeightLayer layer : network.layers()) {
      float[] scores = method.method().prunes() ? layer.scores(kernels) : null;
      masks.add(
          scores == null
              ? Mask.all((int) layer.tensor().weights())
              : Mask.below(scores, (float) threshold));
    }
    return masks;
  }

  /**
   * How many weights of the original network are left, per layer.
   *
   * @param masks which stay at the method's threshold; where that takes none, and others decide,
   *     what is not 0 is left
   */
  List<LayerCount> counts(MethodSpec method, List<Mask> masks) {
    return counts(
        method.threshold() == MethodSpec.NO_THRESHOLD
            ? network.layers().stream().map(layer -> Mask.nonzero(layer.meanWeights())).toList()
            : masks);
  }

  /** How many weights of the original network masks keep, per layer. */
  List<LayerCount> counts(List<Mask> masks) {
    List<LayerCount> counts = new ArrayList<>();
    List<WeightTensor> original = network.architecture().weightTensors();
    for (int i = 0; i < masks.size(); i++) {
      WeightTensor tensor = original.get(i);
      int live = network.graph().units(tensor.node().name());
      counts.add(new LayerCount(tensor.name(), tensor.weights(), masks.get(i).kept(), live));
    }
    return counts;
  }

  /**
   * Quality on the held-out examples.
   *
   * @param masks which mean weights to use; null for all
   * @return null where no examples were held out
   */
  @Nullable Score score(@Nullable List<Mask> masks) {
    if (examples.length == 0) {
      return null;
    }
    Tally tally = tally();
    each(masks, tally::add);
    return tally.result();
  }

  /**
   * How wrong the network is on each held-out example: 1 for a wrong class, the share of wrong
   * labels, or the mean square of errors in deviations of the targets.
   *
   * @param masks which mean weights to use; null for all
   * @throws IllegalStateException if a teacher is what it learns
   */
  double[] mistakes(@Nullable List<Mask> masks) {
    double[] mistakes = new double[examples.length];
    int[] at = {0};
    each(
        masks,
        (values, row, example) ->
            mistakes[at[0]++] = Mistake.of(judge, data.targets(), values, row, example));
    return mistakes;
  }

  /** Takes what the network gives for an example, as {@link Tally#add}. */
  private interface Visitor {
    void add(List<float[]> values, int row, int example);
  }

  /** Asks the network for the held-out examples, in their order. */
  private void each(@Nullable List<Mask> masks, Visitor visitor) {
    copyMeans(masks);
    int workers = replicas.size();
    Norms norms = new Norms.Fixed(Replica.statistics(means, scaling, calibration, kernels));
    for (int first = 0; first < examples.length; first += workers * batch) {
      int begin = first;
      threads.runEach(
          workers,
          worker -> {
            int from = Math.min(examples.length, begin + worker * batch);
            predict(worker, from, Math.min(examples.length, from + batch), norms);
          });
      for (int i = first; i < Math.min(examples.length, first + workers * batch); i++) {
        visitor.add(given.get((i - first) / batch), (i - first) % batch, examples[i]);
      }
    }
  }

  /** Adds examples up, in their order. */
  private interface Tally {
    /**
     * Counts an example.
     *
     * @param values what the network gives, one array per output
     * @param row the example's, in these arrays
     * @param example its index in the data
     */
    void add(List<float[]> values, int row, int example);

    Score result();
  }

  private Tally tally() {
    return switch (judge) {
      case Judge.Labels() -> new OfLabels();
      case Judge.SeveralLabels() -> new OfSeveral((LabelSets) data.targets());
      case Judge.OfNumbers(Loss by, List<String> names) ->
          new OfNumbers(
              new NumberTally(by, names, Mistake.scaling(by), examples.length),
              (Numbers) data.targets());
      case Judge.Teacher(Model _, Lesson lesson) -> new OfTeacher((Loss.Teacher) loss, lesson);
    };
  }

  private final class OfLabels implements Tally {
    private final int classes = network.architecture().classes();
    private final Classification.Accumulator sum = new Classification.Accumulator();

    @Override
    public void add(List<float[]> values, int row, int example) {
      sum.addLogits(values.getFirst(), row * classes, classes, data.label(example));
    }

    @Override
    public Score result() {
      return Score.of(sum.result());
    }
  }

  private record OfNumbers(NumberTally sum, Numbers right) implements Tally {
    @Override
    public void add(List<float[]> values, int row, int example) {
      sum.add(values, row, right, example);
    }

    @Override
    public Score result() {
      return sum.score();
    }
  }

  private final class OfSeveral implements Tally {
    private final LabelSets right;
    private final double[] probabilities;
    private final boolean[] holds;
    private int at;

    OfSeveral(LabelSets right) {
      this.right = right;
      probabilities = new double[examples.length * right.outputs()];
      holds = new boolean[probabilities.length];
    }

    @Override
    public void add(List<float[]> values, int row, int example) {
      for (int k = 0; k < right.outputs(); k++) {
        double logit = values.getFirst()[row * right.outputs() + k];
        probabilities[at] = 1 / (1 + Math.exp(-logit));
        holds[at++] = right.has(example, k);
      }
    }

    @Override
    public Score result() {
      return Score.of(new LabelPredictions(probabilities, holds, right.outputs()));
    }
  }

  private final class OfTeacher implements Tally {
    private final Loss.Teacher teacher;
    private final Agreement.Accumulator sum;
    private final @Nullable OfLabels labels;

    OfTeacher(Loss.Teacher teacher, Lesson lesson) {
      this.teacher = teacher;
      sum = new Agreement.Accumulator(lesson.names(), lesson.distances(), sizes());
      labels = lesson.labels() && data.labelled() ? new OfLabels() : null;
    }

    @Override
    public void add(List<float[]> values, int row, int example) {
      List<float[]> targets = new ArrayList<>();
      for (int k = 0; k < values.size(); k++) {
        targets.add(teacher.targets().values(k, example));
      }
      sum.add(values, row, targets, 0);
      if (labels != null) {
        labels.add(values, row, example);
      }
    }

    @Override
    public Score result() {
      return Score.of(sum.result(), labels == null ? null : labels.sum.result());
    }
  }

  private void copyMeans(@Nullable List<Mask> masks) {
    for (Map.Entry<String, Parameter> each : network.plain().byName().entrySet()) {
      means.plain().get(each.getKey()).value().set(each.getValue().value().toArray());
    }
    for (int i = 0; i < network.layers().size(); i++) {
      WeightLayer from = network.layers().get(i);
      WeightLayer to = means.layers().get(i);
      float[] all = from.meanWeights();
      float[] kept = masks == null ? all : masks.get(i).apply(all);
      to.weights().theta().value().set(kept);
      Parameter bias = network.bias(from);
      Parameter meanBias = means.bias(to);
      if (bias != null && meanBias != null) {
        meanBias.value().set(from.meanBias(bias.value().toArray(), kept));
      }
      for (int k = 0; k < to.gate().parameters().size(); k++) {
        float[] values = from.gate().parameters().get(k).value().toArray();
        to.gate().parameters().get(k).value().set(values);
      }
      to.gate().refresh();
    }
  }

  private void predict(int worker, int from, int to, Norms norms) {
    if (from == to) {
      return;
    }
    Replica replica = replicas.get(worker);
    var _ = replica.logits(data, Arrays.copyOfRange(examples, from, to), null, norms);
    List<MemorySegment> outputs = replica.outputs();
    for (int k = 0; k < outputs.size(); k++) {
      float[] into = given.get(worker).get(k);
      int numbers = (to - from) * (into.length / batch);
      MemorySegment.copy(outputs.get(k), ValueLayout.JAVA_FLOAT, 0, into, 0, numbers);
    }
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    means.close();
    arena.close();
  }
}
