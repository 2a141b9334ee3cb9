package dev.ockham.core.inspect;

/**
 * Some bytes of a file.
 *
 * @param name of the tensor, or {@code header} and {@code graph}
 * @param kind what they hold
 * @param form element type and shape of a tensor, such as {@code F32[10, 784]}; empty for others
 * @param bytes how many
 */
public record FilePart(String name, Kind kind, String form, long bytes) {

  /** What bytes hold. */
  public enum Kind {
    /** Names, shapes, and text pairs other than the graph. */
    HEADER("header"),
    /** The network as text. */
    GRAPH("graph text"),
    /** All numbers of a tensor. */
    DENSE("dense values"),
    /** Numbers of compressed rows that are not 0. */
    VALUES("sparse values"),
    /** Where those stand. */
    INDICES("indices");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** The kind as tables say it. */
    public String words() {
      return words;
    }
  }
}
