package dev.ockham.runtime.pack;

/**
 * How many rows, columns and cells all matrices of a pack ask for together. They may be as many as
 * its bytes pay for: a few bytes could keep a reader busy for minutes with zeros.
 */
final class PackWork {

  /** What may be asked for beside that which the bytes pay for. */
  private static final long FREE = 1L << 22;

  /** Twice as many cells as a byte codes where each is predicted as well as can be. */
  private static final long PER_BYTE = 1L << 15;

  private final long bytes;
  private long done;

  /**
   * Nothing done yet.
   *
   * @param bytes of the pack, which pay for it
   */
  PackWork(long bytes) {
    this.bytes = bytes;
  }

  /**
   * Counts work before it is done.
   *
   * @throws MalformedPackException if it is more than the bytes pay for
   */
  void add(long more) throws MalformedPackException {
    done += more;
    if (done > FREE + PER_BYTE * bytes) {
      throw new MalformedPackException(
          "its matrices claim %s rows, columns and cells, which %s bytes cannot hold"
              .formatted(done, bytes));
    }
  }

  /** What was counted. */
  long done() {
    return done;
  }
}
