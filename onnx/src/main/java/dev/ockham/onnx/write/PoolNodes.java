package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Pools. Where windows reach beyond the padding because sizes are rounded up, that is written as
 * padding: the meaning of {@code ceil_mode} changed between versions of ONNX, that of padding did
 * not.
 */
final class PoolNodes {
  private final Pool pool;
  private final Window window;
  private final NodeWriter node;
  private final Shape x;

  /** Padding behind each axis that the last window ends with, if that is more than is said. */
  private final List<Integer> after = new ArrayList<>();

  private PoolNodes(Pool pool, NodeWriter node) {
    this.pool = pool;
    this.node = node;
    window = pool.window();
    x = node.shape(0);
    for (int axis = 0; axis < window.axes(); axis++) {
      int size = x.dim(axis + 1);
      int windows = node.out().dim(axis + 1);
      int end = (windows - 1) * window.stride().get(axis) + window.span(axis);
      after.add(Math.max(window.after().get(axis), end - size - window.before().get(axis)));
    }
  }

  static String write(Pool pool, NodeWriter node) {
    PoolNodes nodes = new PoolNodes(pool, node);
    return switch (pool.of()) {
      case MAX -> nodes.max();
      case AVERAGE -> nodes.average();
    };
  }

  /** Whether runtimes take the padding: it must be below the kernel, dilation not counted. */
  private boolean takesPadding() {
    for (int axis = 0; axis < window.axes(); axis++) {
      int kernel = window.kernel().get(axis);
      if (window.before().get(axis) >= kernel || after.get(axis) >= kernel) {
        return false;
      }
    }
    return true;
  }

  private String max() {
    AttributeProto dilations = Attributes.numbers("dilations", window.dilation());
    if (takesPadding()) {
      return pool("MaxPool", node.in(0), window.before(), after, dilations);
    }
    String padded = padded(node.in(0), after, Float.NEGATIVE_INFINITY);
    return pool("MaxPool", padded, none(), none(), dilations);
  }

  private String average() {
    boolean dilated = window.dilation().stream().anyMatch(d -> d > 1);
    if (dilated || !takesPadding()) {
      return sums();
    }
    AttributeProto counting = Attributes.number("count_include_pad", 1);
    AttributeProto without = Attributes.number("count_include_pad", 0);
    if (!pool.countPadding()) {
      return pool("AveragePool", node.in(0), window.before(), after, without);
    }
    if (after.equals(window.after())) {
      return pool("AveragePool", node.in(0), window.before(), after, counting);
    }
    List<Integer> beyond = new ArrayList<>();
    for (int axis = 0; axis < after.size(); axis++) {
      beyond.add(after.get(axis) - window.after().get(axis));
    }
    String padded = padded(node.in(0), window.after(), 0);
    return pool("AveragePool", padded, none(), beyond, without);
  }

  private String pool(
      String type, String value, List<Integer> before, List<Integer> behind, AttributeProto own) {
    return node.step(
        type,
        List.of(value),
        Attributes.numbers("kernel_shape", window.kernel()),
        Attributes.numbers("strides", window.stride()),
        WindowNodes.pads(before, behind),
        own);
  }

  private List<Integer> none() {
    return Collections.nCopies(window.axes(), 0);
  }

  private String padded(String value, List<Integer> behind, float with) {
    List<Integer> pads = new ArrayList<>(List.of(0, 0));
    pads.addAll(window.before());
    pads.addAll(List.of(0, 0));
    pads.addAll(behind);
    return node.step(
        "Pad", List.of(value, node.wholes("pads", pads), node.number("padding", with)));
  }

  /** A mean that AveragePool does not have: a convolution with ones, over the counts. */
  private String sums() {
    int channels = x.dim(0);
    long[] dims = new long[window.axes() + 2];
    Arrays.fill(dims, 1);
    dims[0] = channels;
    for (int axis = 0; axis < window.axes(); axis++) {
      dims[axis + 2] = window.kernel().get(axis);
    }
    float[] ones = new float[channels * window.area()];
    Arrays.fill(ones, 1);
    String sums =
        node.step(
            "Conv",
            List.of(node.in(0), node.numbers("ones", dims, ones)),
            Attributes.numbers("kernel_shape", window.kernel()),
            Attributes.numbers("strides", window.stride()),
            WindowNodes.pads(window.before(), after),
            Attributes.numbers("dilations", window.dilation()),
            Attributes.number("group", channels));
    long[] positions = node.out().with(0, 1).toLongs();
    return node.step("Mul", List.of(sums, node.numbers("shares", positions, shares())));
  }

  /** One over how many positions of each window count. */
  private float[] shares() {
    int[] counts = {1};
    for (int axis = 0; axis < window.axes(); axis++) {
      int windows = node.out().dim(axis + 1);
      int[] wider = new int[counts.length * windows];
      for (int i = 0; i < wider.length; i++) {
        wider[i] = counts[i / windows] * counted(axis, i % windows);
      }
      counts = wider;
    }
    float[] shares = new float[counts.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = 1f / counts[i];
    }
    return shares;
  }

  private int counted(int axis, int index) {
    int size = x.dim(axis + 1);
    int least = pool.countPadding() ? -window.before().get(axis) : 0;
    int end = pool.countPadding() ? size + window.after().get(axis) : size;
    int counted = 0;
    for (int k = 0; k < window.kernel().get(axis); k++) {
      int place =
          index * window.stride().get(axis)
              - window.before().get(axis)
              + k * window.dilation().get(axis);
      counted += place >= least && place < end ? 1 : 0;
    }
    return counted;
  }
}
