package dev.ockham.onnx.read.argument;

import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Resize or an Upsample is told.
 *
 * @param shape what it gives
 * @param scales by which factor each axis grows
 * @param mode {@code nearest}, {@code linear} or {@code cubic}
 * @param coordinates where an output position lies among the input's
 * @param rounding which neighbour is nearest
 */
public record ResizeArguments(
    Shape shape, List<Double> scales, String mode, String coordinates, String rounding) {
  /** Copies the list. */
  public ResizeArguments {
    scales = List.copyOf(scales);
  }

  /** What a node is told. */
  public static ResizeArguments of(NodeView view) {
    boolean old = view.node().operator().equals("Upsample") || view.opset() < 11;
    Shape from = view.shape(0);
    List<Integer> axes = new ArrayList<>();
    long @Nullable [] some = view.attributes().integers("axes");
    for (int axis = 0; axis < (some == null ? from.rank() : some.length); axis++) {
      axes.add(some == null ? axis : view.axis(some[axis], from.rank()));
    }
    Tensor scales = scales(view, old);
    Tensor sizes = old || !view.has(3) ? null : view.known(3, "sizes");
    int[] dims = from.toArray();
    List<Double> factors = new ArrayList<>(Collections.nCopies(dims.length, 1.0));
    Tensor given = sizes != null && sizes.size() > 0 ? sizes : scales;
    if (given == null || given.size() != axes.size()) {
      throw new MalformedOnnxException(view.node(), "its scales or sizes are not of its axes");
    }
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i);
      if (given == sizes) {
        dims[axis] = view.size(given.integers()[i]);
        factors.set(axis, (double) dims[axis] / from.dim(axis));
      } else {
        float factor = given.reals()[i];
        dims[axis] = view.size((long) Math.floor((double) from.dim(axis) * factor));
        factors.set(axis, (double) factor);
      }
    }
    if (!view.attributes().text("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
      throw view.node().unsupported("it keeps the aspect ratio; export it with fixed sizes");
    }
    return new ResizeArguments(
        Shape.of(dims),
        factors,
        view.attributes().text("mode", "nearest"),
        old ? "asymmetric" : view.attributes().text("coordinate_transformation_mode", "half_pixel"),
        old ? "floor" : view.attributes().text("nearest_mode", "round_prefer_floor"));
  }

  private static @Nullable Tensor scales(NodeView view, boolean old) {
    float @Nullable [] attribute = view.attributes().reals("scales");
    if (attribute != null) {
      return Tensor.reals(Shape.of(attribute.length), attribute);
    }
    int input = old ? 1 : 2;
    return view.has(input) ? view.known(input, "scales") : null;
  }

  /** Place of an output position of an axis among the input's, as ONNX defines it. */
  public double place(NodeView view, int axis, int index) {
    int from = view.shape(0).dim(axis);
    int to = shape.dim(axis);
    double scale = scales.get(axis);
    return switch (coordinates) {
      case "asymmetric" -> index / scale;
      case "tf_half_pixel_for_nn" -> (index + 0.5) / scale;
      case "half_pixel" -> (index + 0.5) / scale - 0.5;
      case "pytorch_half_pixel" -> to > 1 ? (index + 0.5) / scale - 0.5 : 0;
      case "half_pixel_symmetric" -> {
        double adjust = to / (scale * from);
        double centre = from / 2.0;
        yield centre * (1 - adjust) + (index + 0.5) / scale - 0.5;
      }
      case "align_corners" -> to == 1 ? 0 : (double) index * (from - 1) / (to - 1);
      default ->
          throw view.node()
              .unsupported(
                  "it places positions by '"
                      + coordinates
                      + "'; export it with half_pixel, asymmetric or align_corners");
    };
  }

  /** The nearest input position of an output position of an axis. */
  public int nearest(NodeView view, int axis, int index) {
    double place = place(view, axis, index);
    double rounded =
        switch (rounding) {
          case "floor" -> Math.floor(place);
          case "ceil" -> Math.ceil(place);
          case "round_prefer_floor" -> Math.ceil(place - 0.5);
          case "round_prefer_ceil" -> Math.floor(place + 0.5);
          default ->
              throw new MalformedOnnxException(
                  view.node(), "its nearest_mode is '" + rounding + "'");
        };
    return (int) Math.max(0, Math.min(view.shape(0).dim(axis) - 1.0, rounded));
  }

  /**
   * What each input position of an axis adds to each output position, by linear or cubic
   * interpolation, as {@code [input, output]}.
   */
  public float[] weights(NodeView view, int axis) {
    int from = view.shape(0).dim(axis);
    int to = shape.dim(axis);
    boolean cubic = mode.equals("cubic");
    boolean inside = cubic && view.attributes().integer("exclude_outside", 0) != 0;
    float sharpness = view.attributes().real("cubic_coeff_a", -0.75f);
    float[] weights = new float[Math.multiplyExact(from, to)];
    for (int i = 0; i < to; i++) {
      double place = place(view, axis, i);
      int first = (int) Math.floor(place) - (cubic ? 1 : 0);
      double all = 0;
      double[] each = new double[cubic ? 4 : 2];
      for (int tap = 0; tap < each.length; tap++) {
        double distance = Math.abs(place - (first + tap));
        boolean outside = first + tap < 0 || first + tap >= from;
        each[tap] =
            inside && outside ? 0 : cubic ? cubic(distance, sharpness) : Math.max(0, 1 - distance);
        all += each[tap];
      }
      for (int tap = 0; tap < each.length; tap++) {
        int at = Math.clamp(first + tap, 0, from - 1);
        weights[at * to + i] += (float) (each[tap] / all);
      }
    }
    return weights;
  }

  /** Keys' kernel, doi 10.1109/TASSP.1981.1163711, eq. (4), with another sharpness than −½. */
  private static double cubic(double distance, double sharpness) {
    double x = distance;
    return x <= 1
        ? ((sharpness + 2) * x - (sharpness + 3)) * x * x + 1
        : x < 2 ? ((sharpness * x - 5 * sharpness) * x + 8 * sharpness) * x - 4 * sharpness : 0;
  }
}
