package dev.ockham.lab;

import static dev.ockham.lab.QuickPages.group;
import static dev.ockham.lab.QuickPages.number;
import static dev.ockham.lab.QuickPages.page;
import static dev.ockham.lab.QuickPages.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.lab.experiment.KlExperiment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Experiments that compare samples with a formula. */
@Tag("long")
class FormulaExperimentsTest {

  @Test
  void noiseHasTheMomentsOfItsAlpha() {
    for (Map<String, Object> row : rows("noise", "moments")) {
      assertThat(number(row, "mean")).isCloseTo(1, within(5 * number(row, "mean_error")));
      assertThat(number(row, "variance"))
          .isCloseTo(
              number(row, "exact_variance"), within(5 * number(row, "variance_error") + 1e-4));
    }
  }

  @Test
  void chancesToKeepHaveTheMeansOfTheFormula() {
    for (Map<String, Object> row : rows("beta-bernoulli", "chances")) {
      assertThat(number(row, "sampled_mean")).isCloseTo(number(row, "mean"), within(4e-3));
      assertThat(number(row, "kl_nats")).isPositive();
    }
    assertThat(rows("beta-bernoulli", "chances")).hasSize(8);
  }

  @Test
  void theColderTheCoinTheMoreItIsOne() {
    for (double chance : new double[] {0.1, 0.5, 0.9}) {
      List<Double> atTheEnds = new ArrayList<>();
      for (Map<String, Object> row : rows("beta-bernoulli", "gates")) {
        if (number(row, "chance") == chance) {
          atTheEnds.add(number(row, "at_the_ends"));
          if (number(row, "temperature") == 0.1) {
            assertThat(number(row, "mean")).isCloseTo(chance, within(0.03));
          }
        }
      }
      assertThat(atTheEnds).hasSize(3).isSorted();
      assertThat(atTheEnds.getLast()).isGreaterThan(0.7);
    }
  }

  @Test
  void binarySumsApproachTheNormalDistributionAndGaussianOnesAreIt() {
    for (double alpha : new double[] {0.25, 1, 3}) {
      List<Double> distances = new ArrayList<>();
      for (Map<String, Object> row : rows("noise", "sums")) {
        if ("gaussian".equals(row.get("noise"))) {
          assertThat(number(row, "kolmogorov_distance")).isLessThan(0.015);
        } else if (Math.abs(number(row, "alpha") - alpha) < 1e-9
            && "bernoulli".equals(row.get("noise"))) {
          distances.add(number(row, "kolmogorov_distance"));
        }
      }
      assertThat(distances).hasSize(5);
      for (int i = 1; i < 4; i++) { // the last is down to what chance gives
        assertThat(distances.get(i)).isLessThan(distances.get(i - 1));
      }
      assertThat(distances.getFirst()).isGreaterThan(0.3);
      assertThat(distances.getLast()).isLessThan(0.015);
    }
  }

  @Test
  void theBoundStaysBelowTheEvidenceAndComesNearIt() {
    for (Map<String, Object> row : rows("elbo", "rows")) {
      double evidence = number(row, "log_evidence");
      double best = number(row, "best_elbo");
      assertThat(number(row, "identity_error")).isLessThan(1e-10);
      @SuppressWarnings("unchecked")
      List<Map<String, Object>> fit =
          (List<Map<String, Object>>) Objects.requireNonNull(row.get("fit"));
      fit.forEach(step -> assertThat(number(step, "elbo")).isLessThanOrEqualTo(best + 1e-9));
      assertThat(number(fit.getFirst(), "elbo")).isLessThan(evidence - 10);
      assertThat(number(fit.getLast(), "elbo")).isCloseTo(best, within(0.05));
      assertThat(evidence - best).isGreaterThan(number(row, "weights") == 1 ? -1e-9 : 0.05);
    }
  }

  @Test
  void everyEstimatorHasTheSameMarginalAndOnlyOneCorrelates() {
    assertThat(rows("reparameterization", "rows")).hasSize(6);
    for (Map<String, Object> row : rows("reparameterization", "rows")) {
      assertThat(number(row, "mean"))
          .isCloseTo(number(row, "exact_mean"), within(5 * number(row, "mean_error")));
      assertThat(number(row, "variance"))
          .isCloseTo(number(row, "exact_variance"), within(5 * number(row, "variance_error")));
      assertThat(number(row, "correlation"))
          .isCloseTo(number(row, "exact_correlation"), within(5 / Math.sqrt(200_000)));
    }
    assertThat(number(rows("reparameterization", "rows").getFirst(), "exact_correlation"))
        .isGreaterThan(0.3);
  }

  @Test
  void theScoreEstimatorIsUnbiasedAndThePathEstimatorsVarianceGrows() {
    for (Map<String, Object> row : rows("kl", "sampled_gradient")) {
      assertThat(number(row, "score_mean"))
          .isCloseTo(number(row, "exact"), within(5 * number(row, "score_mean_error")));
      @SuppressWarnings("unchecked")
      List<Double> path = (List<Double>) Objects.requireNonNull(row.get("path_variance_by_draws"));
      assertThat(path.getLast()).isGreaterThan(100 * path.getFirst());
    }
  }

  @Test
  void underAGaussianPriorASampledGradientHasTheVarianceOfItsFormula() {
    for (Map<String, Object> row : rows("kl", "sampled_gaussian_gradient")) {
      for (String by : List.of("by_mean", "by_log_variance")) {
        Map<String, Object> gradient = group(row, by);
        assertThat(number(gradient, "mean"))
            .isCloseTo(number(gradient, "exact"), within(5 * number(gradient, "mean_error")));
        assertThat(number(gradient, "variance"))
            .isCloseTo(
                number(gradient, "exact_variance"), within(5 * number(gradient, "variance_error")));
      }
    }
  }

  @Test
  void onlyTheLogUniformPriorIsBlindToTheSizeOfAWeight() {
    List<Map<String, Object>> rows = rows("prior", "kl_at_fixed_alpha");
    double exact = KlTerm.EXACT.value(Math.log(number(page("prior").result(), "alpha")));
    for (Map<String, Object> row : rows) {
      double theta = number(row, "theta");
      assertThat(number(row, "log_uniform")).isCloseTo(exact, within(1e-12));
      double gaussian = new GaussianKl(1).value(theta, Math.log(0.25 * theta * theta));
      assertThat(number(row, "gaussian")).isCloseTo(gaussian, within(1e-10 * (1 + gaussian)));
    }
    for (String other : List.of("gaussian", "laplace", "cauchy")) {
      assertThat(number(rows.get(0), other) - number(rows.get(1), other))
          .isCloseTo(Math.log(10), within(0.05));
    }
  }

  @Test
  void klRefusesWhatLeavesTheDoubleRange() {
    assertThatThrownBy(() -> new KlExperiment(List.of(0.0, 701.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("log alpha 701.0");
  }
}
