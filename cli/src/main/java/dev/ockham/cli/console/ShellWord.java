package dev.ockham.cli.console;

import java.nio.file.Path;

/** Words of commands that are printed for people to paste. */
public final class ShellWord {

  private ShellWord() {}

  /**
   * A word as a shell takes it: in quotes where it has more than letters, digits and a few signs.
   */
  public static String of(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** A path as a shell takes it. */
  public static String of(Path path) {
    return of(path.toString());
  }
}
