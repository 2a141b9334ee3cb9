package dev.ockham.runtime.json;

/** A text is not JSON as {@link Json#parse} takes it. */
public final class JsonSyntaxException extends Exception {
  private final int offset;

  JsonSyntaxException(int offset, String problem) {
    super("%s at character %s".formatted(problem, offset));
    this.offset = offset;
  }

  /** Index in the text of the character that cannot stand there; its length if it ends early. */
  public int offset() {
    return offset;
  }
}
