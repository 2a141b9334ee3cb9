package dev.ockham.train.pass;

import dev.ockham.core.augment.Mixup;
import dev.ockham.core.data.Examples;
import dev.ockham.core.kernel.CrossEntropy;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NumberLoss;
import dev.ockham.core.kernel.SigmoidCrossEntropy;
import dev.ockham.core.kernel.TargetDistance;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The end of a pass: the loss of its outputs for a thread's share of a batch, and the gradient by
 * each of them, with which the way back begins. The only place that knows how a {@link Loss} is
 * computed.
 */
final class LossStage {

  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

  private final Kernels kernels;
  private final List<PassValue> outputs;

  /**
   * An output, or a row of one.
   *
   * @param values float32 {@code [rows, size]}
   * @param gradient as {@code values}; overwritten
   * @param size numbers of an example
   */
  private record Output(MemorySegment values, MemorySegment gradient, int size) {
    static Output of(PassValue value) {
      return new Output(value.values(), value.gradient(), value.size());
    }

    Output row(int row, MemorySegment into) {
      long bytes = (long) size * Float.BYTES;
      return new Output(values.asSlice(row * bytes, bytes), into, size);
    }
  }

  /**
   * The loss behind some outputs.
   *
   * @param outputs in the graph's order; each has memory for its gradient when {@link #run} is
   *     called
   */
  LossStage(List<PassValue> outputs, Kernels kernels) {
    this.outputs = outputs;
    this.kernels = kernels;
  }

  /**
   * Writes the gradient by every output of the loss summed over a share, divided by {@code batch}.
   *
   * @param from the data
   * @param examples indices into {@code from} of what the outputs were computed for
   * @param batch examples of the whole step
   * @return the loss summed over the share
   */
  double run(Loss loss, Examples from, int[] examples, int batch) {
    return run(loss, from, examples, 1.0f / batch, outputs.stream().map(Output::of).toList());
  }

