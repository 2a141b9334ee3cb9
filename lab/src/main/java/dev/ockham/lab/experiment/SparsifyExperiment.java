package dev.ockham.lab.experiment;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Snapshot;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.page.WeightPicture;
import dev.ockham.lab.page.WeightPicture.Panel;
import dev.ockham.lab.page.WeightPicture.Tile;
import dev.ockham.lab.training.Scale;
import dev.ockham.lab.training.SmallRun;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Filters and a dense layer losing their weights, epoch by epoch. */
public record SparsifyExperiment() implements Experiment {

  private static final Scale FULL =
      new Scale(
          "net:1x28x28-conv16x5-relu-pool2-conv16x5-relu-pool2-flatten-dense64-relu-dense10",
          6000,
          1.0 / 6,
          100,
          36,
          1);
  private static final Scale QUICK =
      new Scale(
          "net:1x28x28-conv6x5-relu-pool4-conv6x3-relu-pool2-flatten-dense30-relu-dense10",
          600,
          1.0 / 3,
          20,
          6,
          1);

  /** Faster than the default, so that weights go within a minute. */
  private static final double LEARNING_RATE = 3e-3;

  private static final double WARM_UP = 0.4;
  private static final int HUNDREDTHS_PER_FRAME = 50;

  /** So few, and in so few colours, that the animation is a picture for any page. */
  private static final int STEPS_OF_ANIMATION = 12;

  /** Inputs of the dense layer that fit beside the filters. */
  private static final int BLOCK = 100;

  private static final int STRIP = 5;

  /** The part of the absolute weights that is below full colour. */
  private static final double FULL_COLOUR = 0.98;

  private static final List<Color> COLORS =
      List.of(Plot.BLUE, Plot.GREEN, Plot.RED, Plot.YELLOW, Plot.PINK);

  private record Frame(EpochMetrics metrics, Snapshot snapshot, List<Mask> masks) {

    /** Weights of a layer, NaN where one is removed. */
    float[] kept(int layer) {
      float[] weights = snapshot.layers().get(layer).theta().clone();
      for (int i = 0; i < weights.length; i++) {
        weights[i] = masks.get(layer).keeps(i) ? weights[i] : Float.NaN;
      }
      return weights;
    }

    /** Outputs of a layer that still read something. */
    long outputs(int layer) {
      WeightTensor tensor = snapshot.layers().get(layer).weights();
      return IntStream.range(0, tensor.outputs())
          .filter(unit ->
              IntStream.range(unit * tensor.fanIn(), (unit + 1) * tensor.fanIn())
                  .anyMatch(masks.get(layer)::keeps))
          .count();
    }
  }

  @Override
  public String name() {
    return "sparsify";
  }

  @Override
  public String summary() {
    return "Filters and a dense layer losing their weights, epoch by epoch, as an animation.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    Scale scale = setting.quick() ? QUICK : FULL;
    setting.progress().accept("training %s epochs".formatted(scale.epochs()));
    List<Frame> frames = new ArrayList<>();
    var _ =
        SmallRun.of(
            scale
                .sparseVd()
                .withSeed(setting.seed())
                .withLearningRate(LEARNING_RATE)
                .with("training.kl_weight.until", WARM_UP),
            scale.data(),
            (metrics, snapshot) ->
                frames.add(new Frame(metrics, snapshot, snapshot.masksAt(snapshot.threshold()))));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("scale", scale.json());
    result.put("epochs", frames.stream().map(SparsifyExperiment::json).toList());
    return new LabPage(
        name(),
        "Watching a network lose its weights",
        "Sparse VD removes weights while the network learns. Where do the holes appear first, and"
            + " do they have a shape?",
        List.of(pictures(scale, frames), curves(frames)),
        result);
  }

