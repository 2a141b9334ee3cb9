package dev.ockham.lab.experiment;

import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** KL[q ‖ posterior] + ELBO = log evidence, and the bound tightening while q is fitted. */
public record ElboExperiment() implements Experiment {

  private static final int EXAMPLES = 30;
  private static final int BATCH = 10;
  private static final int STEPS = 3000;
  private static final int SHOWN_STEPS = 600;
  private static final int[] SHOWN = {80, 130, 200, STEPS};

  /** One regression with the path of its q. */
  private record Case(LinearRegression data, List<FactorizedGaussian> path, double logEvidence) {

    FactorizedGaussian last() {
      return path.getLast();
    }

    /** The largest departure from KL + ELBO = log evidence along the path. */
    double identityError() {
      double largest = 0;
      for (FactorizedGaussian q : path) {
        largest = Math.max(largest, Math.abs(data.klToPosterior(q) + data.elbo(q) - logEvidence));
      }
      return largest;
    }
  }

  @Override
  public String name() {
    return "elbo";
  }

  @Override
  public String summary() {
    return "KL[q, posterior] + ELBO = log evidence, exactly, while q is fitted.";
  }

  @Override
  public LabPage run(Setting setting) {
    List<Case> cases = new ArrayList<>();
    for (int weights = 1; weights <= 2; weights++) {
      LinearRegression data = LinearRegression.of(setting.seed(), EXAMPLES, weights);
      cases.add(
          new Case(data, SgvbFit.run(data, BATCH, STEPS, setting.seed()), data.logEvidence()));
    }
    return new LabPage(
        name(),
        "The evidence lower bound, where everything is known",
        "Variational inference maximises a bound because it cannot compute the evidence. In linear"
            + " regression with known noise both can be computed. Does the bound keep its"
            + " promise?",
        List.of(identity(cases), tightening(cases.get(1)), shapes(cases.get(1))),
        Map.of("rows", cases.stream().map(ElboExperiment::json).toList()));
  }

  private static Finding identity(List<Case> cases) {
    List<List<String>> cells = new ArrayList<>();
    for (Case c : cases) {
      cells.add(
          Table.row(
              c.data().weights(),
              c.logEvidence(),
              c.data().elbo(c.path().getFirst()),
              c.data().elbo(c.last()),
              c.data().klToPosterior(c.last()),
              c.data().elbo(c.data().bestFactorized()),
              String.format(Locale.ROOT, "%.0e", c.identityError())));
    }
    return Finding.of(
            "An identity, not an approximation",
            "For every q, KL[q ‖ posterior] + ELBO(q) = log evidence. The evidence does not depend"
                + " on q, so raising the ELBO lowers the KL by the same amount, and the ELBO never"
                + " exceeds the evidence. Here the three are computed in three ways, the evidence"
                + " from the targets' covariance alone, and the identity is checked at each of the "
                + STEPS
                + " steps of a fit.",
            "With one weight the posterior is a Gaussian that q can become, and the gap closes."
                + " With two weights whose inputs correlate, the posterior is a tilted Gaussian; a"
                + " q of independent weights cannot tilt, and a gap stays.")
        .with(
            new Table(
                "In nats. The last column is the largest error of the identity during the fit",
                List.of(
                    "weights",
                    "log evidence",
                    "ELBO, start",
                    "ELBO, fitted",
                    "KL left",
                    "best ELBO there is",
                    "identity error"),
                cells))
        .beside(
            Paper.of(
                "Kingma and Welling, arXiv:1312.6114, eq. (1) to (3)",
                "Writes the log evidence as the KL from the true posterior plus the bound, and the"
                    + " bound as expected log-likelihood minus the KL from the prior. It estimates"
                    + " the first by samples and takes the second in closed form where there is"
                    + " one."));
  }

  private static Finding tightening(Case c) {
    double[] steps = Grid.linear(0, SHOWN_STEPS, SHOWN_STEPS / 2 + 1);
    double[] elbo = Grid.map(steps, step -> c.data().elbo(c.path().get((int) step)));
    double best = c.data().elbo(c.data().bestFactorized());
    double low = c.logEvidence() - 12;
    return Finding.of(
            "The bound tightens while q is fitted",
            "q starts as the prior. Each step samples one set of weights w = μ + σε, takes the"
                + " gradient on "
                + BATCH
                + " of "
                + EXAMPLES
                + " examples scaled by N/M, and the KL from the prior in closed form. The curve is"
                + " the exact ELBO of q after each step: noisy steps, rising bound. What is left"
                + " at the end is the price of independent weights, "
                + Table.number(c.logEvidence() - best)
                + " nats.")
        .with(
            Figure.of(
                "elbo-fit",
                "The exact ELBO of q rises towards the log evidence while q is fitted by SGVB; the"
                    + " distance between them is KL[q ‖ posterior].",
                1,
                Plot.wide("Two weights: the bound and the evidence", "step", "nats")
                    .line("ELBO of q", steps, elbo, Plot.BLUE)
                    .line("log evidence", steps, Grid.map(steps, _ -> c.logEvidence()), Plot.BLACK)
                    .dashed(
                        "best with independent weights",
                        steps,
                        Grid.map(steps, _ -> best),
                        Plot.RED)
                    .x(0, SHOWN_STEPS)
                    .y(low, c.logEvidence() + 1)
                    .chart()));
  }

  private static Finding shapes(Case c) {
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
    return Finding.of(
            "What q can and cannot become",
            "The fitted q sits at the posterior's mean. Its deviations are those of one weight"
                + " while the other is held, so it is narrower than the posterior: minimising"
                + " KL[q ‖ p] keeps q where p has mass. Sparse VD uses such a q for every weight.")
        .with(
            Figure.of(
                "elbo-shapes",
                "The tilted posterior of two weights, and the independent q at four moments of the"
                    + " fit.",
                1,
                plot.x(-0.4, 1.8).y(-1.5, 0.5).chart()));
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

  private static Map<String, Object> json(Case c) {
    List<Map<String, Object>> fit = new ArrayList<>();
    for (int step = 0; step < c.path().size(); step += STEPS / 100) {
      FactorizedGaussian q = c.path().get(step);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("step", step);
      row.put("expected_log_likelihood", c.data().expectedLogLikelihood(q));
      row.put("kl_to_prior", c.data().klToPrior(q));
      row.put("elbo", c.data().elbo(q));
      row.put("kl_to_posterior", c.data().klToPosterior(q));
      fit.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("weights", c.data().weights());
    json.put("examples", EXAMPLES);
    json.put("log_evidence", c.logEvidence());
    json.put("best_elbo", c.data().elbo(c.data().bestFactorized()));
    json.put("identity_error", c.identityError());
    json.put("fit", fit);
    return json;
  }
}
