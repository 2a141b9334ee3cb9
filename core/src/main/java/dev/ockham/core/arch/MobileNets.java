package dev.ockham.core.arch;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static dev.ockham.runtime.graph.Geometry.withoutBias;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import java.util.List;

/** Networks of depthwise and 1 × 1 convolutions, for small devices. */
final class MobileNets {

  /** Channels of MobileNet's blocks at width 1. */
  private static final int[] WIDTHS = {
    64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024
  };

  private static final int[] STRIDES = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};

  /** The width multiplier α is one over this. */
  private static final int NARROWER = 4;

  private static final int KEYWORD_CHANNELS = 64;
  private static final int KEYWORD_BLOCKS = 4;
  private static final int KEYWORD_ROWS = 10;
  private static final int KEYWORD_COLUMNS = 4;
  private static final int MOST_FRAMES = 10_000;

  private MobileNets() {}

  static List<Family> families() {
    return List.of(
        new Family(
            "mobilenet-v1-0.25",
            "13 depthwise blocks, a quarter of the channels (arXiv:1704.04861)",
            List.of(Argument.classes(10), Argument.channels(3), Argument.size(32)),
            MobileNets::mobileNet),
        new Family(
            "ds-cnn",
            "4 depthwise blocks, for spoken words as 49 × 10 MFCCs (arXiv:1711.07128, DS-CNN S)",
            List.of(
                Argument.classes(12),
                new Argument("frames", 49, 1, MOST_FRAMES),
                new Argument("bands", 10, 1, MOST_FRAMES)),
            MobileNets::keywords));
  }

  /** Table 1 of the paper, every width times ¼, with PyTorch's padding of 1 on all sides. */
  private static Graph mobileNet(Arguments values) {
    GraphBuilder g = new GraphBuilder();
    int size = values.of("size");
    Value x = g.input("input", values.of("channels"), size, size);
    x = first(g, g.named("conv1").conv2d(x, 32 / NARROWER, 3, pad(1), stride(2), withoutBias()));
    for (int i = 0; i < WIDTHS.length; i++) {
      x = block(g, i + 1, x, WIDTHS[i] / NARROWER, STRIDES[i]);
    }
    return classified(g, x, values);
  }

  /**
   * The small network of the paper's appendix A: one convolution of 10 × 4 with strides of 2, then
   * four blocks. Its padding is TensorFlow's: 25 × 5 positions, one more zero below than above.
   */
  private static Graph keywords(Arguments values) {
    GraphBuilder g = new GraphBuilder();
    int frames = values.of("frames");
    int bands = values.of("bands");
    int rows = padding(frames, KEYWORD_ROWS);
    int columns = padding(bands, KEYWORD_COLUMNS);
    Window window =
        new Window(
            List.of(KEYWORD_ROWS, KEYWORD_COLUMNS),
            List.of(2, 2),
            List.of(rows / 2, columns / 2),
            List.of(rows - rows / 2, columns - columns / 2),
            List.of(1, 1));
    Value x =
        g.named("conv1")
            .node(
                "conv",
                new Convolution(KEYWORD_CHANNELS, window, 1),
                List.of("bias"),
                g.input("input", 1, frames, bands));
    x = first(g, x);
    for (int i = 1; i <= KEYWORD_BLOCKS; i++) {
      x = block(g, i, x, KEYWORD_CHANNELS, 1);
    }
    return classified(g, x, values);
  }

  /** Zeros that TensorFlow puts around for half as many positions, rounded up. */
  private static int padding(int size, int window) {
    return Math.max(0, ((size + 1) / 2 - 1) * 2 + window - size);
  }

  private static Value first(GraphBuilder g, Value convolution) {
    Value normed = g.named("bn1").batchNorm(convolution);
    return g.named("relu1").relu(normed);
  }

  /** 3 × 3 depthwise, then 1 × 1, each with batch norm and ReLU. */
  private static Value block(GraphBuilder g, int number, Value x, int width, int step) {
    String name = "layer" + number + ".";
    Value y = g.named(name + "depthwise").depthwise(x, 3, pad(1), stride(step), withoutBias());
    y = g.named(name + "bn1").batchNorm(y);
    y = g.named(name + "relu1").relu(y);
    y = g.named(name + "pointwise").conv2d(y, width, 1, withoutBias());
    y = g.named(name + "bn2").batchNorm(y);
    return g.named(name + "relu2").relu(y);
  }

  private static Graph classified(GraphBuilder g, Value x, Arguments values) {
    Value pooled = g.named("pool").globalAverage(x);
    return g.build(g.named("linear").dense(pooled, values.of("classes")));
  }
}
