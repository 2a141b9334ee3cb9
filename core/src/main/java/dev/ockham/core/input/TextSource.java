package dev.ockham.core.input;

import dev.ockham.core.data.LeftOutFiles;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.PictureException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureFiles.Entry;
import dev.ockham.core.sequence.PlainText;
import dev.ockham.core.table.TextRows;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where texts come from, one after another. */
sealed interface TextSource extends Closeable {

  /** The next text; null behind the last. */
  @Nullable String next() throws IOException;

  /** How many there are, or {@link Examples#UNKNOWN}. */
  default long count() {
    return Examples.UNKNOWN;
  }

  /** What the text that was read last is called; empty if it has no name. */
  default String name() {
    return "";
  }

  /** Files that were passed over, in words; empty for none. */
  default String leftOut() {
    return "";
  }

  /** What is to be said at the end; empty for nothing. */
  default String notice() {
    return "";
  }

  /** A column of a table. */
  record Column(TextRows rows) implements TextSource {
    @Override
    public @Nullable String next() throws IOException {
      return rows.next();
    }

    @Override
    public String notice() {
      return rows.skipped();
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }

  /** Each line of a stream. */
  final class Lines implements TextSource {
    private final BufferedReader reader;
    private final String place;
    private long line;

    Lines(InputStream in, String place) {
      // A decoder of its own refuses what is not UTF-8, where a charset would put marks.
      this.reader =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
      this.place = place;
    }

    @Override
    public @Nullable String next() throws IOException {
      StringBuilder text = new StringBuilder();
      line++;
      try {
        int c = reader.read();
        if (c < 0) {
          return null;
        }
        for (; c >= 0 && c != '\n'; c = reader.read()) {
          if (c == 0) {
            throw wrong("has a zero byte, as no text has");
          }
          if (text.length() == PlainText.LONGEST) {
            throw wrong("is longer than %s characters".formatted(PlainText.LONGEST));
          }
          text.append((char) c);
        }
      } catch (CharacterCodingException e) {
        MalformedDataException wrong = wrong("or one soon after it is not UTF-8");
        wrong.initCause(e);
        throw wrong;
      }
      int length = text.length();
      if (length > 0 && text.charAt(length - 1) == '\r') {
        text.setLength(length - 1);
      }
      boolean marked = line == 1 && !text.isEmpty() && text.charAt(0) == '\uFEFF';
      return marked ? text.substring(1) : text.toString();
    }

    private MalformedDataException wrong(String fault) {
      return new MalformedDataException(
          place, MalformedDataException.WHOLE_FILE, "line " + line + " " + fault);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** Whole files. */
  final class Files implements TextSource {
    private final PictureFiles files;
    private final List<Entry> entries;
    private int at;

    Files(PictureFiles files) {
      this.files = files;
      this.entries = files.entries();
    }

    @Override
    public @Nullable String next() throws IOException {
      if (at == entries.size()) {
        return null;
      }
      Entry entry = entries.get(at++);
      try {
        return PlainText.of(files.where(entry), files.read(entry));
      } catch (PictureException e) {
        throw MalformedDataException.of(e);
      }
    }

    @Override
    public long count() {
      return entries.size();
    }

    @Override
    public String name() {
      return at == 0 ? "" : entries.get(at - 1).path();
    }

    @Override
    public String leftOut() {
      return LeftOutFiles.described(files.others(), "texts");
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }
}
