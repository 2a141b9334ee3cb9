package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TableSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Files that hold tables. */
public final class Tables {

  /** What names of tables end with, {@code .gz} left off. */
  private static final List<String> ENDINGS = List.of(".csv", ".tsv", ".parquet", ".pq");

  private static final int LOOKED_AT = 4096;

  private Tables() {}

  /** Whether a file's name says that it holds a table. */
  public static boolean isNamed(String file) {
    String plain = withoutGz(file.toLowerCase(Locale.ROOT));
    return ENDINGS.stream().anyMatch(plain::endsWith);
  }

  /**
   * Whether a file may be a table: its name says so, or it begins as Parquet, gzip or text. Text in
   * UTF-16 is one, to be refused by name.
   */
  public static boolean isOne(Path file) throws IOException {
    if (isNamed(String.valueOf(file.getFileName())) || !Files.isRegularFile(file)) {
      return true;
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(LOOKED_AT);
    }
    boolean wide = head.length > 1 && (head[0] & head[1] & 0xFE) == 0xFE;
    if (wide || ParquetRows.isParquet(head) || TextInput.isGzip(head)) {
      return true;
    }
    for (byte b : head) {
      if (b >= 0 && b < ' ' && "\t\n\r".indexOf(b) < 0) {
        return false;
      }
    }
    return true;
  }

  /** A file's name without the endings of tables. */
  static String stem(String file) {
    String plain = withoutGz(file.toLowerCase(Locale.ROOT));
    for (String ending : ENDINGS) {
      if (plain.endsWith(ending)) {
        return plain.substring(0, plain.length() - ending.length());
      }
    }
    return plain;
  }

  private static String withoutGz(String file) {
    return file.endsWith(".gz") ? file.substring(0, file.length() - ".gz".length()) : file;
  }

  /**
   * The rows of a file, which is told by its contents: Parquet, or text, packed with gzip or not.
   *
   * @throws MalformedDataException if it is broken from the start
   */
  public static TableRows open(Path file, TableSpec spec) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MalformedDataException(
          file.toString(), MalformedDataException.WHOLE_FILE, "is a folder, not a table");
    }
    byte[] head = new byte[0];
    if (Files.isRegularFile(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        head = in.readNBytes(4);
      }
    }
    return ParquetRows.isParquet(head)
        ? ParquetRows.open(file, spec)
        : DelimitedRows.open(file, spec);
  }

  /** The rows of text in a stream, which is closed with them. */
  public static TableRows open(InputStream in, String name, TableSpec spec) throws IOException {
    return DelimitedRows.open(in, name, spec);
  }
}
