package dev.ockham.lab.experiment;

import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
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
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/**
 * The gate of Beta-Bernoulli dropout: what may be believed of the chance to keep a unit, how a
 * Bernoulli draw is made smooth, and what the prior takes to let a unit go.
 */
public record BetaBernoulliExperiment() implements Experiment {

  private static final int DRAWS = 200_000;
  private static final int BINS = 50;
  private static final int POINTS = 200;
  private static final double PRIOR = 1e-4;
  private static final List<Double> AS = List.of(0.05, 0.3, 1.0, 4.0);
  private static final List<Double> BS = List.of(1.0, 3.0);
  private static final List<Double> TEMPERATURES = List.of(1.0, 0.5, 0.1);
  private static final List<Double> CHANCES = List.of(0.1, 0.5, 0.9);
  private static final List<Color> COLOURS =
      List.of(Plot.BLUE, Plot.RED, Plot.GREEN, Plot.PINK, Plot.YELLOW);

  /** Steps of the noise key, which keep the uses of a seed apart. */
  private static final long FOR_CHANCES = 0;

  private static final long FOR_GATES = 1;

  private record ChanceRow(double a, double b, double mean, double sampled, double klNats) {}

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record GateRow(double temperature, double chance, double mean, double ends, double[] z) {}

  @Override
  public String name() {
    return "beta-bernoulli";
  }

  @Override
  public String summary() {
    return "The gate of Beta-Bernoulli dropout: its chance to be open, its draws and its KL.";
  }

  @Override
  public LabPage run(Setting setting) {
    List<ChanceRow> chances = new ArrayList<>();
    for (double b : BS) {
      for (double a : AS) {
        chances.add(chance(setting.seed(), a, b, chances.size()));
      }
    }
    List<GateRow> gates = new ArrayList<>();
    for (double temperature : TEMPERATURES) {
      for (double chance : CHANCES) {
        gates.add(gate(setting.seed(), temperature, chance, gates.size()));
      }
    }
    return new LabPage(
        name(),
        "A gate that learns how often to be open",
        "Dropout keeps every unit with the same chance. Let each unit have a chance of its own, and"
            + " a prior that would rather have it at 0. What does such a gate look like?",
        List.of(chanceFinding(chances), gateFinding(gates), klFinding()),
        result(chances, gates));
  }

  /** π = (1 − u^(1/b))^(1/a) is Kumaraswamy(a, b). */
  private static double kumaraswamy(double u, double a, double b) {
    return Math.pow(1 - Math.pow(u, 1 / b), 1 / a);
  }

