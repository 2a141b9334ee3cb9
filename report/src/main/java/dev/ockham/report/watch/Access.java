package dev.ockham.report.watch;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;

/**
 * Who may ask. The address has a secret, so that other users of the machine and pages of other
 * sites, which can reach the loopback address too, cannot read or stop runs. The host must be this
 * one, or a name that somebody makes point to it would do; a request that changes something must
 * come from the page itself.
 *
 * @param token the secret, 32 hexadecimal digits of which 122 bits are random
 * @param port where the server listens
 */
record Access(String token, int port) {

  /** Why a request is refused, or that it is not. */
  enum Answer {
    GRANTED,
    WRONG_HOST,
    WRONG_ORIGIN,
    WRONG_TOKEN
  }

  /** A new secret. It names nothing of a run, and no result depends on it. */
  static String secret() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /**
   * Whether a request is granted.
   *
   * @param given the token in its path
   * @param changes whether it changes something; then a browser names the origin
   */
  Answer of(Headers headers, String given, boolean changes) {
    List<String> hosts = List.of("127.0.0.1:%s".formatted(port), "localhost:%s".formatted(port));
    String host = only(headers, "Host");
    if (!hosts.contains(host)) {
      return Answer.WRONG_HOST;
    }
    boolean named = headers.containsKey("Origin");
    String origin = only(headers, "Origin");
    if (named ? !origin.equals("http://" + host) : changes) {
      return Answer.WRONG_ORIGIN;
    }
    byte[] expected = token.getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))
        ? Answer.GRANTED
        : Answer.WRONG_TOKEN;
  }

  /** The value of a header that is there once. */
  private static String only(Headers headers, String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.size() == 1 ? values.getFirst() : "";
  }
}
