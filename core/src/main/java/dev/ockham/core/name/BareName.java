package dev.ockham.core.name;

/**
 * What a text that may be a path is called without its folders. Files that are published, and pages
 * and lines about them, must not tell where somebody's files lie.
 */
public final class BareName {

  private BareName() {}

  /** What stands behind the last {@code /} or {@code \\}; the text itself where none is. */
  public static String of(String text) {
    String name = text.replaceFirst("[/\\\\]+$", "");
    int last = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
    return name.isEmpty() ? text : name.substring(last + 1);
  }
}
