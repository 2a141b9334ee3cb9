package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EpochMetricsTest {

  private static EpochMetrics metrics(
      EpochMetrics.@Nullable Score validation, EpochMetrics.@Nullable Score pruned, long kept) {
    return new EpochMetrics(
        2,
        20,
        0.5,
        7,
        0.25,
        1e-3,
        validation,
        pruned,
        List.of(
            new EpochMetrics.LayerCount("a", 100, kept, 5),
            new EpochMetrics.LayerCount("b", 60, 0, 6)),
        1.5);
  }

  @Test
  void theMapHoldsEverythingInOrder() {
    EpochMetrics metrics =
        metrics(new EpochMetrics.Score(2, 0.1), new EpochMetrics.Score(3, 0.2), 40);
    Map<String, Object> map = metrics.toMap();
    assertThat(map.keySet())
        .containsExactly(
            "epoch",
            "step",
            "nll",
            "kl",
            "beta",
            "learning_rate",
            "validation_error_percent",
            "validation_nll",
            "pruned_validation_error_percent",
            "pruned_validation_nll",
            "sparsity",
            "layers",
            "seconds");
    assertThat(map)
        .containsEntry("kl", 7.0)
        .containsEntry("validation_error_percent", 2.0)
        .containsEntry("pruned_validation_nll", 0.2)
        .containsEntry("sparsity", 0.75)
        .containsEntry(
            "layers",
            List.of(
                Map.of("name", "a", "kept", 40L, "sparsity", 0.6, "live_units", 5),
                Map.of("name", "b", "kept", 0L, "sparsity", 1.0, "live_units", 6)));
    assertThat(metrics.compression()).isEqualTo(4);
  }

  @Test
  void withoutHeldOutImagesThereIsNoScore() {
    assertThat(metrics(null, null, 40).toMap().keySet())
        .noneMatch(key -> key.contains("validation"));
  }

  @Test
  void nothingLeftIsAnInfiniteCompression() {
    assertThat(metrics(null, null, 0).compression()).isInfinite();
    assertThat(metrics(null, null, 0).sparsity()).isEqualTo(1);
  }
}
