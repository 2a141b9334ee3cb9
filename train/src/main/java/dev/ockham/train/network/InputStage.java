package dev.ockham.train.network;

import dev.ockham.core.augment.AugmentedEpoch;
import dev.ockham.core.augment.ChangedExamples;
import dev.ockham.core.augment.Mixup;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.FeatureGather;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.runtime.graph.Input;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.pass.GraphPass;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings examples to the inputs of a pass: scales raw values, leaves out features that the network
 * no longer reads, and deals the numbers of an example out to the inputs, which they are for one
 * after another.
 */
final class InputStage implements AutoCloseable {

  private final Kernels kernels;
  private final InputScaling scaling;
  private final FeatureGather features;
  private final int exampleSize;
  private final List<Input> inputs;
  private final GraphPass pass;

  /** The features that the network still reads; null for all. */
  private final int @Nullable [] columns;

  /** What training pictures go through; null for nothing. */
  private @Nullable AugmentedEpoch changes;

  /** Made for the kind of examples that come first. */
  private @Nullable ChangedExamples changed;

  private final Arena arena;
  private final int capacity;

  /** Whole examples, of which the inputs have parts; empty where there is one input for all. */
  private final NativeTensor whole;

  InputStage(
      Network network,
      InputScaling scaling,
      int capacity,
      GraphPass pass,
      Kernels kernels,
      Arena arena) {
    this.kernels = kernels;
    this.scaling = scaling;
    this.pass = pass;
    this.arena = arena;
    this.capacity = capacity;
    exampleSize = network.architecture().example().size();
    inputs = network.graph().inputs();
    columns = network.live().keepsInputs() ? null : network.live().inputs();
    features = gatherer(scaling, exampleSize);
    whole = NativeTensor.floats(arena, direct() ? 0 : capacity, exampleSize);
  }

  private boolean direct() {
    return columns == null && inputs.size() == 1;
  }

  private static FeatureGather gatherer(InputScaling scaling, int size) {
    InputScaling each = scaling.over(size);
    return new FeatureGather(each.mean(), each.scale());
  }

  /** What examples of {@link #gatherForTraining} go through from now on; null for nothing. */
  void change(@Nullable AugmentedEpoch epoch) {
    changes = epoch;
  }

  /**
   * What examples became on their way.
   *
   * @param examples raw values in the order asked for, until the next ones are gathered; null where
   *     nothing was changed
   * @param pairs what they were mixed with; null for nothing
   */
  record Changed(@Nullable Examples examples, Mixup.@Nullable Pairs pairs) {
    private static final Changed NOTHING = new Changed(null, null);
  }

  /**
   * Writes the inputs of some examples, changed as {@link #change} says.
   *
   * @param examples indices into {@code from}
   */
  Changed gatherForTraining(Examples from, int[] examples) {
    AugmentedEpoch epoch = changes;
    if (epoch == null || epoch.changes().isNothing()) {
      gather(from, examples);
      return Changed.NOTHING;
    }
    Mixup.Pairs pairs = epoch.mixup() == null ? null : epoch.mixup().pairs(examples);
    ChangedExamples changing = changed;
    if (changing == null) {
      boolean pictures = from instanceof Images;
      changing =
          new ChangedExamples(
              scaling, arena.allocate(pictures ? (long) capacity * exampleSize : 0));
      changed = changing;
    }
    Examples own = changing.changed(from, examples, epoch, pairs);
    gather(own, range(examples.length));
    return new Changed(own, pairs);
  }

  private static int[] range(int count) {
    int[] all = new int[count];
    Arrays.setAll(all, i -> i);
    return all;
  }

  /**
   * Writes the inputs of some examples as they are.
   *
   * @param examples indices into {@code from}
   */
  void gather(Examples from, int[] examples) {
    if (from.shape().size() != exampleSize) {
      throw new IllegalArgumentException(
          "the network takes examples of " + exampleSize + " numbers, but gets " + from);
    }
    MemorySegment to = direct() ? pass.input(0) : whole.segment();
    switch (from) {
      case Images images -> gather(images, examples, to);
      case Features floats -> features.gather(floats.values(), examples, to);
    }
    if (columns != null) {
      Activations.selectColumns(to, examples.length, exampleSize, columns, pass.input(0));
    } else if (inputs.size() > 1) {
      deal(examples.length);
    }
  }

  private void gather(Images images, int[] examples, MemorySegment to) {
    if (scaling.shared()) {
      gather(images, examples, 0, to, 0, (long) examples.length * exampleSize);
      return;
    }
    int runs = scaling.mean().length;
    int run = exampleSize / runs;
    for (int i = 0; i < examples.length * runs; i++) {
      gather(images, examples, i % runs, to, (long) i * run, (long) (i + 1) * run);
    }
  }

  /** Numbers that share the mean and scale of one run, such as those of a channel. */
  private void gather(
      Images images, int[] examples, int run, MemorySegment to, long from, long until) {
    kernels.gatherImages(
        images.pixels(),
        examples,
        exampleSize,
        scaling.mean()[run],
        scaling.scale()[run],
        to,
        from,
        until);
  }

  private void deal(int rows) {
    long from = 0;
    for (int i = 0; i < inputs.size(); i++) {
      long size = inputs.get(i).shape().size();
      for (int row = 0; row < rows; row++) {
        MemorySegment.copy(
            whole.segment(),
            (row * (long) exampleSize + from) * Float.BYTES,
            pass.input(i),
            row * size * Float.BYTES,
            size * Float.BYTES);
      }
      from += size;
    }
  }

  @Override
  public void close() {
    whole.close();
  }
}
