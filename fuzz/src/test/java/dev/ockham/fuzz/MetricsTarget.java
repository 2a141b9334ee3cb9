package dev.ockham.fuzz;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.run.MetricsLog;

/** Lines of metrics. */
public final class MetricsTarget {

  private static final Architecture NETWORK = Architectures.parse("mlp:2-3-2");

  private MetricsTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orReadFile(data, Scratch.file("metrics.jsonl"), file -> MetricsLog.read(file, NETWORK));
  }
}
