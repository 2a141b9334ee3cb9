package dev.ockham.core.input;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.ockham.core.data.MalformedDataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of comma-separated numbers in UTF-8, one example a row. Empty lines are skipped, and so is a
 * first row without any number: it names the columns.
 */
public final class CsvExamples implements Examples {

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final int LONGEST_QUOTE = 40;

  private final String name;
  private final int inputs;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> rows;
  private boolean first = true;
  private boolean any;

  private CsvExamples(String name, int inputs, CsvReader<CsvRecord> reader) {
    this.name = name;
    this.inputs = inputs;
    this.reader = reader;
    this.rows = reader.iterator();
  }

  static CsvExamples of(InputStream in, String name, int inputs) {
    InputStreamReader text =
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    // A row of more values is an error of ours that names the line, so one more must be readable.
    int most = Math.max(inputs, Short.MAX_VALUE) + 1;
    return new CsvExamples(
        name,
        inputs,
        CsvReader.builder()
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .build(CsvRecordHandler.builder().maxFields(most).build(), text));
  }

  @Override
  public long count() {
    return UNKNOWN;
  }

  @Override
  public boolean next(float[] into, int at) throws IOException {
    try {
      CsvRecord row = nextRow();
      if (row == null) {
        return false;
      }
      parse(row, into, at);
      any = true;
      return true;
    } catch (CsvParseException e) {
      throw wrong("cannot be read as CSV: " + e.getMessage());
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw wrong("is not text in UTF-8");
      }
      throw e.getCause();
    }
  }

  private @Nullable CsvRecord nextRow() throws MalformedDataException {
    CsvRecord row = rows.hasNext() ? rows.next() : null;
    if (row != null && first && namesColumns(row)) {
      row = rows.hasNext() ? rows.next() : null;
    }
    first = false;
    if (row == null && !any) {
      throw wrong("holds no rows of numbers");
    }
    return row;
  }

  private static boolean namesColumns(CsvRecord row) {
    return row.getFields().stream()
        .noneMatch(field -> isNumber(field.replace(BYTE_ORDER_MARK, "")));
  }

  private static boolean isNumber(String text) {
    try {
      Float.parseFloat(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void parse(CsvRecord row, float[] into, int at) throws MalformedDataException {
    List<String> fields = row.getFields();
    if (fields.size() != inputs) {
      throw wrong(
          "line %s: there are %s values, the model takes %s"
              .formatted(row.getStartingLineNumber(), fields.size(), inputs));
    }
    for (int i = 0; i < inputs; i++) {
      String field = fields.get(i);
      String text = i == 0 && !any ? field.replace(BYTE_ORDER_MARK, "") : field;
      float value = isNumber(text) ? Float.parseFloat(text) : Float.NaN;
      if (!Float.isFinite(value)) {
        throw wrong(
            "line %s, column %s: '%s' is not a finite number"
                .formatted(row.getStartingLineNumber(), i + 1, shortened(text)));
      }
      into[at + i] = value;
    }
  }

  private static String shortened(String text) {
    String shown = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    return shown.replaceAll("\\p{Cc}", "?");
  }

  private MalformedDataException wrong(String fault) {
    return new MalformedDataException(name, MalformedDataException.WHOLE_FILE, fault);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
