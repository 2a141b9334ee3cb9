package dev.ockham.core.arch;

import dev.ockham.core.arch.TextChain.Kind;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Convolutions and pools in texts, read and written: {@code conv16x3p1s2g4d2}, {@code
 * conv16x2p0to1}, {@code pool3s2ceil}.
 */
final class TextWindows {

  private static final String SIZE = "\\d{1,9}(?:x\\d{1,9})?";
  private static final String PADDING = "p" + SIZE + "(?:to" + SIZE + ")?";
  private static final Pattern OPTION =
      Pattern.compile("([psgdo])(" + SIZE + ")(?:to(" + SIZE + "))?");
  private static final List<String> BIAS = List.of("bias");

  private TextWindows() {}

  static List<TextWord> words() {
    return List.of(
        TextWord.of(
            "conv",
            "conv20x5p1s2",
            "conv(\\d{1,9})x(" + SIZE + ")(" + options("sgd") + ")(nobias)?",
            TextWindows::addConvolution),
        TextWord.of(
            "dw",
            "dw3p1",
            "dw(" + SIZE + ")(" + options("sd") + ")(nobias)?",
            TextWindows::addDepthwise),
        TextWord.of(
            "convt",
            "convt16x2s2",
            "convt(\\d{1,9})x(" + SIZE + ")(" + options("sgdo") + ")(nobias)?",
            TextWindows::addTransposed),
        TextWord.of(
            "pool",
            "pool2",
            "pool(" + SIZE + ")(" + options("sd") + ")(ceil)?()",
            (chain, part) -> addPool(chain, Pool.Of.MAX, part)),
        TextWord.of(
            "avg",
            "avg3p1s2",
            "avg(" + SIZE + ")(" + options("sd") + ")(ceil)?(nopad)?",
            (chain, part) -> addPool(chain, Pool.Of.AVERAGE, part)));
  }

  private static String options(String letters) {
    return "(?:" + PADDING + "|[" + letters + "]" + SIZE + ")*";
  }

  private static void addConvolution(TextChain chain, Matcher part) {
    int outputs = Integer.parseInt(part.group(1));
    requireChannels(chain);
    TextChain.requireOutputs(outputs);
    Window window = fitting(chain, "kernel", window(chain, "kernel", part, 2, false));
    int groups = single("g", part.group(3));
    chain.add("conv", new Convolution(outputs, window, groups), without(part, 4), Kind.CHANNELS);
  }

  private static void addDepthwise(TextChain chain, Matcher part) {
    requireChannels(chain);
    int channels = chain.shape().dim(0);
    Window window = fitting(chain, "kernel", window(chain, "kernel", part, 1, false));
    chain.add("conv", new Convolution(channels, window, channels), without(part, 3), Kind.CHANNELS);
  }

  private static void addTransposed(TextChain chain, Matcher part) {
    int outputs = Integer.parseInt(part.group(1));
    requireChannels(chain);
    TextChain.requireOutputs(outputs);
    Window window = window(chain, "kernel", part, 2, false);
    List<Integer> none = Collections.nCopies(window.axes(), 0);
    List<Integer> extra = option("o", "extra positions", part.group(3), none);
    int groups = single("g", part.group(3));
    chain.add(
        "convt",
        new ConvolutionTransposed(outputs, window, extra, groups),
        without(part, 4),
        Kind.CHANNELS);
  }

  private static void addPool(TextChain chain, Pool.Of of, Matcher part) {
    requireChannels(chain);
    Window window = fitting(chain, "window", window(chain, "window", part, 1, true));
    boolean ceil = part.group(3) != null;
    boolean counts = part.group(4) == null || part.group(4).isEmpty();
    chain.add("pool", new Pool(of, window, ceil, counts));
  }

  private static List<String> without(Matcher part, int group) {
    return part.group(group) == null ? List.of() : BIAS;
  }

