package dev.ockham.core.inspect;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Window;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The settings of operators in a few words; what is usual is left out. */
final class OperatorSettings {

  private OperatorSettings() {}

  static String of(Operator operator) {
    return switch (operator) {
      case Linear linear -> "" + linear.outputs();
      case Convolution it -> it.outputs() + ", " + window(it.window()) + groups(it.groups());
      case ConvolutionTransposed it ->
          it.outputs() + ", " + window(it.window()) + groups(it.groups());
      case Embed it -> it.rows() + " × " + it.width();
      case Recurrent it ->
          word(it.cell()) + " " + it.hidden() + (it.reverse() ? ", backwards" : "");
      case Pool it -> word(it.of()) + " " + window(it.window());
      case Activation it -> word(it.function());
      case Combine it -> word(it.by());
      case Concat it -> "axis " + it.axis();
      case Permute it -> it.order().toString();
      case Slice it -> "axis " + it.axis() + (it.step() == 1 ? "" : ", step " + it.step());
      case Reduce it -> word(it.to()) + " over " + joined(it.axes());
      case Normalize it ->
          word(it.over()) + (it.over() == Normalize.Over.GROUP ? " " + it.groups() : "");
      case Softmax it -> it.log() ? "log" : "";
      case MatrixProduct it -> it.transposeRight() ? "transposed" : "";
      case Standardize it -> "each " + word(it.each());
      case Affine it -> "axis " + it.axis();
      default -> "";
    };
  }

  private static String window(Window window) {
    String stride =
        window.stride().stream().allMatch(step -> step == 1)
            ? ""
            : ", stride " + same(window.stride());
    String dilation =
        window.dilation().stream().allMatch(step -> step == 1)
            ? ""
            : ", dilation " + same(window.dilation());
    return joined(window.kernel()) + stride + padding(window) + dilation;
  }

  private static String padding(Window window) {
    boolean even = window.before().equals(window.after());
    if (even && window.before().stream().allMatch(zeros -> zeros == 0)) {
      return "";
    }
    return ", padding "
        + same(window.before())
        + (even ? "" : " before, " + same(window.after()) + " behind");
  }

  private static String same(List<Integer> numbers) {
    return numbers.stream().distinct().count() == 1 ? "" + numbers.getFirst() : joined(numbers);
  }

  private static String groups(int groups) {
    return groups == 1 ? "" : ", " + groups + " groups";
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining("×"));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
