package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts the text of a table between rows, into parts that several threads can parse. Knows quotes,
 * since a line end within them ends no row.
 */
final class RowChunks implements Closeable {
  static final int SIZE = 1 << 18;

  /** A longer row is taken for a quote that is not closed. */
  private static final int MOST = 1 << 24;

  private final InputStream in;
  private final String file;
  private final char separator;
  private byte[] rest = {};
  private long lines;
  private boolean ended;

  /**
   * Some rows.
   *
   * @param bytes their text
   * @param lineBefore lines of the file before them
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Chunk(byte[] bytes, long lineBefore) {}

  RowChunks(InputStream in, String file, char separator) {
    this.in = in;
    this.file = file;
    this.separator = separator;
  }

  /** The next rows; none, an empty chunk, at the end. */
  Chunk next() throws IOException {
    byte[] buffer = Arrays.copyOf(rest, Math.max(SIZE, 2 * rest.length));
    int filled = rest.length;
    while (true) {
      while (!ended && filled < buffer.length) {
        int read = in.read(buffer, filled, buffer.length - filled);
        ended = read < 0;
        filled += Math.max(0, read);
      }
      int cut = ended ? filled : lastRowEnd(buffer, filled);
      if (cut > 0 || ended) {
        Chunk chunk = new Chunk(Arrays.copyOf(buffer, cut), lines);
        rest = Arrays.copyOfRange(buffer, cut, filled);
        lines += lineEnds(chunk.bytes());
        return chunk;
      }
      if (buffer.length >= MOST) {
        throw new MalformedDataException(
            file,
            MalformedDataException.WHOLE_FILE,
            "line %s: a row of more than %s bytes; is a quote not closed?"
                .formatted(lines + 1, MOST));
      }
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
  }

  /** Behind the last row that ends in a buffer; 0 if none does. */
  private int lastRowEnd(byte[] buffer, int filled) {
    int quote = 0;
    while (quote < filled && buffer[quote] != '"') {
      quote++;
    }
    return quote == filled ? lastLineEnd(buffer, filled) : lastUnquotedEnd(buffer, filled);
  }

  private static int lastLineEnd(byte[] buffer, int filled) {
    for (int i = filled - 1; i >= 0; i--) {
      if (buffer[i] == '\n' || (buffer[i] == '\r' && i + 1 < filled)) {
        return i + 1 < filled && buffer[i] == '\r' && buffer[i + 1] == '\n' ? i + 2 : i + 1;
      }
    }
    return 0;
  }

  private int lastUnquotedEnd(byte[] buffer, int filled) {
    boolean quoted = false;
    boolean start = true;
    int last = 0;
    for (int i = 0; i < filled; i++) {
      byte b = buffer[i];
      if (quoted) {
        if (b == '"' && i + 1 < filled && buffer[i + 1] == '"') {
          i++;
        } else if (b == '"') {
          quoted = false;
        }
      } else if (b == '"' && start) {
        quoted = true;
        start = false;
      } else if (b == '\n' || (b == '\r' && i + 1 < filled && buffer[i + 1] != '\n')) {
        last = i + 1;
        start = true;
      } else {
        start = b == separator;
      }
    }
    return last;
  }

  private static long lineEnds(byte[] bytes) {
    long count = 0;
    for (int i = 0; i < bytes.length; i++) {
      boolean alone = bytes[i] == '\r' && !(i + 1 < bytes.length && bytes[i + 1] == '\n');
      count += bytes[i] == '\n' || alone ? 1 : 0;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
