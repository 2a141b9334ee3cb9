package dev.ockham.report.page;

import dev.ockham.core.run.RunFolder;
import dev.ockham.core.tradeoff.Latencies;
import dev.ockham.core.tradeoff.Sensitivity;
import dev.ockham.core.tradeoff.TradeOff;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a run's folder keeps of its trade-off.
 *
 * @param tradeOff the run pruned further and further; null where that was not measured
 * @param latencies how long each of these networks takes; null likewise
 * @param sensitivity each layer alone pruned further; null likewise
 */
public record MeasuredCurves(
    @Nullable TradeOff tradeOff, @Nullable Latencies latencies, @Nullable Sensitivity sensitivity) {

  /** Reads it. */
  static MeasuredCurves read(RunFolder folder) throws IOException {
    TradeOff tradeOff = TradeOff.read(folder).orElse(null);
    return new MeasuredCurves(
        tradeOff,
        tradeOff == null ? null : Latencies.read(folder, tradeOff.points().size()).orElse(null),
        Sensitivity.read(folder).orElse(null));
  }
}
