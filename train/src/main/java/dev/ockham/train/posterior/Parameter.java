package dev.ockham.train.posterior;

import dev.ockham.core.kernel.AdamState;
import dev.ockham.train.engine.NativeTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A tensor that is learnt, with Adam's moments of its gradient.
 *
 * @param name unique within a network, such as {@code dense1.theta}
 * @param value the parameter
 * @param firstMoment running mean of the gradient
 * @param secondMoment running mean of the squared gradient
 */
public record Parameter(
    String name, NativeTensor value, NativeTensor firstMoment, NativeTensor secondMoment)
    implements AutoCloseable {

  /** A parameter of zeros. */
  public static Parameter zeros(String name, Arena arena, long... shape) {
    return new Parameter(
        name,
        NativeTensor.floats(arena, shape),
        NativeTensor.floats(arena, shape),
        NativeTensor.floats(arena, shape));
  }

  /** Makes every number a multiple of what it is; moments stay. */
  public void multiplyBy(float factor) {
    MemorySegment numbers = value.segment();
    for (long i = 0; i < value.size(); i++) {
      numbers.setAtIndex(
          ValueLayout.JAVA_FLOAT, i, factor * numbers.getAtIndex(ValueLayout.JAVA_FLOAT, i));
    }
  }

  /** The memory, as kernels take it. */
  public AdamState adamState() {
    return new AdamState(value.segment(), firstMoment.segment(), secondMoment.segment());
  }

  /** Forgets the moments, as at the first step. */
  public void clearMoments() {
    firstMoment.segment().fill((byte) 0);
    secondMoment.segment().fill((byte) 0);
  }

  /** The three tensors by the names under which checkpoints keep them. */
  public Map<String, NativeTensor> tensors() {
    return Map.of(name, value, name + ".adam_m", firstMoment, name + ".adam_v", secondMoment);
  }

  /** Sets another parameter to what a choice takes of this one's numbers, moments alike. */
  public void copyTo(Parameter other, UnaryOperator<float[]> choice) {
    other.value.set(choice.apply(value.toArray()));
    other.firstMoment.set(choice.apply(firstMoment.toArray()));
    other.secondMoment.set(choice.apply(secondMoment.toArray()));
  }

  @Override
  public void close() {
    value.close();
    firstMoment.close();
    secondMoment.close();
  }
}
