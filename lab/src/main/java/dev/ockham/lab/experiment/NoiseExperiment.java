package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.core.noise.UnitNoise;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Histogram;
import dev.ockham.lab.sample.Moments;
import dev.ockham.lab.sample.StandardNormal;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** Bernoulli against Gaussian noise of equal α: moments, and sums over more and more inputs. */
public record NoiseExperiment() implements Experiment {

  private static final int MOMENT_DRAWS = 1_000_000;
  private static final int SUMS = 20_000;
  private static final int BINS = 60;
  private static final List<Double> ALPHAS = List.of(0.25, 1.0, 3.0);
  private static final List<Integer> WIDTHS = List.of(1, 4, 16, 64, 256);
  private static final double SHOWN_ALPHA = 1;

  /** Steps of the noise key, which keep the uses of a seed apart. */
  private static final long FOR_MOMENTS = 0;

  private static final long FOR_LAYERS = 1;
  private static final long FOR_SUMS = 2;

  private record MomentsRow(String noise, UnitNoise law, Moments sampled) {}

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record SumsRow(double alpha, int width, String noise, double distance, double[] sums) {}

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public String summary() {
    return "Bernoulli against Gaussian noise: moments, and a sum over more and more inputs.";
  }

  @Override
  public LabPage run(Setting setting) {
    setting.progress().accept("moments of a million draws each");
    List<MomentsRow> moments = moments(setting.seed());
    setting.progress().accept("sums over 1 to 256 inputs");
    List<SumsRow> sums = new ArrayList<>();
    for (double alpha : ALPHAS) {
      for (int width : WIDTHS) {
        sums.add(sums(setting.seed(), UnitNoise.Bernoulli.ofAlpha(alpha), "bernoulli", width));
        if (alpha == SHOWN_ALPHA) { // standardised, the others are the same numbers
          sums.add(sums(setting.seed(), new UnitNoise.Gaussian(alpha), "gaussian", width));
        }
      }
    }
    return new LabPage(
        name(),
        "Bernoulli and Gaussian noise of equal α",
        "Dropout multiplies a unit by 0 or 1/p. Gaussian dropout multiplies it by a draw from"
            + " N(1, α). When are the two the same?",
        List.of(momentsFinding(moments), sumsFinding(sums), distanceFinding(sums)),
        result(moments, sums));
  }

  private static List<MomentsRow> moments(long seed) {
    List<MomentsRow> rows = new ArrayList<>();
    int number = 0;
    for (double alpha : ALPHAS) {
      rows.add(moments("bernoulli", UnitNoise.Bernoulli.ofAlpha(alpha), seed, number++));
      rows.add(moments("gaussian", new UnitNoise.Gaussian(alpha), seed, number++));
    }
    return rows;
  }

  private static MomentsRow moments(String name, UnitNoise noise, long seed, int number) {
    NoiseKey key = NoiseKey.of(seed, FOR_MOMENTS, number);
    double[] draws = new double[MOMENT_DRAWS];
    for (int i = 0; i < draws.length; i++) {
      draws[i] = noise.sample(key, i, 0);
    }
    return new MomentsRow(name, noise, Moments.of(draws));
  }

