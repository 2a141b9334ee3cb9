package dev.ockham.runtime.graph;

import static dev.ockham.runtime.graph.OperatorSamples.crooked;
import static dev.ockham.runtime.graph.OperatorSamples.sample;
import static dev.ockham.runtime.graph.OperatorSamples.window;
import static dev.ockham.runtime.graph.OperatorSamples.without;

import java.util.ArrayList;
import java.util.List;

/** Samples of operators that slide over positions. */
final class WindowSamples {
  private static final Shape SMALL = Shape.of(3, 6, 5);
  private static final Shape LINE = Shape.of(3, 11);

  private WindowSamples() {}

  static List<GraphSample> all() {
    List<GraphSample> all = new ArrayList<>();
    all.addAll(convolutions());
    all.addAll(grouped());
    all.addAll(transposed());
    all.addAll(pools());
    all.addAll(resizes());
    return all;
  }

  private static GraphSample conv(String what, int outputs, Window window, int groups, Shape in) {
    return sample(what, new Convolution(outputs, window, groups), in);
  }

  private static List<GraphSample> convolutions() {
    Window tall =
        new Window(List.of(5, 1), List.of(1, 3), List.of(2, 0), List.of(1, 0), List.of(1, 1));
    return List.of(
        conv("3×3", 4, window(2, 3, 1, 0, 1), 1, SMALL),
        conv("3×3, padding 1", 4, window(2, 3, 1, 1, 1), 1, SMALL),
        conv("3×3, padding 1, stride 2", 5, window(2, 3, 2, 1, 1), 1, Shape.of(2, 7, 8)),
        conv("3×3, padding 2, dilation 2", 2, window(2, 3, 1, 2, 2), 1, SMALL),
        conv("all sides different", 7, crooked(), 1, SMALL),
        conv("5×1, asymmetric padding", 3, tall, 1, Shape.of(2, 7, 7)),
        conv("1×1", 5, window(2, 1, 1, 0, 1), 1, SMALL),
        conv("1×1, stride 2", 5, window(2, 1, 2, 0, 1), 1, SMALL),
        conv("window as large as the input", 3, window(2, 5, 1, 0, 1), 1, Shape.of(2, 5, 5)),
        conv("padding larger than the input", 2, window(2, 5, 1, 4, 1), 1, Shape.of(1, 2, 1)),
        conv("one position", 2, window(2, 3, 1, 1, 1), 1, Shape.of(3, 1, 1)),
        conv("one channel, many outputs", 17, window(2, 3, 1, 1, 1), 1, Shape.of(1, 4, 3)),
        conv("as wide as two vectors and one", 3, window(2, 3, 1, 1, 1), 1, Shape.of(2, 3, 17)),
        conv("no outputs", 0, window(2, 3, 1, 1, 1), 1, SMALL),
        conv("no channels", 3, window(2, 3, 1, 1, 1), 1, Shape.of(0, 4, 4)),
        without("no bias", List.of("bias"), new Convolution(3, window(2, 3, 1, 1, 1), 1), SMALL),
        conv("1-D", 4, window(1, 3, 1, 0, 1), 1, LINE),
        conv("1-D, stride 3, padding 2, dilation 2", 4, window(1, 3, 3, 2, 2), 1, LINE),
        conv(
            "1-D, causal",
            4,
            new Window(List.of(3), List.of(1), List.of(4), List.of(0), List.of(2)),
            1,
            LINE),
        without(
            "1-D, no bias", List.of("bias"), new Convolution(2, window(1, 2, 1, 0, 1), 1), LINE));
  }

  private static List<GraphSample> grouped() {
    Window three = window(2, 3, 1, 1, 1);
    return List.of(
        conv("2 groups", 6, three, 2, Shape.of(4, 5, 4)),
        conv("3 groups, stride 2", 3, window(2, 3, 2, 1, 1), 3, Shape.of(6, 5, 5)),
        conv("1-D, 2 groups", 4, window(1, 3, 1, 1, 1), 2, Shape.of(6, 7)),
        conv("depthwise", 5, three, 5, Shape.of(5, 5, 4)),
        conv("depthwise, stride 2", 3, window(2, 3, 2, 1, 1), 3, SMALL),
        conv("depthwise, 3 outputs each", 6, three, 2, Shape.of(2, 4, 3)),
        conv("depthwise, all sides different", 3, crooked(), 3, SMALL),
        conv("depthwise, dilation 2", 3, window(2, 3, 1, 2, 2), 3, SMALL),
        conv("1-D, depthwise", 3, window(1, 5, 2, 2, 1), 3, LINE),
        without("depthwise, no bias", List.of("bias"), new Convolution(3, three, 3), SMALL));
  }

