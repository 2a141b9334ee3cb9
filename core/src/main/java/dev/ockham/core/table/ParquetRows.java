package dev.ockham.core.table;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.SchemaNode;
import dev.hardwood.schema.SchemaNode.GroupNode;
import dev.hardwood.schema.SchemaNode.PrimitiveNode;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TableSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a Parquet file, each cell as the text that a CSV file would have. */
public final class ParquetRows implements TableRows {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Writers have 38 digits at most; a scale of millions would become a text of as many zeros. */
  private static final int MOST_PLACES = 1000;

  private final String file;
  private final List<String> names;
  private final boolean named;
  private final ParquetFileReader reader;
  private final RowReader rows;
  private long row;

  private ParquetRows(
      String file, List<String> names, boolean named, ParquetFileReader reader, RowReader rows) {
    this.file = file;
    this.names = names;
    this.named = named;
    this.reader = reader;
    this.rows = rows;
  }

  /** Whether bytes begin as a Parquet file does. */
  static boolean isParquet(byte[] head) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (head.length <= i || head[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Opens a file.
   *
   * @throws MalformedDataException if it is broken, has nested columns, or two of one name
   */
  static ParquetRows open(Path path, TableSpec spec) throws IOException {
    String file = path.toString();
    ParquetFileReader reader = opened(path);
    try {
      List<String> own = names(file, reader);
      List<String> given = spec.givenNames();
      if (!given.isEmpty() && given.size() != own.size()) {
        throw wrong(
            file,
            "has %s columns, but --columns names %s".formatted(own.size(), given.size()),
            null);
      }
      ParquetPages.require(path, reader.getFileMetaData());
      return new ParquetRows(
          file, given.isEmpty() ? own : given, given.isEmpty(), reader, reader.rowReader());
    } catch (IOException e) {
      reader.close();
      throw e;
    } catch (RuntimeException e) {
      reader.close();
      throw wrong(file, "cannot be read as Parquet: " + e.getMessage(), e);
    }
  }

  private static ParquetFileReader opened(Path path) throws IOException {
    ParquetPages.requireFooter(path);
    try {
      return ParquetFileReader.open(InputFile.of(path));
    } catch (IOException | RuntimeException e) {
      throw wrong(path.toString(), "cannot be read as Parquet: " + e.getMessage(), e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      // A broken footer that was walked to its end may still be understood otherwise, and then ask
      // for an array of any size or lead into itself; nothing else is harmed by that.
      throw wrong(
          path.toString(), "cannot be read as Parquet: its footer asks for too much memory", e);
    }
  }

  private static List<String> names(String file, ParquetFileReader reader) throws IOException {
    List<String> names = new ArrayList<>();
    GroupNode root = reader.getFileSchema().getRootNode();
    for (SchemaNode node : root.children()) {
      if (!(node instanceof PrimitiveNode leaf) || leaf.maxRepetitionLevel() > 0) {
        throw wrong(
            file,
            "column '%s' is nested; only plain columns are read".formatted(node.name()),
            null);
      }
      names.add(node.name());
    }
    if (names.isEmpty()) {
      throw wrong(file, "has no columns", null);
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw wrong(file, "has two columns of one name: " + names, null);
    }
    return names;
  }

  @Override
  public String file() {
    return file;
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public boolean named() {
    return named;
  }

  @Override
  public boolean next(TableRow into) throws IOException {
    try {
      if (!rows.hasNext()) {
        return false;
      }
      rows.next();
      row++;
      into.clear();
      for (int column = 0; column < names.size(); column++) {
        into.add(rows.isNull(column) ? "" : text(rows.getValue(column), column));
      }
      return true;
    } catch (RuntimeException e) {
      throw wrong(
          file, "cannot be read as Parquet behind row %s: %s".formatted(row, e.getMessage()), e);
    }
  }

  private String text(@Nullable Object value, int column) throws MalformedDataException {
    return switch (value) {
      case null -> "";
      case BigDecimal decimal when Math.abs((long) decimal.scale()) > MOST_PLACES ->
          throw wrong(
              file,
              "row %s: column '%s' holds a decimal of scale %s; at most %s is read"
                  .formatted(row, names.get(column), decimal.scale(), MOST_PLACES),
              null);
      case BigDecimal decimal -> decimal.toPlainString();
      case byte[] bytes ->
          throw wrong(
              file,
              "row %s: column '%s' holds %s bytes that are no text"
                  .formatted(row, names.get(column), bytes.length),
              null);
      default -> value.toString();
    };
  }

  private static MalformedDataException wrong(
      String file, String fault, @Nullable Throwable cause) {
    return new MalformedDataException(
        file, MalformedDataException.WHOLE_FILE, fault.replaceAll("\\s*\\R\\s*", " "), cause);
  }

  @Override
  public String where() {
    return "row " + row;
  }

  @Override
  public long number() {
    return row;
  }

  @Override
  public void close() throws IOException {
    try {
      rows.close();
    } finally {
      reader.close();
    }
  }
}
