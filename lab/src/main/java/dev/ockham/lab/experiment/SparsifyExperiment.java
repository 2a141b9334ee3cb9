package dev.ockham.lab.experiment;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.training.Scale;
import dev.ockham.lab.training.SmallRun;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

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

  private static final List<Color> COLORS =
      List.of(Plot.BLUE, Plot.GREEN, Plot.RED, Plot.YELLOW, Plot.PINK);

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
    return page(measure(setting));
  }

  /**
   * What was measured.
   *
   * @param scale how large the training was
   * @param frames the network after each epoch
   */
  record Measured(Scale scale, List<NetworkFrame> frames) {
    Measured {
      frames = List.copyOf(frames);
    }

    Map<String, Object> json() {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("scale", scale.json());
      result.put("epochs", frames.stream().map(NetworkFrame::json).toList());
      return result;
    }

    /** The network after the first half of the epochs. */
    NetworkFrame middle() {
      return frames.get((frames.size() - 1) / 2);
    }

    /** The first epoch after which half of what is gone in the end is gone. */
    int halfGone() {
      return frames.stream()
          .filter(frame -> frame.gone() >= frames.getLast().gone() / 2)
          .findFirst()
          .orElse(frames.getLast())
          .metrics()
          .epoch();
    }
  }

  static Measured measure(Setting setting) throws IOException {
    Scale scale = setting.quick() ? QUICK : FULL;
    setting.progress().accept("training %s epochs".formatted(scale.epochs()));
    List<NetworkFrame> frames = new ArrayList<>();
    var _ =
        SmallRun.of(
            scale
                .sparseVd()
                .withSeed(setting.seed())
                .withLearningRate(LEARNING_RATE)
                .with("training.kl_weight.until", WARM_UP),
            scale.data(),
            (metrics, snapshot) ->
                frames.add(
                    new NetworkFrame(metrics, snapshot, snapshot.masksAt(snapshot.threshold()))));
    return new Measured(scale, frames);
  }

  private LabPage page(Measured measured) throws IOException {
    List<NetworkFrame> frames = measured.frames();
    NetworkFrame last = frames.getLast();
    WeightTensor dense = last.snapshot().layers().get(2).weights();
    double middle = measured.middle().gone();
    int epochs = measured.scale().epochs();
    return PageText.of(SparsifyExperiment.class, name())
        .put("threshold", last.snapshot().threshold())
        .put("epochs", epochs)
        .put("gone", 100 * last.gone())
        .put("error", last.error())
        .put("filtersGone", 100 * last.gone(0))
        .put("denseGone", 100 * last.gone(2))
        .put("unitsLeft", last.outputs(2))
        .put("units", dense.outputs())
        .put("inputs", dense.fanIn())
        .put("gone0", 100 * last.gone(0))
        .put("gone1", 100 * last.gone(1))
        .put("gone2", 100 * last.gone(2))
        .put("gone3", 100 * last.gone(3))
        .put("half", measured.halfGone())
        .put("frames", frames.size())
        .put("firstHalf", 100 * middle)
        .put("secondHalf", 100 * (last.gone() - middle))
        .figure("sparsify", words -> NetworkPictures.animation("sparsify", words, frames, epochs))
        .figure("sparsify-strip", words -> NetworkPictures.strip("sparsify-strip", words, frames))
        .chart("sparsify-layers", byLayer(frames))
        .rows("layers", atTheEnd(last))
        .page(name(), measured.json());
  }

  private static XYChart byLayer(List<NetworkFrame> frames) {
    double[] epochs = Grid.of(frames, f -> f.metrics().epoch());
    Plot plot = Plot.wide("Weights gone, by layer", "epoch", "fraction of the layer");
    for (int layer = 0; layer < frames.getFirst().masks().size(); layer++) {
      int index = layer;
      double[] gone = Grid.of(frames, f -> f.gone(index));
      String name = frames.getFirst().snapshot().layers().get(layer).weights().name();
      plot = plot.line(name, epochs, gone, COLORS.get(layer));
    }
    return plot.y(0, 1).chart();
  }

  private static List<List<String>> atTheEnd(NetworkFrame last) {
    List<List<String>> cells = new ArrayList<>();
    for (int layer = 0; layer < last.masks().size(); layer++) {
      WeightTensor weights = last.snapshot().layers().get(layer).weights();
      cells.add(
          Table.row(
              weights.name(),
              weights.weights(),
              last.masks().get(layer).kept(),
              String.format(Locale.ROOT, "%.1f", 100 * last.gone(layer)),
              "%s of %s".formatted(last.outputs(layer), weights.outputs())));
    }
    return cells;
  }
}
