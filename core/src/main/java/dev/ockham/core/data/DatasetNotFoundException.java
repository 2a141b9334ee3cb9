package dev.ockham.core.data;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * No place held the data set. The message lists every place that was tried with the reason it
 * failed, and then what can be done.
 */
public final class DatasetNotFoundException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * One place that was tried.
   *
   * @param place a folder, a variable, an address or a command
   * @param reason why it did not give the data
   */
  public record Attempt(String place, String reason) {
    @Override
    public String toString() {
      return place + ": " + reason;
    }
  }

  private final transient List<Attempt> attempts;

  /** One place, one line. */
  public DatasetNotFoundException(String place, String reason) {
    super(new Attempt(place, reason).toString());
    this.attempts = List.of(new Attempt(place, reason));
  }

  /**
   * Says that data were found in none of several places.
   *
   * @param name the data set
   * @param attempts the places, in the order they were tried
   * @param advice what the user can do, one line each
   */
  public DatasetNotFoundException(String name, List<Attempt> attempts, List<String> advice) {
    super(message(name, attempts, advice));
    this.attempts = List.copyOf(attempts);
  }

  /** The places, in the order they were tried. */
  public List<Attempt> attempts() {
    return attempts;
  }

  private static String message(String name, List<Attempt> attempts, List<String> advice) {
    return "data set "
        + name
        + " was not found. Tried:"
        + attempts.stream().map(a -> "\n  - " + a).collect(Collectors.joining())
        + "\nWhat you can do:"
        + advice.stream().map(a -> "\n  - " + a).collect(Collectors.joining());
  }
}
