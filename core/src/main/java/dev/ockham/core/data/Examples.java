package dev.ockham.core.data;

import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.graph.Shape;
import java.util.Objects;

/**
 * An immutable list of examples of one shape, with targets or without: {@link Images} of 8-bit
 * pixels, or {@link Features} of any floats. Safe to share between threads.
 */
public sealed interface Examples permits Images, Features {

  /** How many examples there are; may be 0. */
  int count();

  /** Shape of each example. */
  Shape shape();

  /** What is known of each: its class, its labels or numbers, or nothing. */
  Targets targets();

  /** Whether anything is known of them. */
  default boolean labelled() {
    return !(targets() instanceof NoTargets);
  }

  /**
   * The class of one example, at least 0; 0 where nothing is known.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   * @throws IllegalStateException if they have no classes, but labels or numbers
   */
  default int label(int example) {
    return switch (targets()) {
      case ClassLabels classes -> classes.label(example);
      case NoTargets(int count) -> 0 * Objects.checkIndex(example, count);
      case LabelSets sets -> throw new IllegalStateException(sets + " are no classes");
      case Numbers numbers -> throw new IllegalStateException(numbers + " are no classes");
    };
  }

  /** The largest class, or -1 if there are no examples, or they have no classes. */
  default int maxLabel() {
    return switch (targets()) {
      case ClassLabels classes -> classes.max();
      case NoTargets(int count) -> count == 0 ? -1 : 0;
      case LabelSets _, Numbers _ -> -1;
    };
  }

  /**
   * The examples at the given indices, in their order; an index may come more than once.
   *
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  Examples select(int[] indices);

  /**
   * The same examples with other targets.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  Examples withTargets(Targets targets);

  /**
   * The same examples with other classes.
   *
   * @param labels one for each, at least 0; copied
   * @throws IllegalArgumentException if there are not as many, or a label is out of range
   */
  default Examples withLabels(int[] labels) {
    return withTargets(ClassLabels.of(labels));
  }

  /**
   * These examples, and behind them others.
   *
   * @throws IllegalArgumentException if they are of another kind or shape
   */
  Examples followedBy(Examples others);

  /**
   * The raw values of neighbouring examples, as a model takes them.
   *
   * @param from index of the first example
   * @param to index after the last
   * @return {@code [to - from, shape…]}; the caller owns it
   * @throws IndexOutOfBoundsException if the range is not one
   */
  float[] values(int from, int to);

  /** The raw values of one example, {@code [shape…]}; the caller owns them. */
  default float[] values(int example) {
    return values(example, example + 1);
  }
}
