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
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

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

  private record Row(String scores, double asked, ModelSize size, int units) {
    double sparsity() {
      return 1 - (double) size.nonzeroWeights() / size.weights();
    }
  }

  @Override
  public String name() {
    return "storage";
  }

  @Override
  public String summary() {
    return "What removed weights save in bytes, scattered or in whole units.";
  }

  @Override
  public LabPage run(Setting setting) {
    List<Row> rows = new ArrayList<>(rows("scattered", 0, setting.seed()));
    rows.addAll(rows("by unit", UNIT_SHARE, setting.seed()));
    return new LabPage(
        name(),
        "From removed weights to saved bytes",
        "A network lost nine tenths of its weights. Is its file ten times smaller? It depends on"
            + " how zeros are stored, and on where they are.",
        List.of(bytes(rows), units(rows)),
        Map.of("rows", rows.stream().map(StorageExperiment::json).toList()));
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

  private static double[] of(List<Row> rows, String scores, ToDoubleFunction<Row> value) {
    return rows.stream().filter(r -> r.scores().equals(scores)).mapToDouble(value).toArray();
  }

  private static Finding bytes(List<Row> rows) {
    double[] sparsity = of(rows, "scattered", Row::sparsity);
    return Finding.of(
            "Bytes follow weights, with a surcharge",
            "A kept weight costs 4 bytes. In compressed rows it costs 2 more, for its column among"
                + " up to 784 inputs, so that storage pays only when more than a third of a"
                + " matrix is zero; before that the matrix is stored dense. At high sparsity the"
                + " file is therefore half as large again as the count of weights promises, and"
                + " biases, row offsets and names are extra.")
        .with(
            Figure.of(
                "storage-bytes",
                "Bytes of the stored model against its sparsity: nothing is saved up to a third,"
                    + " then the file follows the number of weights at 6 bytes each instead of 4.",
                1,
                Plot.wide("LeNet-300-100: bytes of the file", "sparsity", "kB")
                    .dashed(
                        "4 bytes a kept weight",
                        sparsity,
                        of(rows, "scattered", r -> 4e-3 * r.size().nonzeroWeights()),
                        Plot.BLACK)
                    .dots(
                        "scattered zeros",
                        sparsity,
                        of(rows, "scattered", r -> 1e-3 * r.size().fileBytes()),
                        Plot.RED)
                    .dots(
                        "zeros by unit",
                        of(rows, "by unit", Row::sparsity),
                        of(rows, "by unit", r -> 1e-3 * r.size().fileBytes()),
                        Plot.BLUE)
                    .x(0, 1)
                    .y(0, 1150)
                    .chart()))
        .beside(
            Paper.of(
                "Molchanov et al., arXiv:1701.05369, table 1",
                "Counts compression as |W| / |W ≠ 0|, weights over weights left: 68 on"
                    + " LeNet-300-100 and 280 on LeNet-5-Caffe. Bytes are not reported; ours are"
                    + " the whole file."));
  }

  private static Finding units(List<Row> rows) {
    List<List<String>> cells = new ArrayList<>();
    for (Row row : rows) {
      if (row.asked() == 0 || row.asked() == 0.5 || row.asked() >= 0.9) {
        cells.add(
            Table.row(
                row.scores(),
                String.format(Locale.ROOT, "%.1f %%", 100 * row.asked()),
                String.format(Locale.ROOT, "%.2f %%", 100 * row.sparsity()),
                Table.number(row.size().compression()) + "×",
                Table.number(row.size().fileRatio()) + "×",
                row.units()));
      }
    }
    return Finding.of(
            "A unit that dies takes its whole row and column",
            "Compaction removes a unit that reads nothing, folding its constant output into the"
                + " next bias, and a unit that nobody reads. Scattered zeros rarely empty a row of"
                + " 784 inputs. Zeros that gather in units do, and then the matrices themselves"
                + " shrink, so that the next layer loses inputs as well. More weights go than were"
                + " asked for: those of dead units.",
            "Weights and scores are random here. This is about storage, not about accuracy.")
        .with(
            new Table(
                "410 units at the start; weights and scores are random",
                List.of(
                    "zeros",
                    "asked for",
                    "weights gone",
                    "compression",
                    "file ratio",
                    "units left"),
                cells));
  }

  private static Map<String, Object> json(Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("scores", row.scores());
    json.put("asked_sparsity", row.asked());
    json.put("sparsity", row.sparsity());
    json.put("weights", row.size().weights());
    json.put("nonzero_weights", row.size().nonzeroWeights());
    json.put("compression", row.size().compression());
    json.put("file_bytes", row.size().fileBytes());
    json.put("dense_bytes", row.size().denseBytes());
    json.put("file_ratio", row.size().fileRatio());
    json.put("units", row.units());
    return json;
  }
}
