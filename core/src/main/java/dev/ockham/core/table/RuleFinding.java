package dev.ockham.core.table;

import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.BadRows;
import dev.ockham.core.spec.ColumnKinds;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.TableRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds the rules by which the rows of a table become examples, from its training rows. */
final class RuleFinding {
  /** Categories of fewer training rows share the place of others, unless that is 1 % of them. */
  static final int RARE = 10;

  private static final int RARE_SHARE = 100;

  /** So many categories of a column have a place of their own: the most frequent ones. */
  static final int MOST_CATEGORIES = 1000;

  /** So many of the others are remembered by name, so that they are none that is new. */
  static final int MOST_OTHERS = 10_000;

  private final TableProfile profile;
  private final DataSpec data;
  private final Map<ColumnData, ColumnKind.Kind> kinds = new LinkedHashMap<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  private RuleFinding(TableProfile profile, DataSpec data) {
    this.profile = profile;
    this.data = data;
  }

  /**
   * The rules.
   *
   * @param train the table, which is read again
   * @param test rows that nothing may be learnt from
   * @param targets columns to predict
   * @throws MalformedDataException naming a column that cannot be understood, or if none is of use
   */
  static TableRules of(
      TableProfile profile,
      Path train,
      DataSpec data,
      boolean[] test,
      List<String> targets,
      DownloadListener listener)
      throws IOException {
    RuleFinding finding = new RuleFinding(profile, data);
    for (ColumnData column : profile.columns()) {
      if (!targets.contains(column.name())) {
        finding.find(column);
      }
    }
    TableSpec spec = data.table();
    if (finding.kinds.isEmpty()) {
      throw new MalformedDataException(
          profile.file(),
          MalformedDataException.WHOLE_FILE,
          "has no column to predict from: " + finding.leftOut);
    }
    List<ColumnRule> rules = new ArrayList<>();
    TrainingValues values = TrainingValues.read(profile, train, finding.kinds, test, listener);
    finding.kinds.forEach((column, kind) -> rules.add(rule(column, kind, values)));
    return new TableRules(
        profile.names(),
        profile.header(),
        String.valueOf(profile.separator()),
        spec.decimal(),
        spec.trim(),
        spec.missingWords(),
        targets,
        spec.labelSuffix(),
        rules,
        finding.leftOut);
  }

  private void find(ColumnData column) throws MalformedDataException {
    TableSpec spec = data.table();
    String name = column.name();
    List<String> features = spec.featureNames();
    if (name.equals(spec.group()) || name.equals(spec.time())) {
      leftOut.put(name, "tells which rows belong together");
      return;
    }
    if (spec.dropped().contains(name)) {
      leftOut.put(name, "is dropped");
      return;
    }
    if (!features.isEmpty() && !features.contains(name)) {
      leftOut.put(name, "is not among the features");
      return;
    }
    ColumnKind kind =
        ColumnKind.of(
            column,
            ColumnKinds.parse(data.columns()).get(name),
            features.contains(name),
            spec.onBadRow() == BadRows.SKIP,
            profile.file());
    if (kind.kind() == ColumnKind.Kind.OUT) {
      leftOut.put(name, kind.reason());
    } else {
      kinds.put(column, kind.kind());
    }
  }

  private static ColumnRule rule(ColumnData column, ColumnKind.Kind kind, TrainingValues values) {
    return switch (kind) {
      case OUT -> throw new IllegalStateException(column.name() + " is left out");
      case NUMBER -> numbers(column, values);
      case BOOLEAN -> booleans(column, values);
      case CATEGORY -> categories(column, values);
    };
  }

  private static ColumnRule numbers(ColumnData column, TrainingValues values) {
    float mean = (float) values.mean(column);
    return ColumnRule.ofNumbers(
        column.name(), Float.isFinite(mean) ? mean : 0, values.missing(column) > 0);
  }

  private static ColumnRule booleans(ColumnData column, TrainingValues values) {
    List<String> found = ColumnKind.words(column);
    List<String> words =
        found == null ? Stream.of(column.value(0), column.value(1)).sorted().toList() : found;
    int[] counts = values.counts(column);
    int no = counts[column.value(0).equals(words.get(0)) ? 0 : 1];
    int yes = counts[column.value(0).equals(words.get(0)) ? 1 : 0];
    return ColumnRule.ofBooleans(
        column.name(),
        words.get(0),
        words.get(1),
        (float) ((double) yes / Math.max(1, no + yes)),
        values.missing(column) > 0);
  }

  private static ColumnRule categories(ColumnData column, TrainingValues values) {
    record Category(String value, int count) {}
    int[] counts = values.counts(column);
    int rows = values.missing(column);
    for (int count : counts) {
      rows += count;
    }
    List<Category> frequent = new ArrayList<>();
    List<Category> others = new ArrayList<>();
    for (int code = 0; code < column.different(); code++) {
      boolean rare = counts[code] < RARE && counts[code] < (double) rows / RARE_SHARE;
      if (counts[code] > 0) {
        (rare ? others : frequent).add(new Category(column.value(code), counts[code]));
      }
    }
    Comparator<Category> byCount =
        Comparator.comparingInt((Category category) -> -category.count())
            .thenComparing(Category::value);
    frequent.sort(byCount);
    while (frequent.size() > MOST_CATEGORIES) {
      others.add(frequent.removeLast());
    }
    frequent.sort(Comparator.comparing(Category::value));
    others.sort(byCount);
    List<String> sharing =
        others.stream().limit(MOST_OTHERS).map(Category::value).sorted().toList();
    List<Float> shares = new ArrayList<>();
    for (Category category : frequent) {
      shares.add((float) ((double) category.count() / rows));
    }
    if (!others.isEmpty()) {
      int together = others.stream().mapToInt(Category::count).sum();
      shares.add((float) ((double) together / rows));
    }
    return ColumnRule.ofCategories(
        column.name(),
        frequent.stream().map(Category::value).toList(),
        sharing,
        shares,
        values.missing(column) > 0);
  }
}