  private static Map<String, Object> json(Frame frame) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("epoch", frame.metrics().epoch());
    json.put("sparsity", frame.metrics().sparsity());
    json.put("error_percent", SmallRun.error(frame.metrics()));
    json.put(
        "layer_sparsity",
        frame.metrics().layers().stream().map(EpochMetrics.LayerCount::sparsity).toList());
    json.put(
        "outputs_left", IntStream.range(0, frame.masks().size()).mapToObj(frame::outputs).toList());
    return json;
  }

  private static Finding pictures(Scale scale, List<Frame> frames) {
    double[] scales = scales(frames);
    int step = Math.max(1, frames.size() / STEPS_OF_ANIMATION);
    List<BufferedImage> animation =
        IntStream.range(0, frames.size())
            .filter(i -> i % step == 0 || i == frames.size() - 1)
            .mapToObj(i -> picture(frames.get(i), scales, scale.epochs()))
            .toList();
    Frame last = frames.getLast();
    WeightTensor dense = last.snapshot().layers().get(2).weights();
    String size = "%s × %s".formatted(dense.outputs(), dense.fanIn());
    return Finding.of(
            "Epoch by epoch",
            String.format(
                Locale.ROOT,
                "Blue weights are positive, red ones negative, white ones near 0; grey is where a"
                    + " weight is removed, that is where log α ≥ %.0f. After %d epochs"
                    + " %.1f %% of all weights are gone and the error on held-out pictures is"
                    + " %.1f %%. Nothing was cut by hand: every frame shows what one threshold"
                    + " makes of the posterior of that moment.",
                last.snapshot().threshold(),
                scale.epochs(),
                100 * last.metrics().sparsity(),
                SmallRun.error(last.metrics())),
            String.format(
                Locale.ROOT,
                "A filter's weight is used at every place of a picture, one of the dense layer at a"
                    + " single place: %.0f %% of the first filters' weights go, and %.0f %% of the"
                    + " dense layer's. Its rows are units, and %d of %d still read something; its"
                    + " columns belong to pixels of the last feature maps, and a map that nobody"
                    + " needs leaves an empty band. Whole rows and columns are what makes the"
                    + " network itself smaller.",
                100 * last.metrics().layers().get(0).sparsity(),
                100 * last.metrics().layers().get(2).sparsity(),
                last.outputs(2),
                dense.outputs()))
        .with(
            Figure.animation(
                "sparsify",
                "The weights after every third epoch: filters of both convolutions, and a part of"
                    + " the dense layer of "
                    + size
                    + ".",
                animation,
                HUNDREDTHS_PER_FRAME),
            Figure.of(
                "sparsify-strip",
                "The same network after some of its epochs: the first filters and the dense layer.",
                strip(frames, scales)))
        .beside(
            Paper.of(
                "Molchanov et al., arXiv:1701.05369, table 1",
                "LeNet-5-Caffe on MNIST, 200 epochs. There the first convolution"
                    + " keeps the most of its weights and the wide dense layer the least.",
                new Table(
                    "weights gone, %",
                    List.of("layer", "Sparse VD", "here"),
                    List.of(
                        List.of("conv 1", "67", gone(last, 0)),
                        List.of("conv 2", "98", gone(last, 1)),
                        List.of("dense 1", "99.8", gone(last, 2)),
                        List.of("dense 2", "95", gone(last, 3))))));
  }

  private static String gone(Frame frame, int layer) {
    return String.format(Locale.ROOT, "%.1f", 100 * frame.metrics().layers().get(layer).sparsity());
  }

  /** One scale of colours for each layer in all frames, so that colours may be compared. */
  private static double[] scales(List<Frame> frames) {
    Frame last = frames.getLast();
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

  private static BufferedImage picture(Frame frame, double[] scales, int epochs) {
    String title =
        String.format(
            Locale.ROOT,
            "epoch %d of %d: %.1f %% of the weights gone, error %.1f %%",
            frame.metrics().epoch(),
            epochs,
            100 * frame.metrics().sparsity(),
            SmallRun.error(frame.metrics()));
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
      Frame frame, int layer, String name, int cell, int perRow, double[] scales) {
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

  private static Panel block(Frame frame, int layer, String name, int cell, double[] scales) {
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

  private static BufferedImage strip(List<Frame> frames, double[] scales) {
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
      Frame frame = frames.get(index);
      String caption = "epoch %s".formatted(frame.metrics().epoch());
      filters.add(filters(frame, 0, caption, 8, 4, scales));
      blocks.add(block(frame, 2, caption, 2, scales));
    }
    return WeightPicture.of("conv 1 above, dense 1 below", List.of(filters, blocks));
  }

  private static Finding curves(List<Frame> frames) {
    double[] epochs = frames.stream().mapToDouble(f -> f.metrics().epoch()).toArray();
    Plot plot = Plot.wide("Weights gone, by layer", "epoch", "fraction of the layer");
    List<WeightTensor> layers = frames.getFirst().snapshot().architecture().weightTensors();
    List<List<String>> cells = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      int index = layer;
      double[] gone =
          frames.stream().mapToDouble(f -> f.metrics().layers().get(index).sparsity()).toArray();
      plot = plot.line(layers.get(layer).name(), epochs, gone, COLORS.get(layer));
      Frame last = frames.getLast();
      cells.add(
          Table.row(
              layers.get(layer).name(),
              layers.get(layer).weights(),
              last.masks().get(layer).kept(),
              String.format(
                  Locale.ROOT, "%.1f", 100 * last.metrics().layers().get(layer).sparsity()),
              "%s of %s".formatted(last.outputs(layer), layers.get(layer).outputs())));
    }
    double middle = frames.get((frames.size() - 1) / 2).metrics().sparsity();
    int half = 0;
    while (half < frames.size() - 1
        && frames.get(half).metrics().sparsity() < frames.getLast().metrics().sparsity() / 2) {
      half++;
    }
    return Finding.of(
            "When the weights go",
            String.format(
                Locale.ROOT,
                "Half of what is gone in the end is gone after epoch %d of %d. The first half of"
                    + " the epochs removes %.1f %% of all weights, the second %.1f %%.",
                frames.get(half).metrics().epoch(),
                frames.size(),
                100 * middle,
                100 * (frames.getLast().metrics().sparsity() - middle)))
        .with(
            Figure.of(
                "sparsify-layers",
                "Fraction of each layer's weights that is gone after each epoch.",
                1,
                plot.y(0, 1).chart()))
        .with(
            new Table(
                "At the end; one run, seed as given",
                List.of("layer", "weights", "left", "% gone", "outputs that read something"),
                cells));
  }
}