  private static GraphSample up(
      String what, int outputs, Window window, List<Integer> extra, int groups, Shape in) {
    return sample(what, new ConvolutionTransposed(outputs, window, extra, groups), in);
  }

  private static List<GraphSample> transposed() {
    Shape in = Shape.of(3, 3, 4);
    List<Integer> none = List.of(0, 0);
    return List.of(
        up("3×3", 4, window(2, 3, 1, 0, 1), none, 1, in),
        up("4×4, stride 2, padding 1", 2, window(2, 4, 2, 1, 1), none, 1, in),
        up("3×3, stride 2, one more", 2, window(2, 3, 2, 1, 1), List.of(1, 0), 1, in),
        up("all sides different", 5, crooked(), List.of(1, 0), 1, in),
        up("dilation 2", 2, window(2, 2, 1, 1, 2), none, 1, in),
        up("3 groups", 6, window(2, 3, 2, 1, 1), none, 3, in),
        up("no outputs", 0, window(2, 3, 1, 1, 1), none, 1, in),
        up("no channels", 2, window(2, 3, 1, 1, 1), none, 1, Shape.of(0, 3, 3)),
        up("1-D, stride 3, two more", 2, window(1, 5, 3, 1, 1), List.of(2), 1, Shape.of(4, 5)),
        without(
            "no bias",
            List.of("bias"),
            new ConvolutionTransposed(2, window(2, 2, 2, 0, 1), none, 1),
            in));
  }

  private static List<GraphSample> pools() {
    List<GraphSample> all = new ArrayList<>();
    for (Pool.Of of : Pool.Of.values()) {
      String name = of.name();
      all.add(sample(name + " 2×2", new Pool(of, window(2, 2, 2, 0, 1), false, true), SMALL));
      all.add(sample(name + " 2×2, ceil", new Pool(of, window(2, 2, 2, 0, 1), true, true), SMALL));
      all.add(
          sample(
              name + " 3×3, stride 2, padding 1",
              new Pool(of, window(2, 3, 2, 1, 1), false, true),
              Shape.of(2, 7, 6)));
      all.add(
          sample(
              name + " 3×3, stride 3, padding 1, ceil: a window that begins in the padding goes",
              new Pool(of, window(2, 3, 3, 1, 1), true, true),
              Shape.of(2, 7, 8)));
      all.add(
          sample(
              name + " 3×3, stride 2, padding 1, ceil, only the input counts",
              new Pool(of, window(2, 3, 2, 1, 1), true, false),
              Shape.of(2, 6, 8)));
      all.add(sample(name + " all sides different", new Pool(of, crooked(), false, true), SMALL));
      all.add(
          sample(name + " all sides different, ceil", new Pool(of, crooked(), true, false), SMALL));
      all.add(
          sample(
              name + " 2×2, dilation 2, stride 1",
              new Pool(of, window(2, 2, 1, 1, 2), false, true),
              SMALL));
      all.add(
          sample(
              name + " no channels",
              new Pool(of, window(2, 2, 2, 0, 1), false, true),
              Shape.of(0, 4, 4)));
      all.add(sample(name + " 1-D", new Pool(of, window(1, 3, 2, 1, 1), false, true), LINE));
      all.add(sample(name + " 1-D, ceil", new Pool(of, window(1, 4, 3, 2, 1), true, true), LINE));
    }
    return all;
  }

  private static List<GraphSample> resizes() {
    List<GraphSample> all = new ArrayList<>();
    for (Resize.By by : Resize.By.values()) {
      for (Resize.Align align : Resize.Align.values()) {
        String name = by + " " + align;
        all.add(sample(name + " up", new Resize(by, align, List.of(7, 10)), Shape.of(2, 3, 5)));
        all.add(sample(name + " down", new Resize(by, align, List.of(3, 1)), Shape.of(2, 5, 4)));
        all.add(sample(name + " 1-D", new Resize(by, align, List.of(13)), Shape.of(3, 5)));
      }
    }
    all.add(
        sample(
            "no channels",
            new Resize(Resize.By.LINEAR, Resize.Align.HALF_PIXEL, List.of(4, 4)),
            Shape.of(0, 2, 2)));
    return all;
  }
}
