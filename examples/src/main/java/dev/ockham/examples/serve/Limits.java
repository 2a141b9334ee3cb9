package dev.ockham.examples.serve;

import java.time.Duration;

/**
 * What a service takes on.
 *
 * @param bodyBytes most bytes of a request's body; longer ones get 413
 * @param examples most examples in one request; more get 413
 * @param waiting requests that may be read or wait for a core beside those that compute; more get
 *     503
 * @param computing requests that compute at the same time, on a core each
 * @param reload how often the model's file is looked at
 * @param stopping how long requests that are there may take when the service stops
 */
public record Limits(
    int bodyBytes, int examples, int waiting, int computing, Duration reload, Duration stopping) {

  /** For a machine of its own: one computation on each core, and 64 requests that wait. */
  public static Limits standard() {
    return new Limits(
        4 << 20,
        4096,
        64,
        Runtime.getRuntime().availableProcessors(),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10));
  }
}
