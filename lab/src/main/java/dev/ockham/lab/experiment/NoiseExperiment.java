package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.core.noise.UnitNoise;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Histogram;
import dev.ockham.lab.sample.Moments;
import dev.ockham.lab.sample.StandardNormal;
import java.awt.Color;
import java.io.IOException;
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

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public String summary() {
    return "Bernoulli against Gaussian noise: moments, and a sum over more and more inputs.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return page(measure(setting));
  }

  /**
   * Moments of draws.
   *
   * @param noise {@code bernoulli} or {@code gaussian}
   */
  record Drawn(String noise, UnitNoise law, Moments sampled) {

    List<String> cells() {
      return Table.row(
          noise,
          law.alpha(),
          law.dropRate(),
          sampled.meanText(5),
          sampled.varianceText(5),
          String.format(Locale.ROOT, "%.3f", sampled.excessKurtosis()));
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("noise", noise);
      json.put("alpha", law.alpha());
      json.put("drop_rate", law.dropRate());
      json.put("draws", sampled.count());
      json.putAll(sampled.json(law.mean(), law.variance()));
      json.put("excess_kurtosis", sampled.excessKurtosis());
      return json;
    }
  }

  /**
   * Standardised pre-activations of a unit.
   *
   * @param noise as in {@link Drawn}
   * @param width how many inputs it has
   * @param distance Kolmogorov's, from the normal distribution
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Sums(double alpha, int width, String noise, double distance, double[] sums) {

    /** α of binary noise is computed from p, so it may differ in the last bit. */
    boolean is(double wanted, String kind) {
      return Math.abs(alpha - wanted) < 1e-9 && noise.equals(kind);
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("noise", noise);
      json.put("alpha", alpha);
      json.put("inputs", width);
      json.put("draws", sums.length);
      json.put("kolmogorov_distance", distance);
      return json;
    }
  }

  /**
   * What was measured.
   *
   * @param moments by α and noise
   * @param sums by α, number of inputs and noise
   */
  record Measured(List<Drawn> moments, List<Sums> sums) {
    Measured {
      moments = List.copyOf(moments);
      sums = List.copyOf(sums);
    }

    /** Those of one noise, by rising number of inputs. */
    List<Sums> sums(double alpha, String noise) {
      return sums.stream().filter(each -> each.is(alpha, noise)).toList();
    }

    double[] distances(double alpha, String noise) {
      return Grid.of(sums(alpha, noise), Sums::distance);
    }

    Map<String, Object> json() {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("moments", moments.stream().map(Drawn::json).toList());
      result.put("sums", sums.stream().map(Sums::json).toList());
      return result;
    }
  }

  static Measured measure(Setting setting) {
    setting.progress().accept("moments of a million draws each");
    List<Drawn> moments = moments(setting.seed());
    setting.progress().accept("sums over 1 to 256 inputs");
    List<Sums> sums = new ArrayList<>();
    for (double alpha : ALPHAS) {
      for (int width : WIDTHS) {
        sums.add(sums(setting.seed(), UnitNoise.Bernoulli.ofAlpha(alpha), "bernoulli", width));
        if (alpha == SHOWN_ALPHA) { // standardised, the others are the same numbers
          sums.add(sums(setting.seed(), new UnitNoise.Gaussian(alpha), "gaussian", width));
        }
      }
    }
    return new Measured(moments, sums);
  }

  private static List<Drawn> moments(long seed) {
    List<Drawn> rows = new ArrayList<>();
    int number = 0;
    for (double alpha : ALPHAS) {
      rows.add(moments("bernoulli", UnitNoise.Bernoulli.ofAlpha(alpha), seed, number++));
      rows.add(moments("gaussian", new UnitNoise.Gaussian(alpha), seed, number++));
    }
    return rows;
  }

  private static Drawn moments(String name, UnitNoise noise, long seed, int number) {
    NoiseKey key = NoiseKey.of(seed, FOR_MOMENTS, number);
    double[] draws = new double[MOMENT_DRAWS];
    for (int i = 0; i < draws.length; i++) {
      draws[i] = noise.sample(key, i, 0);
    }
    return new Drawn(name, noise, Moments.of(draws));
  }

  /**
   * Standardised pre-activations (Σ aθr − Σ aθ)/√(α Σ a²θ²) of one unit with fixed inputs a and
   * weights θ and noise r on the inputs.
   */
  private static Sums sums(long seed, UnitNoise noise, String name, int width) {
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
    return new Sums(noise.alpha(), width, name, StandardNormal.kolmogorovDistance(sums), sums);
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

  private LabPage page(Measured measured) throws IOException {
    List<XYChart> panels = new ArrayList<>();
    for (Sums each : measured.sums(SHOWN_ALPHA, "bernoulli")) {
      panels.add(panel(each, Plot.BLUE, each.width() == 1 ? 4 : each.width() == 4 ? 1 : 0.55));
    }
    panels.add(panel(measured.sums(SHOWN_ALPHA, "gaussian").getFirst(), Plot.GREEN, 0.55));
    List<String> columns = new ArrayList<>(List.of("noise"));
    WIDTHS.forEach(width -> columns.add(inputs(width)));
    List<List<String>> distances = new ArrayList<>();
    for (double alpha : ALPHAS) {
      distances.add(cells("bernoulli, α = " + alpha, measured.distances(alpha, "bernoulli")));
    }
    distances.add(cells("gaussian, α = 1", measured.distances(SHOWN_ALPHA, "gaussian")));
    return PageText.of(NoiseExperiment.class, name())
        .put("draws", MOMENT_DRAWS)
        .put("sums", SUMS)
        .put("shown", SHOWN_ALPHA)
        .charts("noise-sums", 3, panels)
        .chart("noise-distance", byWidth(measured))
        .rows("moments", measured.moments(), Drawn::cells)
        .rows("distance", columns, distances)
        .page(name(), measured.json());
  }

  private static String inputs(int width) {
    return width + (width == 1 ? " input" : " inputs");
  }

  private static List<String> cells(String name, double[] distances) {
    List<String> row = new ArrayList<>(List.of(name));
    for (double distance : distances) {
      row.add(Table.number(distance));
    }
    return row;
  }

  private static XYChart panel(Sums each, Color color, double top) {
    double[] xs = Grid.linear(-4, 4, 161);
    return Plot.panel(each.noise() + ", " + inputs(each.width()), "(b − γ)/√δ", "density")
        .bars("sampled", Histogram.of(each.sums(), -4, 4, BINS), color)
        .line("normal", xs, Grid.map(xs, StandardNormal::density), Plot.BLACK)
        .x(-4, 4)
        .y(0, top)
        .chart();
  }

  private static XYChart byWidth(Measured measured) {
    Plot plot =
        Plot.wide("Distance from the normal distribution", "inputs", "Kolmogorov's distance")
            .logX()
            .logY();
    List<Color> colors = List.of(Plot.BLUE, Plot.RED, Plot.GREEN);
    double[] widths = Grid.of(WIDTHS, width -> width);
    for (int i = 0; i < ALPHAS.size(); i++) {
      double alpha = ALPHAS.get(i);
      double[] distances = measured.distances(alpha, "bernoulli");
      plot = plot.dots("binary, α = " + alpha, widths, distances, colors.get(i));
    }
    return plot.dots("Gaussian", widths, measured.distances(SHOWN_ALPHA, "gaussian"), Plot.GREY)
        .dashed("chance", widths, Grid.map(widths, _ -> 0.87 / Math.sqrt(SUMS)), Plot.BLACK)
        .chart();
  }
}
