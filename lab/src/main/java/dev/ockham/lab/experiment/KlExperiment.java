package dev.ockham.lab.experiment;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * The exact KL of a Gaussian dropout posterior from the log-uniform prior against what is used in
 * its place: values, gradients, errors, what they make of a network, and the noise of a sampled
 * gradient.
 *
 * @param logAlphas where to tabulate, natural logs, within ±{@value #LARGEST_LOG_ALPHA}
 */
public record KlExperiment(List<Double> logAlphas) implements Experiment {

  /** Beyond it exp(log α) leaves the double range. */
  public static final double LARGEST_LOG_ALPHA = 700;

  private static final double[] XS = Grid.linear(-8, 8, 321);
  private static final double[] SMALL = Grid.linear(-8, 0, 161);

  /** Copies the list. */
  public KlExperiment {
    logAlphas = List.copyOf(logAlphas);
    for (double logAlpha : logAlphas) {
      if (!Double.isFinite(logAlpha) || Math.abs(logAlpha) > LARGEST_LOG_ALPHA) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "log alpha %s is not from -%.0f to %.0f",
                logAlpha,
                LARGEST_LOG_ALPHA,
                LARGEST_LOG_ALPHA));
      }
    }
  }

  /** At the whole numbers from −8 to 8. */
  public static KlExperiment standard() {
    List<Double> values = new ArrayList<>();
    for (int i = -8; i <= 8; i++) {
      values.add((double) i);
    }
    return new KlExperiment(values);
  }

  @Override
  public String name() {
    return "kl";
  }

  @Override
  public String summary() {
    return "Every KL term, in nats, normalised to 0 as alpha goes to infinity.";
  }

  /** A row of the table for every log α that was asked for. */
  public List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (double logAlpha : logAlphas) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("log_alpha", logAlpha);
      row.put("exact", KlTerm.EXACT.value(logAlpha));
      row.put("exact_derivative", KlTerm.EXACT.derivative(logAlpha));
      row.put("molchanov", KlTerm.MOLCHANOV.value(logAlpha));
      row.put("kingma", KlTerm.KINGMA_CUBIC.value(logAlpha));
      row.put("bound", KlTerm.LOWER_BOUND.value(logAlpha));
      row.put("ard", KlTerm.ARD.value(logAlpha));
      rows.add(row);
    }
    return rows;
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    setting.progress().accept("gradients of a sampled KL");
    List<SampledKlGradient> sampled = SampledKlGradient.ofAll(setting.seed());
    List<SampledGaussianGradient> gaussian = SampledGaussianGradient.ofAll(setting.seed());
    KlTraining training = KlTraining.of(setting);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("rows", rows());
    result.put("sampled_gradient", sampled.stream().map(SampledKlGradient::json).toList());
    result.put(
        "sampled_gaussian_gradient", gaussian.stream().map(SampledGaussianGradient::json).toList());
    result.put("training", training.json());
    return new LabPage(
        name(),
        "The KL of variational dropout, exact and approximate",
        "The log-uniform prior makes the KL a function of α alone. It has no elementary form, so"
            + " papers fit one. How far off are the fits, and does it matter?",
        List.of(
            values(),
            derivatives(),
            errors(),
            training.finding(),
            SampledKlGradient.finding(sampled, gaussian)),
        result);
  }

  private static Finding values() {
    return Finding.of(
            "Values",
            "Every KL falls with α: the prior wants noise, and noise that drowns a weight costs"
                + " nothing. As α goes to 0 the KL grows like −½ log α, as α goes to infinity it"
                + " goes to 0, where we fix its free constant. ARD is another prior, a Gaussian"
                + " whose scale is fitted to each weight; its KL lies a little lower and has the"
                + " same limits.",
            "The cubic fit and the bound were made for α ≤ 1. Beyond, the cubic turns down and the"
                + " bound crosses zero, so a network trained with them must keep log α ≤ 0 and can"
                + " never reach the threshold of 3.")
        .with(
            Figure.of(
                "kl-values",
                "The KL of one weight in nats against log α, with the forms that are used for it.",
                1,
                Plot.wide("KL of one weight", "log α", "nats")
                    .line("exact", XS, Grid.map(XS, KlTerm.EXACT::value), Plot.BLACK)
                    .dashed("Molchanov's fit", XS, Grid.map(XS, KlTerm.MOLCHANOV::value), Plot.RED)
                    .line("ARD", XS, Grid.map(XS, KlTerm.ARD::value), Plot.GREEN)
                    .line("Kingma's cubic, α ≤ 1", SMALL, small(KlTerm.KINGMA_CUBIC), Plot.BLUE)
                    .dashed("bound, α ≤ 1", SMALL, small(KlTerm.LOWER_BOUND), Plot.YELLOW)
                    .y(-0.2, 5)
                    .chart()))
        .beside(
            Paper.of(
                "Molchanov et al., arXiv:1701.05369, figure 1 and eq. (14)",
                "Draws −KL, so upside down, and fits it as k₁σ(k₂ + k₃ log α) − ½ log(1 + 1/α) −"
                    + " k₁ with k₁ = 0.63576, k₂ = 1.87320, k₃ = 1.48695. It shows that the fit"
                    + " follows the truth for every α, where the earlier ones stop at α = 1."));
  }

  private static double[] small(KlTerm term) {
    return Grid.map(SMALL, term::value);
  }

  private static Finding derivatives() {
    return Finding.of(
            "Gradients",
            "Training only needs dKL/dlog α. Exactly, it is −√u·F(√u) with u = 1/(2α) and Dawson's"
                + " function F. It is −½ where the weight is precise, steepest, −0.64, near"
                + " log α = −1.5, and fades to 0 where the weight is noise: a pruned weight is no"
                + " longer pushed.",
            "A fit of values need not fit slopes, and slopes are what the optimiser follows. ARD"
                + " has no steep place: it never pushes harder than −½.")
        .with(
            Figure.of(
                "kl-derivatives",
                "dKL/dlog α of every form.",
                1,
                Plot.wide("Slope of the KL", "log α", "nats per unit of log α")
                    .line("exact", XS, Grid.map(XS, KlTerm.EXACT::derivative), Plot.BLACK)
                    .dashed(
                        "Molchanov's fit", XS, Grid.map(XS, KlTerm.MOLCHANOV::derivative), Plot.RED)
                    .line("ARD", XS, Grid.map(XS, KlTerm.ARD::derivative), Plot.GREEN)
                    .line(
                        "Kingma's cubic, α ≤ 1",
                        SMALL,
                        Grid.map(SMALL, KlTerm.KINGMA_CUBIC::derivative),
                        Plot.BLUE)
                    .y(-0.7, 0.05)
                    .chart()));
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Departure(String form, String range, KlTerm term, double[] points) {
    double value() {
      return largest(term::value, KlTerm.EXACT::value);
    }

    double slope() {
      return largest(term::derivative, KlTerm.EXACT::derivative);
    }

    private double largest(DoubleUnaryOperator of, DoubleUnaryOperator exact) {
      double largest = 0;
      for (double x : points) {
        largest = Math.max(largest, Math.abs(of.applyAsDouble(x) - exact.applyAsDouble(x)));
      }
      return largest;
    }
  }

  private static Finding errors() {
    List<List<String>> cells = new ArrayList<>();
    for (Departure error :
        List.of(
            new Departure("Molchanov's fit", "−8 to 8", KlTerm.MOLCHANOV, XS),
            new Departure("Kingma's cubic", "−8 to 0", KlTerm.KINGMA_CUBIC, SMALL),
            new Departure("bound", "−8 to 0", KlTerm.LOWER_BOUND, SMALL))) {
      cells.add(Table.row(error.form(), error.range(), error.value(), error.slope()));
    }
    return Finding.of(
            "Errors",
            "Differences from the exact KL. Molchanov's fit errs by less than 0.01 nats in value"
                + " and by less than 0.014 in slope, 2 % of the steepest one. Kingma's cubic is"
                + " several times coarser, the bound coarser still.")
        .with(
            Figure.of(
                "kl-errors",
                "Value and slope of the approximations minus the exact ones.",
                1,
                Plot.wide("Error of the approximations", "log α", "approximate − exact")
                    .line("fit, value", XS, difference(KlTerm.MOLCHANOV, XS, false), Plot.RED)
                    .dashed("fit, slope", XS, difference(KlTerm.MOLCHANOV, XS, true), Plot.RED)
                    .line(
                        "cubic, value",
                        SMALL,
                        difference(KlTerm.KINGMA_CUBIC, SMALL, false),
                        Plot.BLUE)
                    .dashed(
                        "cubic, slope",
                        SMALL,
                        difference(KlTerm.KINGMA_CUBIC, SMALL, true),
                        Plot.BLUE)
                    .y(-0.05, 0.02)
                    .chart()))
        .with(
            new Table(
                "Largest absolute differences from the exact KL",
                List.of("form", "log α", "value, nats", "slope"),
                cells));
  }

  private static double[] difference(KlTerm term, double[] points, boolean slope) {
    return Grid.map(
        points,
        x ->
            slope
                ? term.derivative(x) - KlTerm.EXACT.derivative(x)
                : term.value(x) - KlTerm.EXACT.value(x));
  }
}
