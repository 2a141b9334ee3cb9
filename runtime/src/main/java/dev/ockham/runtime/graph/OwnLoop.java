package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonMembers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator without parameters whose loop is here, in its record. Every new one that is no {@link
 * Composite} begins so. The loop is as fast as Java makes it: the numbers of a feature lie side by
 * side for all examples, so that an inner loop over {@code lanes} becomes vector code, and nothing
 * is allocated around it. A kernel elsewhere is for what runs in place, joins its neighbours or has
 * vectors of its own; it costs two files more and can come later.
 */
public sealed interface OwnLoop extends Operator permits LengthMask, RunningSum, Triangle {

  /**
   * Computes a block of examples. Number {@code f · lanes + i} of an array is feature f of example
   * i; arrays may be longer than that.
   *
   * @param in shapes of the inputs, for which {@link #output} has an answer
   * @param values of each input; only read
   * @param out of the output; each of its numbers is written
   * @param lanes how many examples
   */
  void run(List<Shape> in, float[][] values, float[] out, int lanes);

  /** What files call them. */
  static List<String> kinds() {
    return List.of("length_mask", "running_sum", "triangle");
  }

  /** One of them, of its members; null if it is of another kind. */
  static @Nullable OwnLoop read(String kind, JsonMembers in) {
    return switch (kind) {
      case "length_mask" ->
          new LengthMask(in.whole("steps"), in.number("within"), in.number("beyond"));
      case "running_sum" ->
          new RunningSum(in.whole("axis"), in.flag("exclusive"), in.flag("reverse"));
      case "triangle" -> new Triangle(in.flag("upper"), in.whole("diagonal"));
      default -> null;
    };
  }
}