  /** Refuses what has no channels. */
  static void requireChannels(TextChain chain) {
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

  /**
   * The window of a layer.
   *
   * @param kernel group of its kernel; its options are the next
   * @param apart whether its stride is usually its own size, and not 1
   */
  private static Window window(
      TextChain chain, String what, Matcher part, int kernel, boolean apart) {
    int axes = chain.shape().rank() - 1;
    String options = part.group(kernel + 1);
    List<Integer> edges = sizes(what, part.group(kernel), axes);
    List<Integer> before = option("p", "padding", options, Collections.nCopies(axes, 0));
    List<Integer> after = before;
    Matcher option = OPTION.matcher(options);
    while (option.find()) {
      if (option.group(3) != null) {
        after = sizes("padding", option.group(3), axes);
      }
    }
    List<Integer> stride =
        option("s", "stride", options, apart ? edges : Collections.nCopies(axes, 1));
    List<Integer> dilation = option("d", "dilation", options, Collections.nCopies(axes, 1));
    return new Window(edges, stride, before, after, dilation);
  }

  /** The window, if it fits into what it slides over. */
  private static Window fitting(TextChain chain, String what, Window window) {
    for (int axis = 0; axis < window.axes(); axis++) {
      long room = (long) chain.shape().dim(axis + 1) + window.before().get(axis);
      if (window.span(axis) > room + window.after().get(axis)) {
        boolean dilated = window.dilation().stream().anyMatch(each -> each != 1);
        throw new IllegalArgumentException(
            "its %s of %s is larger than what it gets, %s%s"
                .formatted(
                    what,
                    times(window.kernel()) + (dilated ? ", dilated," : ""),
                    chain.shape(),
                    window.pads() ? " with padding " + padding(window) : ""));
      }
    }
    return window;
  }

  private static String padding(Window window) {
    String before = times(window.before());
    return window.after().equals(window.before())
        ? before
        : before + " and " + times(window.after());
  }

  private static String times(List<Integer> sizes) {
    return String.join("×", sizes.stream().map(String::valueOf).toList());
  }

  /** One number for each axis of positions; a single one stands for all. */
  static List<Integer> sizes(String what, String text, int axes) {
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

  /** A convolution as texts say it. */
  static String write(Graph graph, Node node, Convolution convolution) {
    int channels = graph.inputShapes(node).getFirst().dim(0);
    Window window = convolution.window();
    String geometry = write(window, Collections.nCopies(window.axes(), 1));
    int groups = convolution.groups();
    boolean depthwise = groups > 1 && groups == channels && convolution.outputs() == channels;
    if (depthwise) {
      return "dw" + joined(window.kernel()) + geometry + bias(node);
    }
    return "conv"
        + convolution.outputs()
        + "x"
        + joined(window.kernel())
        + (groups == 1 ? geometry : withGroups(geometry, groups))
        + bias(node);
  }

  private static String bias(Node node) {
    return node.parameters().containsKey("bias") ? "" : "nobias";
  }

  /** Padding, stride, groups, dilation: the order in which texts say them. */
  private static String withGroups(String geometry, int groups) {
    int dilation = geometry.indexOf('d');
    int at = dilation < 0 ? geometry.length() : dilation;
    return geometry.substring(0, at) + "g" + groups + geometry.substring(at);
  }

  /** A transposed convolution as texts say it. */
  static String write(Node node, ConvolutionTransposed convolution) {
    Window window = convolution.window();
    String geometry = write(window, Collections.nCopies(window.axes(), 1));
    boolean more = convolution.extra().stream().anyMatch(each -> each != 0);
    int groups = convolution.groups();
    return "convt"
        + convolution.outputs()
        + "x"
        + joined(window.kernel())
        + (groups == 1 ? geometry : withGroups(geometry, groups))
        + (more ? "o" + joined(convolution.extra()) : "")
        + bias(node);
  }

  /** A pool as texts say it. */
  static String write(Pool pool) {
    return (pool.of() == Pool.Of.MAX ? "pool" : "avg")
        + joined(pool.window().kernel())
        + write(pool.window(), pool.window().kernel())
        + (pool.ceil() ? "ceil" : "")
        + (pool.countPadding() ? "" : "nopad");
  }

  private static String write(Window window, List<Integer> usualStride) {
    StringBuilder text = new StringBuilder();
    if (window.pads()) {
      text.append('p').append(joined(window.before()));
      text.append(window.after().equals(window.before()) ? "" : "to" + joined(window.after()));
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
  static String joined(List<Integer> sizes) {
    boolean same = sizes.stream().allMatch(sizes.getFirst()::equals);
    return same
        ? String.valueOf(sizes.getFirst())
        : String.join("x", sizes.stream().map(String::valueOf).toList());
  }
}
