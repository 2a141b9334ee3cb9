package dev.ockham.onnx.read.argument;

import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Kernel, stride, padding and dilation of convolutions and pools. */
public final class WindowArguments {
  private WindowArguments() {}

  /** The window of a convolution, whose weights say the kernel where the node does not. */
  public static Window convolution(NodeView view) {
    Shape weight = view.shape(1);
    axes(view);
    if (weight.rank() != view.rank(0)) {
      throw new MalformedOnnxException(
          view.node(), "its weights are of " + weight + ", its input of " + view.shape(0));
    }
    long[] kernel = weight.product(2, weight.rank()) == 0 ? new long[0] : kernelOf(weight);
    return window(view, kernel);
  }

  /** The window of a pool. */
  public static Window pool(NodeView view) {
    axes(view);
    return window(view, of(view, "kernel_shape", -1));
  }

  /** How many axes a window slides over: those behind batch and channels. */
  private static int axes(NodeView view) {
    int axes = view.rank(0) - 2;
    if (axes < 1 || axes > 2) {
      throw view.node()
          .unsupported(
              "its input is of %s: a graph of ours slides windows over one or two axes"
                  .formatted(view.shape(0)));
    }
    return axes;
  }

  private static long[] kernelOf(Shape weight) {
    long[] kernel = new long[weight.rank() - 2];
    for (int axis = 0; axis < kernel.length; axis++) {
      kernel[axis] = weight.dim(axis + 2);
    }
    return kernel;
  }

  private static Window window(NodeView view, long[] kernel) {
    long[] stride = of(view, "strides", 1);
    long[] dilation = of(view, "dilations", 1);
    long[] before = new long[kernel.length];
    long[] after = new long[kernel.length];
    String auto = view.attributes().text("auto_pad", "NOTSET");
    switch (auto) {
      case "NOTSET", "" -> explicit(view, before, after);
      case "VALID" -> {}
      case "SAME_UPPER", "SAME_LOWER" -> {
        for (int axis = 0; axis < kernel.length; axis++) {
          long size = view.shape(0).dim(axis + 2);
          long outputs = (size + stride[axis] - 1) / Math.max(1, stride[axis]);
          long span = dilation[axis] * (kernel[axis] - 1) + 1;
          long all = Math.max(0, (outputs - 1) * stride[axis] + span - size);
          before[axis] = auto.equals("SAME_UPPER") ? all / 2 : all - all / 2;
          after[axis] = all - before[axis];
        }
      }
      default -> throw new MalformedOnnxException(view.node(), "its auto_pad is '" + auto + "'");
    }
    return new Window(
        list(view, kernel),
        list(view, stride),
        list(view, before),
        list(view, after),
        list(view, dilation));
  }

  private static void explicit(NodeView view, long[] before, long[] after) {
    long[] pads = view.attributes().integers("pads");
    if (pads == null) {
      return;
    }
    if (pads.length != 2 * before.length) {
      throw new MalformedOnnxException(view.node(), "it has " + pads.length + " pads");
    }
    System.arraycopy(pads, 0, before, 0, before.length);
    System.arraycopy(pads, before.length, after, 0, after.length);
  }

  /** An attribute of one number per axis; −1 says that it must be there. */
  static long[] of(NodeView view, String attribute, long otherwise) {
    long @Nullable [] found = view.attributes().integers(attribute);
    int axes = view.rank(0) - 2;
    if ((found == null && otherwise < 0) || (found != null && found.length != axes)) {
      throw new MalformedOnnxException(
          view.node(), "its " + attribute + " is not of " + axes + " numbers");
    }
    if (found != null) {
      return found;
    }
    long[] same = new long[axes];
    Arrays.fill(same, otherwise);
    return same;
  }

  private static List<Integer> list(NodeView view, long[] values) {
    List<Integer> list = new ArrayList<>();
    for (long value : values) {
      if (value < 0) {
        throw view.node().unsupported("a pad, stride or dilation of it is " + value);
      }
      list.add(view.size(value));
    }
    return list;
  }
}
