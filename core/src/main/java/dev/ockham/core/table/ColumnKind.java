package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.NumberGrammar;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a column is found to be.
 *
 * @param kind how it is used
 * @param reason why it is left out; empty where it is used
 */
record ColumnKind(Kind kind, String reason) {

  /** Ways to use a column. */
  enum Kind {
    NUMBER,
    CATEGORY,
    BOOLEAN,
    OUT
  }

  /** In a column of this many numbers and more, text is a mistake and no category. */
  private static final double MOSTLY_NUMBERS = 0.9;

  /** From so many rows on, values that nearly all differ tell an identifier. */
  private static final int ROWS_TO_TELL = 20;

  private static final List<List<String>> WORDS =
      List.of(
          List.of("false", "true"),
          List.of("no", "yes"),
          List.of("f", "t"),
          List.of("n", "y"),
          List.of("off", "on"));

  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "(?i)(.*[_\\s.-])?(id|uuid|guid|index|row|rowid|key)|c1|unnamed.*|.*[a-z]I[dD]");

  private static final Pattern DATE =
      Pattern.compile(
          "\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}([T"
              + " ]\\d{1,2}:\\d{2}.*)?|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{4}([T"
              + " ]\\d{1,2}:\\d{2}.*)?|\\d{1,2}:\\d{2}(:\\d{2}.*)?");

  private static ColumnKind out(String reason) {
    return new ColumnKind(Kind.OUT, reason);
  }

  private static ColumnKind of(Kind kind) {
    return new ColumnKind(kind, "");
  }

  /**
   * What a column is.
   *
   * @param said the kind that a person said, or null
   * @param asked whether a person named it as a feature, so that it is no identifier
   * @param skips whether rows with text among numbers are passed over
   * @param file what messages call the table
   * @throws MalformedDataException if there is text among numbers, or more categories than can be
   *     kept
   */
  static ColumnKind of(
      ColumnData column, @Nullable String said, boolean asked, boolean skips, String file)
      throws MalformedDataException {
    if (said != null) {
      return said(column, said, file);
    }
    if (column.missing() == column.rows()) {
      return out("has no values");
    }
    if (column.manyNumbers()) {
      if (column.firstText() != null && !skips) {
        throw textAmongNumbers(column, column.firstText(), column.firstTextPlace(), file);
      }
      return !asked && isIdentifier(column) ? out("is an identifier") : of(Kind.NUMBER);
    }
    if (!column.kept()) {
      return out(
          "has more than %s different values, as identifiers and texts have"
              .formatted(ColumnData.MOST_KEPT));
    }
    if (column.different() == 1 && column.missing() == 0) {
      return out("is '%s' in every row".formatted(CellException.shown(column.value(0))));
    }
    return ofKept(column, asked, skips, file);
  }

  private static ColumnKind ofKept(ColumnData column, boolean asked, boolean skips, String file)
      throws MalformedDataException {
    int[] counts = column.counts();
    long numbers = 0;
    long dates = 0;
    int text = -1;
    for (int code = 0; code < counts.length; code++) {
      if (column.isNumber(code)) {
        numbers += counts[code];
      } else {
        text = text < 0 ? code : text;
        dates += DATE.matcher(column.value(code)).matches() ? counts[code] : 0;
      }
    }
    int present = column.rows() - column.missing();
    if (text >= 0) {
      requireTrimmed(column, text, file);
    }
    if (text < 0) {
      return !asked && isIdentifier(column) ? out("is an identifier") : of(Kind.NUMBER);
    }
    if (numbers >= MOSTLY_NUMBERS * present && skips) {
      return of(Kind.NUMBER);
    }
    if (numbers >= MOSTLY_NUMBERS * present) {
      throw textAmongNumbers(column, column.value(text), column.place(text), file);
    }
    if (dates == present) {
      return out(
          "holds dates or times, such as '%s'".formatted(CellException.shown(column.value(0))));
    }
    if (words(column) != null) {
      return of(Kind.BOOLEAN);
    }
    if (!asked && present >= ROWS_TO_TELL && column.different() > present / 2) {
      return out("has values that mostly differ, as identifiers and texts do");
    }
    return of(Kind.CATEGORY);
  }

  /** Numbers with blanks round them are no categories that anybody means. */
  private static void requireTrimmed(ColumnData column, int text, String file)
      throws MalformedDataException {
    String stripped = column.value(text).strip();
    if (!stripped.equals(column.value(text)) && !Double.isNaN(NumberGrammar.parse(stripped))) {
      throw new MalformedDataException(
          file,
          MalformedDataException.WHOLE_FILE,
          "%s: column '%s': '%s' has blanks round a number; --trim takes them off"
              .formatted(
                  column.place(text), column.name(), CellException.shown(column.value(text))));
    }
  }

  private static ColumnKind said(ColumnData column, String said, String file)
      throws MalformedDataException {
    return switch (said) {
      case "number" -> of(Kind.NUMBER);
      case "boolean" -> {
        if (!column.kept() || column.different() != 2) {
          throw new MalformedDataException(
              file,
              MalformedDataException.WHOLE_FILE,
              "column '%s' cannot be boolean: it has %s different values, not 2"
                  .formatted(column.name(), column.kept() ? column.different() : "too many"));
        }
        yield of(Kind.BOOLEAN);
      }
      case "category" -> {
        if (!column.kept()) {
          throw new MalformedDataException(
              file,
              MalformedDataException.WHOLE_FILE,
              "column '%s' has more than %s different values, too many to be categories"
                  .formatted(column.name(), ColumnData.MOST_KEPT));
        }
        yield of(Kind.CATEGORY);
      }
      default -> out("is dropped");
    };
  }

  /** The two values of a column as no and yes, or null where they are no such words. */
  static @Nullable List<String> words(ColumnData column) {
    if (column.different() != 2) {
      return null;
    }
    String first = column.value(0);
    String second = column.value(1);
    for (List<String> pair : WORDS) {
      if (first.toLowerCase(Locale.ROOT).equals(pair.get(0))
          && second.toLowerCase(Locale.ROOT).equals(pair.get(1))) {
        return List.of(first, second);
      }
      if (second.toLowerCase(Locale.ROOT).equals(pair.get(0))
          && first.toLowerCase(Locale.ROOT).equals(pair.get(1))) {
        return List.of(second, first);
      }
    }
    return null;
  }

  /** Whole numbers that all differ under a name that says so, or that count the rows. */
  private static boolean isIdentifier(ColumnData column) {
    return column.rows() >= ROWS_TO_TELL
        && IDENTIFIER.matcher(column.name()).matches()
        && column.tellsRows();
  }

  private static MalformedDataException textAmongNumbers(
      ColumnData column, String text, String place, String file) {
    String shown = CellException.shown(text);
    return new MalformedDataException(
        file,
        MalformedDataException.WHOLE_FILE,
        "%s: column '%s': '%s' is not a number, as nearly all of its column are; if it means a missing value: --missing '%s'; if these are categories: --kinds '%s=category'"
            .formatted(place, column.name(), shown, shown, column.name()));
  }
}
