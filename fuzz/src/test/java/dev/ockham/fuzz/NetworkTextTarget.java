package dev.ockham.fuzz;

import dev.ockham.core.arch.Architectures;
import java.nio.charset.StandardCharsets;

/** Names and texts of networks. */
public final class NetworkTextTarget {

  private NetworkTextTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orRead(data, bytes -> Architectures.parse(new String(bytes, StandardCharsets.UTF_8)));
  }
}
