package dev.ockham.core.goal;

/** What a measured number is held against. */
public sealed interface Bound {

  /** A number by itself, such as {@code 5}, {@code 4KB} or {@code 200us}. */
  record Absolute(double value) implements Bound {}

  /** The dense network's number and so much more, such as {@code dense+0.5}. */
  record Apart(double difference) implements Bound {}

  /** So many times the dense network's number, such as {@code 0.5x}. */
  record Times(double factor) implements Bound {}

  /**
   * The number that it is for a dense network.
   *
   * @param dense the dense network's
   */
  default double of(double dense) {
    return switch (this) {
      case Absolute(double value) -> value;
      case Apart(double difference) -> dense + difference;
      case Times(double factor) -> dense * factor;
    };
  }

  /** Whether the number depends on the dense network's. */
  default boolean byDense() {
    return switch (this) {
      case Absolute _ -> false;
      case Apart _, Times _ -> true;
    };
  }
}
