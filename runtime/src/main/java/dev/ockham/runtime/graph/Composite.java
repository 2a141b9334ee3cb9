package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonMembers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator without parameters whose function is that of several others. Plans, libtorch and ONNX
 * compute it by these, so that a new one needs neither a kernel nor a form there.
 */
public sealed interface Composite extends Operator permits LocalResponse, LogSumExp, Softsign {

  /**
   * The same function as a graph of other operators, without parameters.
   *
   * @param in shapes of the inputs, for which {@link #output} has an answer, which is not empty
   * @return a graph that takes the inputs in order and has one output
   */
  Graph inOthers(List<Shape> in);

  /** What files call them. */
  static List<String> kinds() {
    return List.of("local_response", "log_sum_exp", "softsign");
  }

  /** One of them, of its members; null if it is of another kind. */
  static @Nullable Composite read(String kind, JsonMembers in) {
    return switch (kind) {
      case "local_response" ->
          new LocalResponse(
              in.whole("size"), in.number("alpha"), in.number("beta"), in.number("bias"));
      case "log_sum_exp" -> new LogSumExp(in.wholes("axes"), in.flag("keep"));
      case "softsign" -> new Softsign();
      default -> null;
    };
  }
}
