package dev.ockham.lab.experiment;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.WeightPicture;
import dev.ockham.lab.page.WeightPicture.Panel;
import dev.ockham.lab.page.WeightPicture.Tile;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Pictures of a network's weights after its epochs: two convolutions and a dense layer. */
final class NetworkPictures {

  private static final int HUNDREDTHS_PER_FRAME = 50;

  /** So few, and in so few colours, that the animation is a picture for any page. */
  private static final int STEPS_OF_ANIMATION = 12;

  /** Inputs of the dense layer that fit beside the filters. */
  private static final int BLOCK = 100;

  private static final int STRIP = 5;

  /** The part of the absolute weights that is below full colour. */
  private static final double FULL_COLOUR = 0.98;

  private NetworkPictures() {}

  /** A picture of every so many epochs, and of the last. */
  static Figure animation(String name, String caption, List<NetworkFrame> frames, int epochs) {
    double[] scales = scales(frames);
    int step = Math.max(1, frames.size() / STEPS_OF_ANIMATION);
    List<BufferedImage> pictures =
        IntStream.range(0, frames.size())
            .filter(i -> i % step == 0 || i == frames.size() - 1)
            .mapToObj(i -> picture(frames.get(i), scales, epochs))
            .toList();
    return Figure.animation(name, caption, pictures, HUNDREDTHS_PER_FRAME);
  }

  /** Some of the epochs beside each other. */
  static Figure strip(String name, String caption, List<NetworkFrame> frames) {
    return Figure.of(name, caption, strip(frames, scales(frames)));
  }

  /** One scale of colours for each layer in all frames, so that colours may be compared. */
  private static double[] scales(List<NetworkFrame> frames) {
    NetworkFrame last = frames.getLast();
    double[] scales = new double[last.masks().size()];
    for (int layer = 0; layer < scales.length; layer++) {
      float[] weights = last.kept(layer);
      double[] sizes =
          IntStream.range(0, weights.length)
              .mapToDouble(i -> Math.abs(weights[i]))
              .filter(size -> !Double.isNaN(size))
              .sorted()
              .toArray();
      scales[layer] =
          sizes.length == 0 ? 1 : Math.max(1e-6, sizes[(int) (FULL_COLOUR * (sizes.length - 1))]);
    }
    return scales;
  }

  private static BufferedImage picture(NetworkFrame frame, double[] scales, int epochs) {
    String title =
        String.format(
            Locale.ROOT,
            "epoch %d of %d: %.1f %% of the weights gone, error %.1f %%",
            frame.metrics().epoch(),
            epochs,
            100 * frame.gone(),
            frame.error());
    return WeightPicture.frame(
        title,
        List.of(
            List.of(
                filters(frame, 0, "conv 1", 8, 4, scales),
                filters(frame, 1, "conv 2", 3, 16, scales),
                block(frame, 2, "dense 1, %d of its inputs", 3, scales))));
  }

  /** Kernels of a convolution; a row holds those of one output, or of several for one input. */
  private static Panel filters(
      NetworkFrame frame, int layer, String name, int cell, int perRow, double[] scales) {
    WeightTensor conv = frame.snapshot().layers().get(layer).weights();
    int rows = conv.parameter().shape().dim(2);
    int across = conv.parameter().shape().dim(3);
    float[] weights = frame.kept(layer);
    int size = rows * across;
    List<Tile> tiles = new ArrayList<>();
    for (int from = 0; from < weights.length; from += size) {
      tiles.add(new Tile(rows, across, Arrays.copyOfRange(weights, from, from + size)));
    }
    int columns = conv.inputs() == 1 ? perRow : conv.inputs();
    return new Panel(name, tiles, columns, cell, scales[layer]);
  }

  private static Panel block(
      NetworkFrame frame, int layer, String name, int cell, double[] scales) {
    WeightTensor dense = frame.snapshot().layers().get(layer).weights();
    float[] weights = frame.kept(layer);
    int columns = Math.min(BLOCK, dense.fanIn());
    float[] part = new float[dense.outputs() * columns];
    for (int row = 0; row < dense.outputs(); row++) {
      System.arraycopy(weights, row * dense.fanIn(), part, row * columns, columns);
    }
    return new Panel(
        String.format(Locale.ROOT, name, columns),
        List.of(new Tile(dense.outputs(), columns, part)),
        1,
        cell,
        scales[layer]);
  }

  private static BufferedImage strip(List<NetworkFrame> frames, double[] scales) {
    List<Panel> filters = new ArrayList<>();
    List<Panel> blocks = new ArrayList<>();
    // Most happens early, so the chosen epochs crowd there.
    int[] chosen =
        IntStream.range(0, STRIP)
            .mapToDouble(i -> (double) i / (STRIP - 1))
            .mapToInt(part -> (int) Math.round(part * part * (frames.size() - 1)))
            .distinct()
            .toArray();
    for (int index : chosen) {
      NetworkFrame frame = frames.get(index);
      String caption = "epoch %s".formatted(frame.metrics().epoch());
      filters.add(filters(frame, 0, caption, 8, 4, scales));
      blocks.add(block(frame, 2, caption, 2, scales));
    }
    return WeightPicture.of("conv 1 above, dense 1 below", List.of(filters, blocks));
  }
}
