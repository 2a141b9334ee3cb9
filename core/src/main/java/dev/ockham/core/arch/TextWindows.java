package dev.ockham.core.arch;

import dev.ockham.core.arch.TextChain.Kind;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Convolutions and pools in texts, read and written: {@code conv16x3p1s2g4d2}, {@code pool3s2}. */
final class TextWindows {

  private static final String SIZE = "\\d{1,9}(?:x\\d{1,9})?";
  static final Pattern CONV =
      Pattern.compile("conv(\\d{1,9})x(" + SIZE + ")((?:[psgd]" + SIZE + ")*)(nobias)?");
  static final Pattern DEPTHWISE =
      Pattern.compile("dw(" + SIZE + ")((?:[psd]" + SIZE + ")*)(nobias)?");
  static final Pattern POOL = Pattern.compile("(pool|avg)(" + SIZE + ")((?:[psd]" + SIZE + ")*)");
  private static final Pattern OPTION = Pattern.compile("([psgd])(" + SIZE + ")");
  private static final List<String> BIAS = List.of("bias");

  private TextWindows() {}

  static void addConvolution(TextChain chain, Matcher part) {
    int outputs = Integer.parseInt(part.group(1));
    requireChannels(chain);
    TextChain.requireOutputs(outputs);
    Window window = window(chain, "kernel", part.group(2), part.group(3), false);
    int groups = single("g", part.group(3));
    chain.add("conv", new Convolution(outputs, window, groups), without(part, 4), Kind.CHANNELS);
  }

  static void addDepthwise(TextChain chain, Matcher part) {
    requireChannels(chain);
    int channels = chain.shape().dim(0);
    Window window = window(chain, "kernel", part.group(1), part.group(2), false);
    chain.add("conv", new Convolution(channels, window, channels), without(part, 3), Kind.CHANNELS);
  }

  static void addPool(TextChain chain, Matcher part) {
    requireChannels(chain);
    Window window = window(chain, "window", part.group(2), part.group(3), true);
    Pool.Of of = part.group(1).equals("pool") ? Pool.Of.MAX : Pool.Of.AVERAGE;
    chain.add("pool", new Pool(of, window, false, true));
  }

  private static List<String> without(Matcher part, int group) {
    return part.group(group) == null ? List.of() : BIAS;
  }

  private static void requireChannels(TextChain chain) {
    switch (chain.kind()) {
      case CHANNELS -> {}
      case VECTOR, TOKENS ->
          throw new IllegalArgumentException(
              "takes channels, rows and columns but gets " + chain.gets());
      case SEQUENCE ->
          throw new IllegalArgumentException(
              "takes channels × positions but gets " + chain.gets() + "; put swap before it");
    }
  }

  private static Window window(
      TextChain chain, String what, String kernel, String options, boolean apart) {
    int axes = chain.shape().rank() - 1;
    List<Integer> edges = sizes(what, kernel, axes);
    List<Integer> padding = option("p", "padding", options, Collections.nCopies(axes, 0));
    List<Integer> stride =
        option("s", "stride", options, apart ? edges : Collections.nCopies(axes, 1));
    List<Integer> dilation = option("d", "dilation", options, Collections.nCopies(axes, 1));
    Window window = new Window(edges, stride, padding, padding, dilation);
    for (int axis = 0; axis < axes; axis++) {
      long room = chain.shape().dim(axis + 1) + 2L * padding.get(axis);
      if (dilation.get(axis) * (edges.get(axis) - 1L) + 1 > room) {
        throw new IllegalArgumentException(
            "its %s of %s is larger than what it gets, %s%s"
                .formatted(
                    what,
                    times(edges) + (dilation.stream().allMatch(d -> d == 1) ? "" : ", dilated,"),
                    chain.shape(),
                    window.pads() ? " with padding " + times(padding) : ""));
      }
    }
    return window;
  }

  private static String times(List<Integer> sizes) {
    return String.join("×", sizes.stream().map(String::valueOf).toList());
  }

  private static List<Integer> sizes(String what, String text, int axes) {
    List<Integer> sizes = new ArrayList<>();
    for (String size : text.split("x", -1)) {
      sizes.add(Integer.parseInt(size));
    }
    if (sizes.size() == 1) {
      return Collections.nCopies(axes, sizes.getFirst());
    }
    if (axes != sizes.size()) {
      throw new IllegalArgumentException(
          "its " + what + " has two sizes, but what it gets has one axis of positions");
    }
    return sizes;
  }

  private static List<Integer> option(
      String letter, String what, String options, List<Integer> usual) {
    List<Integer> found = usual;
    boolean said = false;
    Matcher option = OPTION.matcher(options);
    while (option.find()) {
      if (option.group(1).equals(letter)) {
        if (said) {
          throw new IllegalArgumentException("says its " + what + " twice");
        }
        said = true;
        found = sizes(what, option.group(2), usual.size());
      }
    }
    return found;
  }

  private static int single(String letter, String options) {
    return option(letter, "groups", options, List.of(1)).getFirst();
  }

  /** A convolution as texts say it; null if they cannot. */
  static @Nullable String write(Graph graph, Node node, Convolution convolution) {
    int channels = graph.inputShapes(node).getFirst().dim(0);
    Window window = convolution.window();
    String geometry = write(window, Collections.nCopies(window.axes(), 1));
    if (geometry == null) {
      return null;
    }
    int groups = convolution.groups();
    boolean depthwise = groups > 1 && groups == channels && convolution.outputs() == channels;
    String bias = node.parameters().containsKey("bias") ? "" : "nobias";
    if (depthwise) {
      return "dw" + kernel(window) + geometry + bias;
    }
    return "conv"
        + convolution.outputs()
        + "x"
        + kernel(window)
        + (groups == 1 ? geometry : withGroups(geometry, groups))
        + bias;
  }

  /** Padding, stride, groups, dilation: the order in which texts say them. */
  private static String withGroups(String geometry, int groups) {
    int dilation = geometry.indexOf('d');
    int at = dilation < 0 ? geometry.length() : dilation;
    return geometry.substring(0, at) + "g" + groups + geometry.substring(at);
  }

  /** A pool as texts say it; null if they cannot. */
  static @Nullable String write(Pool pool) {
    String geometry = write(pool.window(), pool.window().kernel());
    return geometry == null
        ? null
        : (pool.of() == Pool.Of.MAX ? "pool" : "avg") + kernel(pool.window()) + geometry;
  }

  private static String kernel(Window window) {
    return joined(window.kernel());
  }

  private static @Nullable String write(Window window, List<Integer> usualStride) {
    if (!window.before().equals(window.after())) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    if (window.pads()) {
      text.append('p').append(joined(window.before()));
    }
    if (!window.stride().equals(usualStride)) {
      text.append('s').append(joined(window.stride()));
    }
    if (window.dilation().stream().anyMatch(d -> d != 1)) {
      text.append('d').append(joined(window.dilation()));
    }
    return text.toString();
  }

  /** One number where all axes have the same. */
  private static String joined(List<Integer> sizes) {
    boolean same = sizes.stream().allMatch(sizes.getFirst()::equals);
    return same
        ? String.valueOf(sizes.getFirst())
        : String.join("x", sizes.stream().map(String::valueOf).toList());
  }
}
