package dev.ockham.runtime.graph;

/**
 * A parameter that an operator takes.
 *
 * @param name what the operator calls it, such as {@code weight}
 * @param shape what it must have
 * @param role what it must be for
 * @param required whether it may not be left out
 */
public record Slot(String name, Shape shape, Role role, boolean required) {
  /** A parameter that must be there. */
  static Slot needed(String name, Shape shape, Role role) {
    return new Slot(name, shape, role, true);
  }

  /** A parameter that may be left out. */
  static Slot optional(String name, Shape shape, Role role) {
    return new Slot(name, shape, role, false);
  }
}
