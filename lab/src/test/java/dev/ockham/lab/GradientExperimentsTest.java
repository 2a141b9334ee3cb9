package dev.ockham.lab;

import static dev.ockham.lab.QuickPages.number;
import static dev.ockham.lab.QuickPages.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Experiments on gradients, and on dropout as variational inference. */
class GradientExperimentsTest {

  private static Map<String, Object> gradient(
      String parameterization, String parameter, String estimator, String layer, int m) {
    return rows("gradient-variance", "rows").stream()
        .filter(row ->
            List.of(parameterization, parameter, estimator, layer, 1, m)
                .equals(
                    Stream.of(
                            "parameterization", "parameter", "estimator", "layer", "epoch", "batch")
                        .map(row::get)
                        .toList()))
        .findFirst()
        .orElseThrow();
  }

  @Tag("long")
  @Test
  void localDrawsHaveLessVarianceThanPerExampleAndThoseThanPerBatchDraws() {
    for (String layer : List.of("top", "bottom")) {
      Map<String, Object> local = gradient("multiplicative", "theta", "local", layer, 60);
      Map<String, Object> each = gradient("multiplicative", "theta", "per-example", layer, 60);
      Map<String, Object> shared = gradient("multiplicative", "theta", "per-batch", layer, 60);
      Map<String, Object> none = gradient("multiplicative", "theta", "none", layer, 60);
      assertThat(number(each, "variance")).isGreaterThan(1.1 * number(local, "variance"));
      assertThat(number(shared, "variance")).isGreaterThan(1.5 * number(each, "variance"));
      assertThat(number(none, "variance")).isZero();
      assertThat(number(none, "total_variance")).isPositive();
      assertThat(number(shared, "covariance_part")).isGreaterThan(0.3 * number(shared, "variance"));
      for (Map<String, Object> row : List.of(local, each)) {
        assertThat(number(row, "covariance_part"))
            .isCloseTo(0, within(5 * number(row, "covariance_spread")));
      }
      assertThat(number(shared, "variance_part"))
          .isCloseTo(number(each, "variance"), within(0.5 * number(each, "variance")));
    }
  }

  @Tag("long")
  @Test
  void theMarginsOfTheOrderAreWellAboveTheirErrors() {
    for (Map<String, Object> row : rows("gradient-variance", "margins")) {
      if ("multiplicative".equals(row.get("parameterization")) && number(row, "batch") == 60) {
        assertThat(number(row, "per_example_over_local"))
            .isGreaterThan(1 + 2 * number(row, "per_example_over_local_error"));
        assertThat(number(row, "per_batch_over_per_example"))
            .isGreaterThan(1 + 2 * number(row, "per_batch_over_per_example_error"));
      }
    }
  }

  @Tag("long")
  @Test
  void withAdditiveNoiseTheTopLayersThetaCannotTellLocalFromPerExampleDraws() {
    double[] spreads = new double[2];
    double[] ratios = new double[2];
    for (int i = 0; i < 2; i++) {
      String parameter = i == 0 ? "theta" : "sigma2";
      Map<String, Object> local = gradient("additive", parameter, "local", "top", 60);
      Map<String, Object> each = gradient("additive", parameter, "per-example", "top", 60);
      ratios[i] = number(each, "variance") / number(local, "variance");
      spreads[i] =
          Math.hypot(
              number(each, "spread") / number(each, "variance"),
              number(local, "spread") / number(local, "variance"));
    }
    assertThat(ratios[0]).isCloseTo(1, within(4 * spreads[0]));
    assertThat(ratios[1]).isGreaterThan(1.5);
  }

  @Test
  void theMultiplicativeGradientDrownsInItsOwnNoise() {
    for (String layer : List.of("top", "bottom")) {
      Map<String, Double> variance = new HashMap<>();
      for (Map<String, Object> row : rows("additive-noise", "rows")) {
        if (layer.equals(row.get("layer")) && "per-batch".equals(row.get("estimator"))) {
          variance.put(
              row.get("parameterization") + " " + row.get("alpha"), number(row, "variance"));
        }
      }
      double small =
          Objects.requireNonNull(variance.get("multiplicative 0.1"))
              / Objects.requireNonNull(variance.get("additive 0.1"));
      double large =
          Objects.requireNonNull(variance.get("multiplicative 100.0"))
              / Objects.requireNonNull(variance.get("additive 100.0"));
      assertThat(large).isGreaterThan(10).isGreaterThan(3 * small);
    }
  }

  @Test
  void withTheSlipOnlyWeightsWithoutASignalAreGivenUp() {
    for (Map<String, Object> row : rows("additive-noise", "kl_slip")) {
      double z = number(row, "signal_to_noise");
      if (z < 0.95) {
        assertThat(row.get("pruned")).isEqualTo(true);
      } else if (z > 2.5) {
        assertThat(row.get("pruned")).isEqualTo(false);
        assertThat(number(row, "theta")).isBetween(0.5, 1.0);
      }
      assertThat(number(row, "log_alpha_of_slip")).isLessThan(3);
    }
  }

  @Tag("long")
  @Test
  void dropoutIsVariationalDropoutBitForBitAndOnlyUnderItsPrior() {
    Map<Object, Map<String, Object>> trained = new HashMap<>();
    rows("equivalence", "rows").forEach(row -> trained.put(row.get("name"), row));
    Object hash = Objects.requireNonNull(trained.get("gaussian-dropout-b")).get("weights_sha256");
    for (String name : List.of("vd-b, α fixed", "vd-b, α fixed, β = 0")) {
      Map<String, Object> row = Objects.requireNonNull(trained.get(name));
      assertThat(number(row, "equal_bits")).isEqualTo(1);
      assertThat(row.get("weights_sha256")).isEqualTo(hash);
    }
    assertThat(number(Objects.requireNonNull(trained.get("vd-b, α fixed")), "kl_nats"))
        .isGreaterThan(1000);
    for (String name : List.of("vd-b, α learnt", "binary-dropout", "gaussian-dropout-a")) {
      assertThat(number(Objects.requireNonNull(trained.get(name)), "distance")).isGreaterThan(1e-3);
    }
    assertThat(number(Objects.requireNonNull(trained.get("bnn, β = 1")), "distance"))
        .isGreaterThan(1e-3);
    for (Map<String, Object> row : rows("equivalence", "kl_gradient")) {
      assertThat(number(row, "log_uniform_sum")).isCloseTo(0, within(1e-5));
    }
    for (Map<String, Object> row : rows("equivalence", "moments")) {
      assertThat(number(row, "mean"))
          .isCloseTo(number(row, "exact_mean"), within(5 * number(row, "mean_error")));
      assertThat(number(row, "variance"))
          .isCloseTo(number(row, "exact_variance"), within(5 * number(row, "variance_error")));
      assertThat(number(row, "correlation_of_outputs"))
          .isCloseTo(number(row, "exact_correlation_of_outputs"), within(5 / Math.sqrt(2000)));
    }
    for (Map<String, Object> row : rows("equivalence", "network_kl")) {
      double nats = number(row, "kl_nats");
      double change = number(row, "kl_nats_doubled") - nats;
      if ("bnn".equals(row.get("prior"))) {
        assertThat(Math.abs(change)).isGreaterThan(0.1 * nats);
      } else {
        assertThat(change).isCloseTo(0, within(1e-2 * nats));
      }
    }
  }
}
