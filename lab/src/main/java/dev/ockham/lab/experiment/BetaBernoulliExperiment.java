package dev.ockham.lab.experiment;

import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Histogram;
import dev.ockham.lab.sample.Moments;
import java.awt.Color;
import java.io.IOException;
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
  static final double PRIOR = 1e-4;
  private static final List<Double> AS = List.of(0.05, 0.3, 1.0, 4.0);
  private static final List<Double> BS = List.of(1.0, 3.0);
  private static final List<Double> TEMPERATURES = List.of(1.0, 0.5, 0.1);
  private static final List<Double> CHANCES = List.of(0.1, 0.5, 0.9);
  private static final double SHOWN_CHANCE = 0.5;
  private static final List<Color> COLOURS = List.of(Plot.BLUE, Plot.RED, Plot.GREEN, Plot.PINK);

  /** Steps of the noise key, which keep the uses of a seed apart. */
  private static final long FOR_CHANCES = 0;

  private static final long FOR_GATES = 1;

  @Override
  public String name() {
    return "beta-bernoulli";
  }

  @Override
  public String summary() {
    return "The gate of Beta-Bernoulli dropout: its chance to be open, its draws and its KL.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return page(measure(setting));
  }

  /**
   * The chance to keep a unit, π ~ Kumaraswamy(a, b).
   *
   * @param mean of π by formula
   * @param sampled mean of draws of π
   */
  record Chance(double a, double b, double mean, double sampled, double klNats) {

    static Chance of(long seed, double a, double b, int number) {
      NoiseKey key = NoiseKey.of(seed, FOR_CHANCES, number);
      double[] draws = new double[DRAWS];
      for (int i = 0; i < DRAWS; i++) {
        double u = CounterDraws.uniform(key, i, 0);
        draws[i] = Math.pow(1 - Math.pow(u, 1 / b), 1 / a);
      }
      Price price = Price.of(a, b);
      return new Chance(a, b, price.mean(), Moments.of(draws).mean(), price.nats());
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("a", a);
      json.put("b", b);
      json.put("mean", mean);
      json.put("sampled_mean", sampled);
      json.put("kl_nats", klNats);
      return json;
    }
  }

  /**
   * Draws of the relaxed coin.
   *
   * @param atTheEnds share of the draws within 0.01 of 0 or 1
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Gate(double temperature, double chance, double mean, double atTheEnds, double[] draws) {

    static Gate of(long seed, double temperature, double chance, int number) {
      NoiseKey key = NoiseKey.of(seed, FOR_GATES, number);
      double[] z = new double[DRAWS];
      int atAnEnd = 0;
      for (int i = 0; i < DRAWS; i++) {
        double u = CounterDraws.uniform(key, i, 0);
        double logit = Math.log(chance / (1 - chance)) + Math.log(u / (1 - u));
        z[i] = 1 / (1 + Math.exp(-logit / temperature));
        atAnEnd += z[i] < 0.01 || z[i] > 0.99 ? 1 : 0;
      }
      return new Gate(temperature, chance, Moments.of(z).mean(), (double) atAnEnd / DRAWS, z);
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("temperature", temperature);
      json.put("chance", chance);
      json.put("mean", mean);
      json.put("at_the_ends", atTheEnds);
      return json;
    }
  }

  /** What it costs in nats to keep a unit with some chance in the mean. */
  record Price(double a, double mean, double nats) {

    static Price of(double a, double b) {
      BetaBernoulliGate gate = new BetaBernoulliGate(PRIOR);
      // Parameters are what softplus makes a and b of.
      var unit = new GateBelief.Parameters(Math.log(Math.expm1(a)), Math.log(Math.expm1(b)));
      return new Price(a, gate.factor(unit), gate.kl(unit).value());
    }
  }

  /**
   * What was measured.
   *
   * @param prices at b = 1, by rising a
   */
  record Measured(List<Chance> chances, List<Gate> gates, List<Price> prices) {
    Measured {
      chances = List.copyOf(chances);
      gates = List.copyOf(gates);
      prices = List.copyOf(prices);
    }

    List<Gate> coldest() {
      double coldest = TEMPERATURES.getLast();
      return gates.stream().filter(gate -> gate.temperature() == coldest).toList();
    }

    Map<String, Object> json() {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("prior", PRIOR);
      result.put("chances", chances.stream().map(Chance::json).toList());
      result.put("gates", gates.stream().map(Gate::json).toList());
      return result;
    }
  }

  static Measured measure(Setting setting) {
    List<Chance> chances = new ArrayList<>();
    for (double b : BS) {
      for (double a : AS) {
        chances.add(Chance.of(setting.seed(), a, b, chances.size()));
      }
    }
    List<Gate> gates = new ArrayList<>();
    for (double temperature : TEMPERATURES) {
      for (double chance : CHANCES) {
        gates.add(Gate.of(setting.seed(), temperature, chance, gates.size()));
      }
    }
    double[] powers = Grid.linear(-5, 2, POINTS);
    return new Measured(
        chances,
        gates,
        Arrays.stream(powers).mapToObj(power -> Price.of(Math.pow(10, power), 1)).toList());
  }

  private LabPage page(Measured measured) throws IOException {
    List<Gate> coldest = measured.coldest();
    return PageText.of(BetaBernoulliExperiment.class, name())
        .put("draws", DRAWS)
        .put("prior", PRIOR)
        .put("coldest", coldest.getFirst().temperature())
        .put("ends", 100 * coldest.stream().mapToDouble(Gate::atTheEnds).min().orElseThrow())
        .put(
            "off",
            coldest.stream()
                .mapToDouble(gate -> Math.abs(gate.mean() - gate.chance()))
                .max()
                .orElseThrow())
        .put("shown", SHOWN_CHANCE)
        .charts("chances", 1, BS.stream().map(BetaBernoulliExperiment::densities).toList())
        .charts(
            "gates",
            3,
            measured.gates().stream()
                .filter(gate -> gate.chance() == SHOWN_CHANCE)
                .map(BetaBernoulliExperiment::draws)
                .toList())
        .chart("kl", prices(measured.prices()))
        .rows(
            "chances",
            measured.chances(),
            c -> Table.row(c.a(), c.b(), c.mean(), c.sampled(), c.klNats()))
        .rows(
            "gates",
            measured.gates(),
            g -> Table.row(g.temperature(), g.chance(), g.mean(), g.atTheEnds()))
        .page(name(), measured.json());
  }

  private static XYChart densities(double b) {
    double[] pi = Grid.linear(0.005, 0.995, POINTS);
    Plot plot = Plot.wide("b = " + Table.number(b), "π, the chance to keep the unit", "density");
    for (int i = 0; i < AS.size(); i++) {
      double a = AS.get(i);
      double[] density =
          Grid.map(pi, p -> a * b * Math.pow(p, a - 1) * Math.pow(1 - Math.pow(p, a), b - 1));
      plot = plot.line("a = " + a, pi, density, COLOURS.get(i));
    }
    return plot.y(0, 4).chart();
  }

  private static XYChart draws(Gate gate) {
    return Plot.panel("temperature " + gate.temperature(), "z", "density")
        .bars("z", Histogram.of(gate.draws(), 0, 1, BINS), Plot.BLUE)
        .chart();
  }

  private static XYChart prices(List<Price> prices) {
    double[] means = Grid.of(prices, Price::mean);
    double[] nats = Grid.of(prices, Price::nats);
    return Plot.wide("The price of a unit", "E π", "KL, nats")
        .line("KL", means, nats, Plot.BLUE)
        .dashed("threshold", new double[] {1e-3, 1e-3}, new double[] {0, 14}, Plot.GREY)
        .logX()
        .chart();
  }
}