  private static ChanceRow chance(long seed, double a, double b, int number) {
    NoiseKey key = NoiseKey.of(seed, FOR_CHANCES, number);
    double[] draws = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      draws[i] = kumaraswamy(CounterDraws.uniform(key, i, 0), a, b);
    }
    BetaBernoulliGate gate = new BetaBernoulliGate(PRIOR);
    GateBelief.Parameters unit = new GateBelief.Parameters(inverse(a), inverse(b));
    return new ChanceRow(a, b, gate.factor(unit), Moments.of(draws).mean(), gate.kl(unit).value());
  }

  /** The number whose softplus this is. */
  private static double inverse(double softplus) {
    return Math.log(Math.expm1(softplus));
  }

  private static GateRow gate(long seed, double temperature, double chance, int number) {
    NoiseKey key = NoiseKey.of(seed, FOR_GATES, number);
    double[] z = new double[DRAWS];
    int atAnEnd = 0;
    for (int i = 0; i < DRAWS; i++) {
      double u = CounterDraws.uniform(key, i, 0);
      double logit = Math.log(chance / (1 - chance)) + Math.log(u / (1 - u));
      z[i] = 1 / (1 + Math.exp(-logit / temperature));
      atAnEnd += z[i] < 0.01 || z[i] > 0.99 ? 1 : 0;
    }
    return new GateRow(temperature, chance, Moments.of(z).mean(), (double) atAnEnd / DRAWS, z);
  }

  private static Finding chanceFinding(List<ChanceRow> rows) {
    double[] pi = Grid.linear(0.005, 0.995, POINTS);
    List<XYChart> panels = new ArrayList<>();
    for (double b : BS) {
      Plot plot = Plot.wide("b = " + Table.number(b), "π, the chance to keep the unit", "density");
      for (int i = 0; i < AS.size(); i++) {
        double a = AS.get(i);
        plot.line(
            "a = " + a,
            pi,
            Grid.map(pi, p -> a * b * Math.pow(p, a - 1) * Math.pow(1 - Math.pow(p, a), b - 1)),
            COLOURS.get(i));
      }
      panels.add(plot.y(0, 4).chart());
    }
    List<List<String>> cells = new ArrayList<>();
    rows.forEach(r -> cells.add(Table.row(r.a, r.b, r.mean, r.sampled, r.klNats)));
    return Finding.of(
            "A distribution over the chance itself",
            "The posterior of π is Kumaraswamy(a, b): nearly a Beta distribution, with one"
                + " difference that matters: a draw is a formula, (1 − u^(1/b))^(1/a) with u"
                + " uniform, so that gradients flow to a and b.",
            "Small a puts the chance at 0. The mean Eπ = b·B(1 + 1/a, b) is what multiplies the"
                + " unit at test time.")
        .with(
            Figure.of(
                "chances",
                "Densities of the chance to keep a unit: with a below 1 most of it is near 0.",
                1,
                panels.toArray(XYChart[]::new)))
        .with(
            new Table(
                "Mean of π by formula and of " + DRAWS + " draws; KL in nats with α₀ = 0.0001",
                List.of("a", "b", "E π", "sampled", "KL"),
                cells))
        .beside(
            Paper.of(
                "arXiv:1805.10896, section 3.2",
                "The finite Indian buffet process, π ~ Beta(α/K, 1), as prior on the gates of a"
                    + " layer, and a Kumaraswamy posterior."));
  }

  private static Finding gateFinding(List<GateRow> rows) {
    List<XYChart> panels = new ArrayList<>();
    for (GateRow row : rows) {
      if (row.chance == 0.5) {
        Histogram bars = Histogram.of(row.z, 0, 1, BINS);
        panels.add(
            Plot.panel("temperature " + row.temperature, "z", "density")
                .bars("z", bars, Plot.BLUE)
                .chart());
      }
    }
    List<List<String>> cells = new ArrayList<>();
    rows.forEach(r -> cells.add(Table.row(r.temperature, r.chance, r.mean, r.ends)));
    return Finding.of(
            "A coin whose toss has a gradient",
            "z = σ((logit π + logit v)/τ) with v uniform is above one half just as often as a coin"
                + " of chance π. At temperature τ = 0.1 most draws are close to 0 or 1, and"
                + " the mean is within a few hundredths of π.")
        .with(
            Figure.of(
                "gates",
                "Draws of the relaxed coin at π = 0.5: the colder, the more they are 0 or 1.",
                3,
                panels.toArray(XYChart[]::new)))
        .with(
            new Table(
                "Mean of z, and the share of draws within 0.01 of 0 or 1",
                List.of("temperature", "π", "mean of z", "at the ends"),
                cells));
  }

  private static Finding klFinding() {
    BetaBernoulliGate gate = new BetaBernoulliGate(PRIOR);
    double[] a = Arrays.stream(Grid.linear(-5, 2, POINTS)).map(x -> Math.pow(10, x)).toArray();
    double[] mean = new double[POINTS];
    double[] nats = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      GateBelief.Parameters unit = new GateBelief.Parameters(inverse(a[i]), inverse(1));
      mean[i] = gate.factor(unit);
      nats[i] = gate.kl(unit).value();
    }
    return Finding.of(
            "What the prior asks for a unit",
            "With b = 1 the KL is log(a/α₀) + α₀/a − 1: about one nat for each factor of e by which"
                + " the unit is kept more often than the prior would. It is least at a = α₀. The"
                + " pull is the same at every scale, so a unit that the data do not defend drifts"
                + " down past the threshold 10⁻³, where it is removed.")
        .with(
            Figure.of(
                "kl",
                "KL of one gate against its mean chance to be open; the dashed line is 10⁻³.",
                1,
                Plot.wide("The price of a unit", "E π", "KL, nats")
                    .line("KL", mean, nats, Plot.BLUE)
                    .dashed("threshold", new double[] {1e-3, 1e-3}, new double[] {0, 14}, Plot.GREY)
                    .logX()
                    .chart()));
  }

  private static Map<String, Object> result(List<ChanceRow> chances, List<GateRow> gates) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("prior", PRIOR);
    List<Map<String, Object>> first = new ArrayList<>();
    for (ChanceRow row : chances) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("a", row.a);
      one.put("b", row.b);
      one.put("mean", row.mean);
      one.put("sampled_mean", row.sampled);
      one.put("kl_nats", row.klNats);
      first.add(one);
    }
    result.put("chances", first);
    List<Map<String, Object>> second = new ArrayList<>();
    for (GateRow row : gates) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("temperature", row.temperature);
      one.put("chance", row.chance);
      one.put("mean", row.mean);
      one.put("at_the_ends", row.ends);
      second.add(one);
    }
    result.put("gates", second);
    return result;
  }
}
