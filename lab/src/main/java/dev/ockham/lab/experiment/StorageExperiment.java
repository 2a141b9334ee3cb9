package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.evaluate.ModelSize;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.method.Method;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/**
 * What removed weights save in bytes: LeNet-300-100 with random weights and random scores, masked
 * to one sparsity after another, compacted and stored.
 */
public record StorageExperiment() implements Experiment {

  private static final String NETWORK = "lenet-300-100";
  private static final double[] SPARSITIES = {
    0, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95
  };

  /** Spread of a hidden unit's own score beside that of each weight into it, which is 1. */
  private static final double UNIT_SHARE = 1;

  @Override
  public String name() {
    return "storage";
  }

  @Override
  public String summary() {
    return "What removed weights save in bytes, scattered or in whole units.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return page(measure(setting));
  }

  /**
   * A network after it was pruned and compacted.
   *
   * @param scores where its zeros are
   * @param asked the sparsity that was asked for
   * @param units that are left, outputs included
   */
  record Row(String scores, double asked, ModelSize size, int units) {

    double sparsity() {
      return 1 - (double) size.nonzeroWeights() / size.weights();
    }

    double kilobytes() {
      return 1e-3 * size.fileBytes();
    }

    List<String> cells() {
      return Table.row(
          scores,
          String.format(Locale.ROOT, "%.1f %%", 100 * asked),
          String.format(Locale.ROOT, "%.2f %%", 100 * sparsity()),
          Table.number(size.compression()) + "×",
          Table.number(size.fileRatio()) + "×",
          units);
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("scores", scores);
      json.put("asked_sparsity", asked);
      json.put("sparsity", sparsity());
      json.put("weights", size.weights());
      json.put("nonzero_weights", size.nonzeroWeights());
      json.put("compression", size.compression());
      json.put("file_bytes", size.fileBytes());
      json.put("dense_bytes", size.denseBytes());
      json.put("file_ratio", size.fileRatio());
      json.put("units", units);
      return json;
    }
  }

  /** What was measured, by rising sparsity: zeros anywhere, and zeros that gather in units. */
  record Measured(List<Row> scattered, List<Row> byUnit) {
    Measured {
      scattered = List.copyOf(scattered);
      byUnit = List.copyOf(byUnit);
    }

    List<Row> all() {
      return Stream.concat(scattered.stream(), byUnit.stream()).toList();
    }

    Map<String, Object> json() {
      return Map.of("rows", all().stream().map(Row::json).toList());
    }
  }

  static Measured measure(Setting setting) {
    return new Measured(
        rows("scattered", 0, setting.seed()), rows("by unit", UNIT_SHARE, setting.seed()));
  }

  private static List<Row> rows(String scores, double unitShare, long seed) {
    Architecture architecture = Architectures.parse(NETWORK);
    Snapshot snapshot = snapshot(architecture, unitShare, seed);
    List<Row> rows = new ArrayList<>();
    for (double sparsity : SPARSITIES) {
      Model model = snapshot.pruned(masks(snapshot, sparsity));
      long bytes = ModelFile.of(model, Map.of()).byteSize();
      int units = 0;
      for (Parameter weights : model.graph().prunable()) {
        units += weights.rows();
      }
      rows.add(new Row(scores, sparsity, ModelSize.of(architecture.graph(), model, bytes), units));
    }
    return rows;
  }

  private static List<Mask> masks(Snapshot snapshot, double sparsity) {
    try {
      return snapshot.masksTo(sparsity).masks();
    } catch (RunException e) {
      throw new AssertionError("every layer was given scores", e);
    }
  }

  private static Snapshot snapshot(Architecture architecture, double unitShare, long seed) {
    List<Snapshot.Layer> layers = new ArrayList<>();
    for (WeightTensor tensor : architecture.weightTensors()) {
      NoiseKey key = NoiseKey.of(seed, 0, layers.size());
      int inputs = tensor.fanIn();
      float[] theta = new float[tensor.outputs() * inputs];
      float[] scores = new float[theta.length];
      for (int unit = 0; unit < tensor.outputs(); unit++) {
        boolean output = tensor.outputs() == architecture.classes();
        double ofUnit = output ? 0 : unitShare * CounterDraws.normal(key, 2, unit);
        for (int i = 0; i < inputs; i++) {
          int weight = unit * inputs + i;
          theta[weight] = (float) CounterDraws.normal(key, 0, weight);
          scores[weight] = (float) (CounterDraws.normal(key, 1, weight) + ofUnit);
        }
      }
      layers.add(new Snapshot.Layer(tensor, theta, scores));
    }
    SortedMap<String, float[]> plain = new TreeMap<>();
    for (Parameter parameter : architecture.graph().parameters()) {
      if (!parameter.role().prunable()) {
        plain.put(parameter.name(), new float[parameter.shape().size()]);
      }
    }
    Method method = Method.SPARSE_VD;
    return new Snapshot(
        architecture, method, method.defaultThreshold(), InputScaling.NONE, layers, plain);
  }

  private LabPage page(Measured measured) throws IOException {
    return PageText.of(StorageExperiment.class, name())
        .put("units", measured.scattered().getFirst().units())
        .chart("storage-bytes", bytes(measured))
        .rows(
            "units",
            measured.all().stream()
                .filter(row -> row.asked() == 0 || row.asked() == 0.5 || row.asked() >= 0.9)
                .toList(),
            Row::cells)
        .page(name(), measured.json());
  }

  private static XYChart bytes(Measured measured) {
    List<Row> scattered = measured.scattered();
    double[] sparsity = Grid.of(scattered, Row::sparsity);
    return Plot.wide("LeNet-300-100: bytes of the file", "sparsity", "kB")
        .dashed(
            "4 bytes a kept weight",
            sparsity,
            Grid.of(scattered, row -> 4e-3 * row.size().nonzeroWeights()),
            Plot.BLACK)
        .dots("scattered zeros", sparsity, Grid.of(scattered, Row::kilobytes), Plot.RED)
        .dots(
            "zeros by unit",
            Grid.of(measured.byUnit(), Row::sparsity),
            Grid.of(measured.byUnit(), Row::kilobytes),
            Plot.BLUE)
        .x(0, 1)
        .y(0, 1150)
        .chart();
  }
}
