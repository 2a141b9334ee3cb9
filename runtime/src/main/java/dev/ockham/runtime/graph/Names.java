package dev.ockham.runtime.graph;

/** What names of inputs, nodes and parameters may be. */
final class Names {
  private static final int MOST_CHARACTERS = 1000;

  private Names() {}

  static void check(String what, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(what + " name '" + name + "' is blank");
    }
    if (name.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          what + " name of " + name.length() + " characters has more than " + MOST_CHARACTERS);
    }
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        throw new IllegalArgumentException(
            what + " name has a control character at position " + (i + 1));
      }
    }
  }
}
