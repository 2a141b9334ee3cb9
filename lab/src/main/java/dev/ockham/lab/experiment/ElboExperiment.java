package dev.ockham.lab.experiment;

import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** KL[q ‖ posterior] + ELBO = log evidence, and the bound tightening while q is fitted. */
public record ElboExperiment() implements Experiment {

  private static final int EXAMPLES = 30;
  private static final int BATCH = 10;
  private static final int STEPS = 3000;
  private static final int SHOWN_STEPS = 600;
  private static final int[] SHOWN = {80, 130, 200, STEPS};

  @Override
  public String name() {
    return "elbo";
  }

  @Override
  public String summary() {
    return "KL[q, posterior] + ELBO = log evidence, exactly, while q is fitted.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return page(measure(setting));
  }

  /** One regression with the path of its q. */
  record Case(LinearRegression data, List<FactorizedGaussian> path, double logEvidence) {
    Case {
      path = List.copyOf(path);
    }

    FactorizedGaussian last() {
      return path.getLast();
    }

    double bestElbo() {
      return data.elbo(data.bestFactorized());
    }

    /** The largest departure from KL + ELBO = log evidence along the path. */
    double identityError() {
      return path.stream()
          .mapToDouble(q -> Math.abs(data.klToPosterior(q) + data.elbo(q) - logEvidence))
          .max()
          .orElseThrow();
    }

    List<String> cells() {
      return Table.row(
          data.weights(),
          logEvidence,
          data.elbo(path.getFirst()),
          data.elbo(last()),
          data.klToPosterior(last()),
          bestElbo(),
          String.format(Locale.ROOT, "%.0e", identityError()));
    }

    Map<String, Object> json() {
      List<Map<String, Object>> fit = new ArrayList<>();
      for (int step = 0; step < path.size(); step += STEPS / 100) {
        FactorizedGaussian q = path.get(step);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("step", step);
        row.put("expected_log_likelihood", data.expectedLogLikelihood(q));
        row.put("kl_to_prior", data.klToPrior(q));
        row.put("elbo", data.elbo(q));
        row.put("kl_to_posterior", data.klToPosterior(q));
        fit.add(row);
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("weights", data.weights());
      json.put("examples", EXAMPLES);
      json.put("log_evidence", logEvidence);
      json.put("best_elbo", bestElbo());
      json.put("identity_error", identityError());
      json.put("fit", fit);
      return json;
    }
  }

  /**
   * What was measured.
   *
   * @param one a regression with one weight
   * @param two one with two, whose inputs correlate
   */
  record Measured(Case one, Case two) {

    Map<String, Object> json() {
      return Map.of("rows", List.of(one.json(), two.json()));
    }
  }

  static Measured measure(Setting setting) {
    return new Measured(fit(1, setting.seed()), fit(2, setting.seed()));
  }

  private static Case fit(int weights, long seed) {
    LinearRegression data = LinearRegression.of(seed, EXAMPLES, weights);
    return new Case(data, SgvbFit.run(data, BATCH, STEPS, seed), data.logEvidence());
  }

  private LabPage page(Measured measured) throws IOException {
    Case two = measured.two();
    return PageText.of(ElboExperiment.class, name())
        .put("steps", STEPS)
        .put("batch", BATCH)
        .put("examples", EXAMPLES)
        .put("price", Table.number(two.logEvidence() - two.bestElbo()))
        .chart("elbo-fit", tightening(two))
        .chart("elbo-shapes", shapes(two))
        .rows("identity", List.of(measured.one().cells(), two.cells()))
        .page(name(), measured.json());
  }

  private static XYChart tightening(Case c) {
    double[] steps = Grid.linear(0, SHOWN_STEPS, SHOWN_STEPS / 2 + 1);
    double[] elbo = Grid.map(steps, step -> c.data().elbo(c.path().get((int) step)));
    double best = c.bestElbo();
    return Plot.wide("Two weights: the bound and the evidence", "step", "nats")
        .line("ELBO of q", steps, elbo, Plot.BLUE)
        .line("log evidence", steps, Grid.map(steps, _ -> c.logEvidence()), Plot.BLACK)
        .dashed("best with independent weights", steps, Grid.map(steps, _ -> best), Plot.RED)
        .x(0, SHOWN_STEPS)
        .y(c.logEvidence() - 12, c.logEvidence() + 1)
        .chart();
  }

  private static XYChart shapes(Case c) {
    Plot plot = Plot.wide("Posterior and q, ellipses of two standard deviations", "w₁", "w₂");
    plot = ellipse(plot, "posterior", c.data().posteriorMean(), c.data().precision(), Plot.BLACK);
    List<Color> colors = List.of(Plot.GREY, Plot.YELLOW, Plot.PINK, Plot.BLUE);
    for (int i = 0; i < SHOWN.length; i++) {
      FactorizedGaussian q = c.path().get(SHOWN[i]);
      double[][] precision = {
        {Math.exp(-q.logVariance()[0]), 0}, {0, Math.exp(-q.logVariance()[1])}
      };
      plot = ellipse(plot, "q, step " + SHOWN[i], q.mean(), precision, colors.get(i));
    }
    return plot.x(-0.4, 1.8).y(-1.5, 0.5).chart();
  }

  /** The curve (w − m)ᵀP(w − m) = 4. */
  private static Plot ellipse(
      Plot plot, String name, double[] mean, double[][] precision, Color color) {
    int points = 181;
    double[] xs = new double[points];
    double[] ys = new double[points];
    for (int i = 0; i < points; i++) {
      double cos = Math.cos(2 * Math.PI * i / (points - 1));
      double sin = Math.sin(2 * Math.PI * i / (points - 1));
      double form =
          precision[0][0] * cos * cos
              + 2 * precision[0][1] * cos * sin
              + precision[1][1] * sin * sin;
      xs[i] = mean[0] + 2 * cos / Math.sqrt(form);
      ys[i] = mean[1] + 2 * sin / Math.sqrt(form);
    }
    return plot.line(name, xs, ys, color);
  }
}