  /**
   * As {@link #run} for examples whose inputs were mixed with others: λ times the loss of each by
   * its own target, and 1 − λ times that by its partner's. A pseudo-likelihood.
   *
   * @param pairs partners and shares λ
   */
  double runMixed(Loss loss, Examples from, int[] examples, Mixup.Pairs pairs, int batch) {
    float scale = 1.0f / batch;
    List<Output> whole = outputs.stream().map(Output::of).toList();
    List<MemorySegment> scratch =
        whole.stream().map(output -> MemorySegment.ofArray(new float[output.size()])).toList();
    double sum = 0;
    for (int i = 0; i < examples.length; i++) {
      float share = pairs.shares()[i];
      float rest = 1 - share;
      List<Output> own = rows(whole, i, scratch, true);
      sum += share * run(loss, from, new int[] {examples[i]}, scale, own);
      List<Output> others = rows(whole, i, scratch, false);
      sum += rest * run(loss, from, new int[] {pairs.partners()[i]}, scale, others);
      for (int k = 0; k < whole.size(); k++) {
        MemorySegment gradient = own.get(k).gradient();
        MemorySegment other = others.get(k).gradient();
        for (int j = 0; j < whole.get(k).size(); j++) {
          float mixed = share * get(gradient, j) + rest * get(other, j);
          gradient.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (long) j * Float.BYTES, mixed);
        }
      }
    }
    return sum;
  }

  private static float get(MemorySegment floats, int index) {
    return floats.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (long) index * Float.BYTES);
  }

  private static List<Output> rows(
      List<Output> whole, int row, List<MemorySegment> scratch, boolean inPlace) {
    List<Output> rows = new ArrayList<>();
    for (int k = 0; k < whole.size(); k++) {
      long bytes = (long) whole.get(k).size() * Float.BYTES;
      MemorySegment into =
          inPlace ? whole.get(k).gradient().asSlice(row * bytes, bytes) : scratch.get(k);
      rows.add(whole.get(k).row(row, into));
    }
    return rows;
  }

  private double run(Loss loss, Examples from, int[] examples, float scale, List<Output> outputs) {
    return switch (loss) {
      case Loss.Classification classification -> {
        Output logits = only(outputs);
        int[] labels = Arrays.stream(examples).map(from::label).toArray();
        yield CrossEntropy.smoothed(
            kernels,
            logits.values(),
            labels,
            logits.size(),
            weights(classification),
            classification.smoothing(),
            scale,
            logits.gradient());
      }
      case Loss.Labels() -> {
        Output logits = only(outputs);
        yield SigmoidCrossEntropy.nll(
            logits.values(),
            holds((LabelSets) from.targets(), examples),
            logits.size(),
            scale,
            logits.gradient());
      }
      case Loss.Gaussian(TargetScaling scaling) ->
          gaussian(scaled(scaling, from, examples), scale, outputs)
              + constant(scaling, 1, examples.length);
      case Loss.Squared(double deviation, TargetScaling scaling) ->
          squared(deviation, scaled(scaling, from, examples), scale, only(outputs))
              + constant(scaling, deviation, examples.length);
      case Loss.Huber(double delta, TargetScaling scaling) -> {
        Output y = only(outputs);
        yield NumberLoss.huber(
            y.values(), scaled(scaling, from, examples), y.size(), delta, scale, y.gradient());
      }
      case Loss.Teacher teacher -> byTeacher(teacher, examples, scale, outputs);
    };
  }

  private static double @Nullable [] weights(Loss.Classification loss) {
    return loss.weights().isEmpty()
        ? null
        : loss.weights().stream().mapToDouble(each -> each).toArray();
  }

  private static boolean[] holds(LabelSets sets, int[] examples) {
    boolean[] holds = new boolean[examples.length * sets.outputs()];
    for (int i = 0; i < holds.length; i++) {
      holds[i] = sets.has(examples[i / sets.outputs()], i % sets.outputs());
    }
    return holds;
  }

  /** The right numbers as the network learns them, {@code [examples, outputs]}. */
  private static float[] scaled(TargetScaling scaling, Examples from, int[] examples) {
    Numbers numbers = (Numbers) from.targets();
    int outputs = numbers.outputs();
    float[] targets = new float[examples.length * outputs];
    for (int i = 0; i < targets.length; i++) {
      int output = i % outputs;
      targets[i] = scaling.scaled(output, numbers.value(examples[i / outputs], output));
    }
    return targets;
  }

  /** What a normal density has besides, for each number: ½ log 2π and the size of its units. */
  private static double constant(TargetScaling scaling, double deviation, int examples) {
    double each = HALF_LOG_2_PI + Math.log(deviation);
    return examples * (scaling.logDeviation() + scaling.outputs() * each);
  }

  private static double gaussian(float[] targets, float scale, List<Output> outputs) {
    Output means = outputs.get(0);
    Output logVariances = outputs.get(1);
    return NumberLoss.gaussian(
        means.values(),
        logVariances.values(),
        targets,
        means.size(),
        scale,
        means.gradient(),
        logVariances.gradient());
  }

  private static double squared(double deviation, float[] targets, float scale, Output y) {
    int[] rows = IntStream.range(0, targets.length / y.size()).toArray();
    return TargetDistance.squared(
        y.values(), MemorySegment.ofArray(targets), rows, y.size(), deviation, scale, y.gradient());
  }

  private double byTeacher(
      Loss.Teacher teacher, int[] examples, float scale, List<Output> outputs) {
    double sum = 0;
    for (int k = 0; k < outputs.size(); k++) {
      Output output = outputs.get(k);
      sum +=
          teacher
              .distances()
              .get(k)
              .sum(
                  kernels,
                  output.values(),
                  teacher.targets().values(k),
                  teacher.targets().rows(examples),
                  output.size(),
                  scale,
                  output.gradient());
    }
    return sum;
  }

  private static Output only(List<Output> outputs) {
    if (outputs.size() != 1) {
      throw new IllegalStateException("this loss is of one output, not of " + outputs.size());
    }
    return outputs.getFirst();
  }
}
