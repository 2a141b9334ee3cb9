package dev.ockham.core.table;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TableSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a text file in UTF-8, as RFC 4180 has them: cells between separators, in double quotes
 * where they hold separators, line ends or quotes. Empty lines are skipped.
 */
public final class DelimitedRows implements TableRows {

  /** What the parser says of where a row begins; it writes the number in the locale's digits. */
  private static final Pattern RECORD =
      Pattern.compile(" *\\(record starting at line (\\d+)\\)", Pattern.UNICODE_CHARACTER_CLASS);

  /** Rows looked at to tell a header. */
  private static final int LOOKED_AT = 20;

  /** Bytes of the file's begin that are kept to be looked at. */
  private static final int HEAD = 1 << 20;

  private final String file;
  private final @Nullable Path path;
  private final Shape shape;
  private final CsvReader<Cells> reader;
  private final Iterator<Cells> rows;
  private final long lineBefore;
  private long line;

  /**
   * What is common to all rows of a file.
   *
   * @param separator what stands between cells
   * @param names of the columns
   * @param header whether the first row holds names
   * @param named whether the names are those of the file, or given
   */
  record Shape(char separator, List<String> names, boolean header, boolean named) {}

  /** A row as the parser tells it. */
  private static final class Cells extends AbstractBaseCsvCallbackHandler<Cells> {
    private final TableRow row = new TableRow();
    private boolean blank;

    @Override
    protected void handleBegin(long startingLineNumber) {
      row.clear();
      blank = true;
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
      row.add(buffer, offset, length);
      blank &= !quoted && length == 0;
    }

    @Override
    protected RecordType getRecordType() {
      return row.cells() <= 1 && blank ? RecordType.EMPTY : RecordType.DATA;
    }

    @Override
    protected Cells buildRecord() {
      return this;
    }

    long line() {
      return getStartingLineNumber();
    }
  }

  private DelimitedRows(
      String file, @Nullable Path path, Shape shape, InputStream in, long lineBefore) {
    this.file = file;
    this.path = path;
    this.shape = shape;
    this.lineBefore = lineBefore;
    this.reader = reader(in, shape.separator());
    this.rows = reader.iterator();
  }

  /** The rows of a file, packed with gzip or not. */
  static DelimitedRows open(Path file, TableSpec spec) throws IOException {
    return open(
        TextInput.open(file), file.toString(), Files.isRegularFile(file) ? file : null, spec);
  }

  /** The rows of a stream. */
  static DelimitedRows open(InputStream in, String name, TableSpec spec) throws IOException {
    return open(TextInput.open(in, name), name, null, spec);
  }

  private static DelimitedRows open(
      InputStream text, String name, @Nullable Path path, TableSpec spec) throws IOException {
    try {
      byte[] head = text.readNBytes(HEAD);
      Shape shape = shape(head, name, path, spec);
      InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), text);
      DelimitedRows rows = new DelimitedRows(name, path, shape, all, 0);
      if (shape.header()) {
        rows.skipHeader();
      }
      return rows;
    } catch (IOException | RuntimeException e) {
      text.close();
      throw e;
    }
  }

  /** Rows of a part of a file that is cut between two rows. */
  static DelimitedRows part(
      String file, @Nullable Path path, Shape shape, InputStream in, long lineBefore) {
    return new DelimitedRows(file, path, shape, in, lineBefore);
  }

  /** What the first bytes of a file say of it. */
  static Shape shape(byte[] head, String name, @Nullable Path path, TableSpec spec)
      throws IOException {
    String text = new String(head, StandardCharsets.UTF_8);
    List<String> lines = text.lines().filter(line -> !line.isBlank()).limit(LOOKED_AT).toList();
    if (lines.isEmpty()) {
      throw new MalformedDataException(
          name, MalformedDataException.WHOLE_FILE, "has nothing but blank lines");
    }
    char separator = Separators.of(spec, name, head.length < HEAD ? lines : lines.subList(0, 1));
    List<List<String>> first = new ArrayList<>();
    try (CsvReader<Cells> reader = reader(new ByteArrayInputStream(head), separator)) {
      Iterator<Cells> rows = reader.iterator();
      while (first.size() < LOOKED_AT && rows.hasNext()) {
        TableRow row = rows.next().row;
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < row.cells(); i++) {
          cells.add(row.cell(i));
        }
        first.add(cells);
      }
    } catch (CsvParseException e) {
      if (first.isEmpty() || head.length < HEAD) {
        throw wrong(name, 1, e);
      }
    } catch (UncheckedIOException e) {
      if (first.isEmpty() || head.length < HEAD) {
        throw unreadable(e, name, path);
      }
    }
    if (first.isEmpty()) {
      throw new MalformedDataException(name, MalformedDataException.WHOLE_FILE, "has no rows");
    }
    Headers headers = Headers.of(spec, name, first);
    boolean named = headers.header() || !spec.givenNames().isEmpty();
    return new Shape(separator, headers.names(), headers.header(), named);
  }

  private static CsvReader<Cells> reader(InputStream in, char separator) {
    CharsetDecoder strict =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    Reader text = new InputStreamReader(in, strict);
    return CsvReader.builder()
        .fieldSeparator(separator)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .build(new Cells(), text);
  }

  /** Passes over the row of names. */
  void skipHeader() throws IOException {
    try {
      rows.next();
    } catch (CsvParseException e) {
      throw wrong(file, 1, e);
    } catch (UncheckedIOException e) {
      throw unreadable(e, file, path);
    }
  }

  @Override
  public String file() {
    return file;
  }

  @Override
  public List<String> names() {
    return shape.names();
  }

  @Override
  public boolean named() {
    return shape.named();
  }

  /** What is common to all rows. */
  Shape shape() {
    return shape;
  }

  @Override
  public boolean next(TableRow row) throws IOException {
    try {
      if (!rows.hasNext()) {
        return false;
      }
      Cells cells = rows.next();
      line = lineBefore + cells.line();
      row.swap(cells.row);
    } catch (CsvParseException e) {
      throw wrong(file, line + 1, e);
    } catch (UncheckedIOException e) {
      throw unreadable(e, file, path);
    }
    if (row.cells() != shape.names().size()) {
      throw new RowException(
          file,
          where(),
          "has %s cells, but there are %s columns".formatted(row.cells(), shape.names().size()));
    }
    return true;
  }

  private static IOException unreadable(UncheckedIOException e, String name, @Nullable Path path)
      throws IOException {
    if (e.getCause() instanceof CharacterCodingException) {
      return path == null ? TextInput.notUtf8(name) : TextInput.notUtf8(path);
    }
    return Objects.requireNonNull(e.getCause());
  }

  private static MalformedDataException wrong(String file, long line, CsvParseException e) {
    String message = String.valueOf(e.getMessage());
    Matcher record = RECORD.matcher(message);
    String place = Long.toString(record.find() ? Long.parseLong(record.group(1)) : line);
    String reason = record.replaceAll("");
    Throwable cause = e.getCause();
    if (reason.contains("maximum buffer size")) {
      reason = "a cell has more than 16777216 characters, as where a quote is not closed";
    } else if (reason.startsWith("Unclosed quoted field")) {
      reason = "a quote is not closed";
    } else if (cause != null) {
      reason = String.valueOf(cause.getMessage());
    }
    return new MalformedDataException(
        file,
        MalformedDataException.WHOLE_FILE,
        "line %s or behind it cannot be read: %s".formatted(place, reason));
  }

  @Override
  public String where() {
    return "line " + line;
  }

  @Override
  public long number() {
    return line;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
