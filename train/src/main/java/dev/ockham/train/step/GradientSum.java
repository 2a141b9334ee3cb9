package dev.ockham.train.step;

import dev.ockham.train.engine.ProcessGroup;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.network.Replica;
import dev.ockham.train.posterior.Gradients;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Adds up what the processes of a group have of a step: gradients, the loss and the wish to stop,
 * in one buffer and one call of libtorch's all-reduce. What follows is the same in all of them.
 *
 * <p>The loss is a double and must not be rounded to the buffer's float32. So each process has four
 * places for its bits, 16 each, which a float32 holds exactly and the zeros of the others leave as
 * they are; every process then adds the losses in the order of ranks.
 */
final class GradientSum {

  private static final int QUARTERS = 4;
  private static final int BITS = 16;

  private final ProcessGroup group;
  private final long tail;
  private final MemorySegment buffer;
  private boolean stops;

  /**
   * Makes the buffer.
   *
   * @param first of this process's replicas of the network
   * @param arena owns the buffer
   */
  GradientSum(ProcessGroup group, Replica first, Arena arena) {
    this.group = group;
    this.tail = 1 + (long) QUARTERS * group.size();
    long floats = tail;
    for (Tensor leaf : first.learning(true)) {
      floats += leaf.numel();
    }
    buffer = arena.allocate(floats * Float.BYTES, 64);
  }

  /**
   * Leaves the gradient of the whole batch at the leaves of the first replica.
   *
   * @param active replicas that have a share of the batch; none where this process has no share
   * @param first the one that gets the sum
   * @param noisy whether what noise is made of is learnt in this step
   * @param loss of this process's shares
   * @param wishes whether this process wants to stop
   * @return the loss of all shares
   */
  double run(List<Replica> active, Replica first, boolean noisy, double loss, boolean wishes) {
    try (TensorScope _ = new TensorScope()) {
      List<Tensor> leaves = first.learning(noisy);
      long floats = tail;
      for (Tensor leaf : leaves) {
        floats += leaf.numel();
      }
      MemorySegment used = buffer.asSlice(0, floats * Float.BYTES);
      writeTail(loss, wishes);
      List<List<Tensor>> own =
          active.isEmpty()
              ? List.of(leaves)
              : active.stream().map(replica -> replica.learning(noisy)).toList();
      long at = tail * Float.BYTES;
      for (int i = 0; i < leaves.size(); i++) {
        int number = i;
        // In order; 0 where this process has no share.
        MemorySegment mine = Gradients.sum(own.stream().map(each -> each.get(number)).toList());
        MemorySegment.copy(mine, 0, used, at, mine.byteSize());
        at += mine.byteSize();
      }
      group.sum(used);
      at = tail * Float.BYTES;
      for (Tensor leaf : leaves) {
        MemorySegment sum = TensorMemory.of(leaf.grad());
        MemorySegment.copy(used, at, sum, 0, sum.byteSize());
        at += sum.byteSize();
      }
    }
    return readTail();
  }

  /** Whether some process wanted to stop when this step was made. */
  boolean stops() {
    return stops;
  }

  private void writeTail(double loss, boolean wishes) {
    buffer.asSlice(0, tail * Float.BYTES).fill((byte) 0);
    set(0, wishes ? 1 : 0);
    long bits = Double.doubleToRawLongBits(loss);
    for (int i = 0; i < QUARTERS; i++) {
      set(1 + group.rank() * QUARTERS + i, (float) ((bits >>> (BITS * i)) & 0xffff));
    }
  }

  private double readTail() {
    stops = get(0) != 0;
    double sum = 0;
    for (int rank = 0; rank < group.size(); rank++) {
      long bits = 0;
      for (int i = 0; i < QUARTERS; i++) {
        bits |= (long) get(1 + rank * QUARTERS + i) << (BITS * i);
      }
      sum += Double.longBitsToDouble(bits);
    }
    return sum;
  }

  private void set(int place, float value) {
    buffer.setAtIndex(ValueLayout.JAVA_FLOAT, place, value);
  }

  private float get(int place) {
    return buffer.getAtIndex(ValueLayout.JAVA_FLOAT, place);
  }
}
