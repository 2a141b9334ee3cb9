package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonMembers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator whose output is a linear function of its weights: under Gaussian weights of means θ
 * and variances σ² its output is Gaussian with mean op(x, θ) and variance op(x², σ²), which is what
 * local reparameterisation draws from (arXiv:1506.02557, eq. (6)). The bias has no part in the
 * variance.
 */
public sealed interface LinearInWeights extends Operator
    permits Linear, Convolution, ConvolutionTransposed, Embed {

  /** The operator's name for its weights. */
  default String weight() {
    return "weight";
  }

  /** What files call them. */
  static List<String> kinds() {
    return List.of("convolution", "convolution_transposed", "embed", "linear");
  }

  /** One of them, of its members; null if it is of another kind. */
  static @Nullable LinearInWeights read(String kind, JsonMembers in) {
    return switch (kind) {
      case "convolution" ->
          new Convolution(in.whole("outputs"), Window.read(in), in.whole("groups"));
      case "convolution_transposed" ->
          new ConvolutionTransposed(
              in.whole("outputs"), Window.read(in), in.wholes("extra"), in.whole("groups"));
      case "embed" -> new Embed(in.whole("rows"), in.whole("width"));
      case "linear" -> new Linear(in.whole("outputs"));
      default -> null;
    };
  }
}
