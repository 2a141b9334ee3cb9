package dev.ockham.lab.experiment;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.knowm.xchart.XYChart;

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

  /** As charts show them; the bound's slope is not drawn. */
  private static final List<KlTerm> FORMS =
      List.of(KlTerm.EXACT, KlTerm.MOLCHANOV, KlTerm.ARD, KlTerm.KINGMA_CUBIC, KlTerm.LOWER_BOUND);

  private static final ToDoubleBiFunction<KlTerm, Double> VALUE = KlTerm::value;
  private static final ToDoubleBiFunction<KlTerm, Double> SLOPE = KlTerm::derivative;

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
    return page(measure(setting));
  }

  /** The largest absolute differences of a form from the exact KL, where it is meant to hold. */
  record Departure(KlTerm term, double value, double slope) {

    static Departure of(KlTerm term) {
      return new Departure(term, largest(term, VALUE), largest(term, SLOPE));
    }

    private static double largest(KlTerm term, ToDoubleBiFunction<KlTerm, Double> quantity) {
      return Arrays.stream(difference(term, quantity)).map(Math::abs).max().orElseThrow();
    }

    List<String> cells() {
      return Table.row(label(term), forSmallAlpha(term) ? "−8 to 0" : "−8 to 8", value, slope);
    }
  }

  /**
   * What was measured.
   *
   * @param rows of the table of values
   * @param fit how far Molchanov's is off, the cubic and the bound in the same way
   * @param sampled gradients of a sampled KL under the log-uniform prior
   * @param gaussian the same under a Gaussian prior
   * @param training what each form costs in the end
   */
  record Measured(
      List<Map<String, Object>> rows,
      Departure fit,
      Departure cubic,
      Departure bound,
      List<SampledKlGradient> sampled,
      List<SampledGaussianGradient> gaussian,
      KlTraining training) {
    Measured {
      rows = List.copyOf(rows);
      sampled = List.copyOf(sampled);
      gaussian = List.copyOf(gaussian);
    }

    Map<String, Object> json() {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("rows", rows);
      result.put("sampled_gradient", sampled.stream().map(SampledKlGradient::json).toList());
      result.put(
          "sampled_gaussian_gradient",
          gaussian.stream().map(SampledGaussianGradient::json).toList());
      result.put("training", training.json());
      return result;
    }
  }

  Measured measure(Setting setting) throws IOException {
    setting.progress().accept("gradients of a sampled KL");
    return new Measured(
        rows(),
        Departure.of(KlTerm.MOLCHANOV),
        Departure.of(KlTerm.KINGMA_CUBIC),
        Departure.of(KlTerm.LOWER_BOUND),
        SampledKlGradient.ofAll(setting.seed()),
        SampledGaussianGradient.ofAll(setting.seed()),
        KlTraining.of(setting));
  }

  /** The largest slope of the exact KL, in size. */
  static double steepest() {
    return Arrays.stream(XS).map(x -> -KlTerm.EXACT.derivative(x)).max().orElseThrow();
  }

  private LabPage page(Measured measured) throws IOException {
    Departure fit = measured.fit();
    PageText text =
        PageText.of(KlExperiment.class, name())
            .put("steepest", steepest())
            .put("fitValue", fit.value())
            .put("fitSlope", fit.slope())
            .put("fitPart", 100 * fit.slope() / steepest())
            .chart(
                "kl-values",
                curves(Plot.wide("KL of one weight", "log α", "nats"), FORMS, VALUE)
                    .y(-0.2, 5)
                    .chart())
            .chart(
                "kl-derivatives",
                curves(
                        Plot.wide("Slope of the KL", "log α", "nats per unit of log α"),
                        FORMS.subList(0, 4),
                        SLOPE)
                    .y(-0.7, 0.05)
                    .chart())
            .chart("kl-errors", errors())
            .rows(
                "errors", List.of(fit.cells(), measured.cubic().cells(), measured.bound().cells()));
    measured.training().fill(text);
    SampledKlGradient.fill(text, measured.sampled());
    SampledGaussianGradient.fill(text, measured.gaussian());
    return text.page(name(), measured.json());
  }

  private static String label(KlTerm term) {
    return switch (term) {
      case EXACT -> "exact";
      case MOLCHANOV -> "Molchanov's fit";
      case ARD -> "ARD";
      case KINGMA_CUBIC -> "Kingma's cubic";
      case LOWER_BOUND -> "bound";
    };
  }

  private static boolean forSmallAlpha(KlTerm term) {
    return term.maxLogAlpha() <= 0;
  }

  private static double[] points(KlTerm term) {
    return forSmallAlpha(term) ? SMALL : XS;
  }

  private static Plot curves(
      Plot plot, List<KlTerm> terms, ToDoubleBiFunction<KlTerm, Double> quantity) {
    Plot drawn = plot;
    for (KlTerm term : terms) {
      double[] xs = points(term);
      double[] ys = Grid.map(xs, x -> quantity.applyAsDouble(term, x));
      drawn =
          KlTraining.line(
              drawn, term, label(term) + (forSmallAlpha(term) ? ", α ≤ 1" : ""), xs, ys);
    }
    return drawn;
  }

  private static XYChart errors() {
    double[] fit = difference(KlTerm.MOLCHANOV, VALUE);
    double[] cubic = difference(KlTerm.KINGMA_CUBIC, VALUE);
    return Plot.wide("Error of the approximations", "log α", "approximate − exact")
        .line("fit, value", XS, fit, Plot.RED)
        .dashed("fit, slope", XS, difference(KlTerm.MOLCHANOV, SLOPE), Plot.RED)
        .line("cubic, value", SMALL, cubic, Plot.BLUE)
        .dashed("cubic, slope", SMALL, difference(KlTerm.KINGMA_CUBIC, SLOPE), Plot.BLUE)
        .y(-0.05, 0.02)
        .chart();
  }

  private static double[] difference(KlTerm term, ToDoubleBiFunction<KlTerm, Double> quantity) {
    return Grid.map(
        points(term),
        x -> quantity.applyAsDouble(term, x) - quantity.applyAsDouble(KlTerm.EXACT, x));
  }
}