  /**
   * Standardised pre-activations (Σ aθr − Σ aθ)/√(α Σ a²θ²) of one unit with fixed inputs a and
   * weights θ and noise r on the inputs.
   */
  private static SumsRow sums(long seed, UnitNoise noise, String name, int width) {
    double[] contributions = contributions(seed, width);
    double squares = 0;
    for (double c : contributions) {
      squares += c * c;
    }
    double deviation = Math.sqrt(noise.alpha() * squares);
    NoiseKey key = NoiseKey.of(seed, FOR_SUMS, width);
    double[] sums = new double[SUMS];
    for (int m = 0; m < SUMS; m++) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += contributions[i] * (noise.sample(key, m, i) - noise.mean());
      }
      sums[m] = sum / deviation;
    }
    return new SumsRow(noise.alpha(), width, name, StandardNormal.kolmogorovDistance(sums), sums);
  }

  /** aθ of each input: a is the size of a normal draw, as after a ReLU; θ is a normal draw. */
  private static double[] contributions(long seed, int width) {
    NoiseKey key = NoiseKey.of(seed, FOR_LAYERS, width);
    double[] products = new double[width];
    for (int i = 0; i < width; i++) {
      products[i] = Math.abs(CounterDraws.normal(key, 0, i)) * CounterDraws.normal(key, 1, i);
    }
    return products;
  }

  private static Finding momentsFinding(List<MomentsRow> rows) {
    List<List<String>> cells = new ArrayList<>();
    for (MomentsRow row : rows) {
      Moments m = row.sampled();
      cells.add(
          Table.row(
              row.noise(),
              row.law().alpha(),
              row.law().dropRate(),
              String.format(Locale.ROOT, "%.5f ± %.5f", m.mean(), m.meanError()),
              String.format(Locale.ROOT, "%.5f ± %.5f", m.variance(), m.varianceError()),
              String.format(Locale.ROOT, "%.3f", m.excessKurtosis())));
    }
    return Finding.of(
            "The first two moments agree",
            "Binary noise of retain probability p has mean 1 and variance (1 − p)/p. Calling that"
                + " variance α, the Gaussian of the same mean and variance is N(1, α). Samples"
                + " agree with both within a few standard errors.",
            "Beyond the second moment they differ: the excess kurtosis of a Gaussian is 0, that of"
                + " binary noise with p = ½ is −2.")
        .with(
            new Table(
                "A million draws of each noise; ± is one standard error",
                List.of("noise", "α", "drop rate", "mean (1)", "variance (α)", "kurtosis"),
                cells))
        .beside(
            Paper.of(
                "Srivastava et al., JMLR 15, 2014, section 10",
                "Proposes noise N(1, σ²) on units in place of Bernoulli noise, with σ² = (1 − p)/p"
                    + " so that mean and variance agree, and finds that it does about as well,"
                    + " perhaps slightly better."));
  }

  private static Finding sumsFinding(List<SumsRow> rows) {
    List<XYChart> panels = new ArrayList<>();
    for (SumsRow row : rows) {
      if (isShown(row) && row.noise().equals("bernoulli")) {
        panels.add(panel(row, Plot.BLUE, row.width() == 1 ? 4 : row.width() == 4 ? 1 : 0.55));
      }
    }
    rows.stream()
        .filter(row -> row.noise().equals("gaussian"))
        .findFirst()
        .ifPresent(row -> panels.add(panel(row, Plot.GREEN, 0.55)));
    return Finding.of(
            "A sum over many inputs does not tell them apart",
            "A unit of the next layer adds up its noisy inputs, b = Σ aθr. Inputs a and weights θ"
                + " are fixed and the noise r is drawn 20,000 times. With one input binary noise"
                + " gives two spikes. With more inputs the sum approaches the normal distribution"
                + " of mean γ = Σ aθ and variance δ = α Σ a²θ², as the central limit theorem says."
                + " Under Gaussian noise it is that distribution for any number of inputs.")
        .with(
            Figure.of(
                "noise-sums",
                "Histograms of a standardised pre-activation under binary noise (α = 1) as its"
                    + " number of inputs grows, against the normal density; the last panel has"
                    + " Gaussian noise.",
                3,
                panels.toArray(XYChart[]::new)))
        .beside(
            Paper.of(
                "Wang and Manning, Fast dropout training, ICML 2013",
                "Replaces the sum over dropped-out inputs by a Gaussian of the same mean and"
                    + " variance and samples, or integrates, that one number for each unit. It"
                    + " argues by the central limit theorem."));
  }

  /** α of binary noise is computed from p, so it may differ in the last bit. */
  private static boolean isShown(SumsRow row) {
    return Math.abs(row.alpha() - SHOWN_ALPHA) < 1e-9;
  }

  private static XYChart panel(SumsRow row, Color color, double top) {
    double[] xs = Grid.linear(-4, 4, 161);
    Histogram bars = Histogram.of(row.sums(), -4, 4, BINS);
    String inputs = row.width() == 1 ? " input" : " inputs";
    return Plot.panel(row.noise() + ", " + row.width() + inputs, "(b − γ)/√δ", "density")
        .bars("sampled", bars, color)
        .line("normal", xs, Grid.map(xs, StandardNormal::density), Plot.BLACK)
        .x(-4, 4)
        .y(0, top)
        .chart();
  }

  private static Finding distanceFinding(List<SumsRow> rows) {
    Plot plot =
        Plot.wide("Distance from the normal distribution", "inputs", "Kolmogorov's distance")
            .logX()
            .logY();
    List<Color> colors = List.of(Plot.BLUE, Plot.RED, Plot.GREEN);
    double[] widths = WIDTHS.stream().mapToDouble(w -> w).toArray();
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < ALPHAS.size(); i++) {
      double[] distances = distances(rows, ALPHAS.get(i), "bernoulli");
      plot = plot.dots("binary, α = " + ALPHAS.get(i), widths, distances, colors.get(i));
      List<String> row = new ArrayList<>(List.of("bernoulli, α = " + ALPHAS.get(i)));
      for (double d : distances) {
        row.add(Table.number(d));
      }
      cells.add(row);
    }
    double[] gaussian = distances(rows, SHOWN_ALPHA, "gaussian");
    double[] floor = Grid.map(widths, _ -> 0.87 / Math.sqrt(SUMS));
    List<String> row = new ArrayList<>(List.of("gaussian, α = 1"));
    for (double d : gaussian) {
      row.add(Table.number(d));
    }
    cells.add(row);
    List<String> columns = new ArrayList<>(List.of("noise"));
    WIDTHS.forEach(w -> columns.add(w + (w == 1 ? " input" : " inputs")));
    return Finding.of(
            "How fast, and what it depends on",
            "Kolmogorov's distance is the largest difference between two distribution functions. It"
                + " falls with the number of inputs until it reaches what 20,000 draws of a truly"
                + " normal variable show by chance. α = 1, which is p = ½, is the quickest: its two"
                + " values lie evenly about the mean. Any other p is lopsided and needs more"
                + " inputs.")
        .with(
            Figure.of(
                "noise-distance",
                "The distance of the sampled sums from the normal distribution falls with the"
                    + " number of inputs; the dashed line is what chance gives.",
                1,
                plot.dots("Gaussian", widths, gaussian, Plot.GREY)
                    .dashed("chance", widths, floor, Plot.BLACK)
                    .chart()))
        .with(new Table("Kolmogorov's distance, 0 to 1", columns, cells));
  }

  private static double[] distances(List<SumsRow> rows, double alpha, String noise) {
    return rows.stream()
        .filter(row -> Math.abs(row.alpha() - alpha) < 1e-9 && row.noise().equals(noise))
        .mapToDouble(SumsRow::distance)
        .toArray();
  }

  private static Map<String, Object> result(List<MomentsRow> moments, List<SumsRow> sums) {
    List<Map<String, Object>> momentRows = new ArrayList<>();
    for (MomentsRow row : moments) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("noise", row.noise());
      json.put("alpha", row.law().alpha());
      json.put("drop_rate", row.law().dropRate());
      json.put("draws", row.sampled().count());
      json.put("mean", row.sampled().mean());
      json.put("mean_error", row.sampled().meanError());
      json.put("exact_mean", row.law().mean());
      json.put("variance", row.sampled().variance());
      json.put("variance_error", row.sampled().varianceError());
      json.put("exact_variance", row.law().variance());
      json.put("excess_kurtosis", row.sampled().excessKurtosis());
      momentRows.add(json);
    }
    List<Map<String, Object>> sumRows = new ArrayList<>();
    for (SumsRow row : sums) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("noise", row.noise());
      json.put("alpha", row.alpha());
      json.put("inputs", row.width());
      json.put("draws", row.sums().length);
      json.put("kolmogorov_distance", row.distance());
      sumRows.add(json);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("moments", momentRows);
    result.put("sums", sumRows);
    return result;
  }
}
