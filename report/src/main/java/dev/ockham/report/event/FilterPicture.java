package dev.ockham.report.event;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * What the first layer looks for: the weights of each of its units as a small picture, the pictures
 * in a grid. White is zero or gone, red positive, blue negative, the strongest colour the largest
 * weight of the layer.
 *
 * @param width pixels
 * @param height pixels
 * @param png the picture
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; lives for one event
record FilterPicture(int width, int height, byte[] png) {

  /** What {@code Summary.Image.colorspace} calls three colours. */
  static final int RGB = 3;

  /** More units would make the event files large, and the picture hard to read. */
  private static final int MOST_TILES = 100;

  /** Kernels are tiny; their weights become squares of this many pixels. */
  private static final int KERNEL_ZOOM = 6;

  /** Colours from blue over white to red, and one more for the gaps. */
  private static final int SIDE = 127;

  private static final int GAP = 2 * SIDE + 1;
  private static final int GAP_GREY = 0xB0;

  /** Pictures of weights as they lie in the layer's memory, one after the other. */
  private record Tiles(int count, int width, int height, int zoom) {

    static Optional<Tiles> of(WeightTensor layer, Architecture architecture) {
      if (layer.node().operator() instanceof Convolution conv) {
        Window window = conv.window();
        return window.axes() == 2 && conv.groups() == 1
            ? Optional.of(
                new Tiles(
                    layer.outputs() * layer.inputs(),
                    window.kernel().get(1),
                    window.kernel().get(0),
                    KERNEL_ZOOM))
            : Optional.empty();
      }
      return readsMeasurements(layer, architecture)
          ? ofInputs(layer, architecture.example())
          : Optional.empty();
    }

    /** Whether it is of a linear node that reads, as one vector, what the only input gives. */
    private static boolean readsMeasurements(WeightTensor layer, Architecture architecture) {
      return layer.node().operator() instanceof Linear
          && architecture.graph().shape(layer.node().inputs().getFirst()).rank() == 1
          && architecture.inputs().size() == 1
          && architecture.scales(architecture.inputs().getFirst());
    }

    private static Optional<Tiles> ofInputs(WeightTensor layer, Shape input) {
      if (input.rank() == 3 && input.size() == layer.inputs() && input.product(1, 3) > 1) {
        return Optional.of(
            new Tiles(layer.outputs() * input.dim(0), input.dim(2), input.dim(1), 1));
      }
      int side = (int) Math.round(Math.sqrt(layer.inputs()));
      return side * side == layer.inputs()
          ? Optional.of(new Tiles(layer.outputs(), side, side, 1))
          : Optional.empty();
    }

    int shown() {
      return Math.min(count, MOST_TILES);
    }

    int columns() {
      return (int) Math.ceil(Math.sqrt(shown()));
    }

    int rows() {
      return Math.ceilDiv(shown(), columns());
    }
  }

  /**
   * The first layer of a run at its last checkpoint, without the weights that its threshold
   * removes: at most the first 100 units (of a convolution: pairs of output and input channel).
   * Empty where the inputs are no picture, such as a vector whose length is no square, or the
   * weights are no filters over rows and columns.
   */
  static Optional<FilterPicture> of(Snapshot snapshot) throws IOException {
    Snapshot.Layer layer = snapshot.layers().getFirst();
    Optional<Tiles> tiles = Tiles.of(layer.weights(), snapshot.architecture());
    if (tiles.isEmpty()) {
      return Optional.empty();
    }
    Mask mask = snapshot.masksAt(snapshot.threshold()).getFirst();
    BufferedImage image = draw(tiles.get(), mask.apply(layer.theta()));
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
      ImageIO.write(image, "png", out);
    }
    return Optional.of(new FilterPicture(image.getWidth(), image.getHeight(), png.toByteArray()));
  }

  private static BufferedImage draw(Tiles tiles, float[] weights) {
    int stepX = tiles.width() * tiles.zoom() + 1;
    int stepY = tiles.height() * tiles.zoom() + 1;
    BufferedImage image =
        new BufferedImage(
            tiles.columns() * stepX + 1,
            tiles.rows() * stepY + 1,
            BufferedImage.TYPE_BYTE_INDEXED,
            palette());
    var raster = image.getRaster();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        raster.setSample(x, y, 0, GAP);
      }
    }
    float largest = largest(weights);
    for (int tile = 0; tile < tiles.shown(); tile++) {
      int left = tile % tiles.columns() * stepX + 1;
      int top = tile / tiles.columns() * stepY + 1;
      for (int y = 0; y < tiles.height() * tiles.zoom(); y++) {
        for (int x = 0; x < tiles.width() * tiles.zoom(); x++) {
          int at = (tile * tiles.height() + y / tiles.zoom()) * tiles.width() + x / tiles.zoom();
          raster.setSample(left + x, top + y, 0, color(weights[at], largest));
        }
      }
    }
    return image;
  }

  private static float largest(float[] weights) {
    float largest = 0;
    for (float weight : weights) {
      largest = Float.isFinite(weight) ? Math.max(largest, Math.abs(weight)) : largest;
    }
    return largest;
  }

  /** Index into the palette; what is not finite has the gaps' grey. */
  private static int color(float weight, float largest) {
    if (!Float.isFinite(weight)) {
      return GAP;
    }
    return largest == 0 ? SIDE : SIDE + Math.round(SIDE * (weight / largest));
  }

  private static IndexColorModel palette() {
    byte[] red = new byte[GAP + 1];
    byte[] green = new byte[GAP + 1];
    byte[] blue = new byte[GAP + 1];
    for (int i = 0; i < GAP; i++) {
      int strength = i - SIDE;
      int fading = 255 - 2 * Math.abs(strength);
      red[i] = (byte) (strength >= 0 ? 255 : fading);
      green[i] = (byte) fading;
      blue[i] = (byte) (strength <= 0 ? 255 : fading);
    }
    red[GAP] = (byte) GAP_GREY;
    green[GAP] = (byte) GAP_GREY;
    blue[GAP] = (byte) GAP_GREY;
    return new IndexColorModel(8, GAP + 1, red, green, blue);
  }
}
