package dev.ockham.cli.console;

import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a table is read, as options; each sets a leaf of the spec. */
public final class TableOptions {

  @Mixin private TableReadingOptions reading = new TableReadingOptions();

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Of a table: the column to predict, or several with commas.")
  private @Nullable String label;

  @Option(
      names = "--features",
      paramLabel = "COLUMNS",
      description = "Of a table: the columns to predict from; default: all of use.")
  private @Nullable String features;

  @Option(
      names = "--text",
      paramLabel = "COLUMN",
      description = "Of a table: the column that holds a text to predict from.")
  private @Nullable String text;

  @Option(names = "--drop", paramLabel = "COLUMNS", description = "Of a table: leave these out.")
  private @Nullable String drop;

  @Option(
      names = "--kinds",
      paramLabel = "NAME=KIND",
      description = "Of a table: number, category, boolean or drop, where what is found is wrong.")
  private @Nullable String kinds;

  @Option(names = "--trim", description = "Of a table: take blanks off the ends of cells.")
  private boolean trim;

  @Option(
      names = "--missing",
      paramLabel = "WORDS",
      description = "Of a table: cells that mean a missing value, such as '?,NA'.")
  private @Nullable String missing;

  @Option(
      names = "--label-suffix",
      paramLabel = "TEXT",
      description = "Of a table: take this off the end of labels.")
  private @Nullable String labelSuffix;

  @Option(
      names = "--group",
      paramLabel = "COLUMN",
      description = "Of a table: rows of one value here stay on one side of a split.")
  private @Nullable String group;

  @Option(
      names = "--time",
      paramLabel = "COLUMN",
      description = "Of a table: hold out what comes last by this column.")
  private @Nullable String time;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description =
          "Of a table: the file of the test part; default: found, or a fifth of the rows.")
  private @Nullable String test;

  /** The leaf that says what a label is. */
  static Map<String, @Nullable String> ofLabel(@Nullable String kind) {
    Map<String, @Nullable String> leaf = new LinkedHashMap<>();
    leaf.put("--target data.target", kind);
    return leaf;
  }

  /** Leaves of the spec by option and path; null for what was not given. */
  public Map<String, @Nullable String> leaves() {
    Map<String, @Nullable String> leaves = new LinkedHashMap<>();
    leaves.put("--kinds data.columns", kinds);
    leaves.put("--label data.table.label", label);
    leaves.put("--text data.text.column", text);
    leaves.put("--features data.table.features", features);
    leaves.put("--drop data.table.drop", drop);
    leaves.put("--trim data.table.trim", trim ? "true" : null);
    leaves.put("--missing data.table.missing", missing);
    leaves.put("--label-suffix data.table.label_suffix", labelSuffix);
    leaves.put("--group data.table.group", group);
    leaves.put("--time data.table.time", time);
    leaves.put("--test data.table.test", test);
    leaves.putAll(reading.leaves());
    return leaves;
  }

  /** The first of these options that was given, as {@code --label}; null if none was. */
  public @Nullable String given() {
    return leaves().entrySet().stream()
        .filter(leaf -> leaf.getValue() != null)
        .map(leaf -> leaf.getKey().substring(0, leaf.getKey().indexOf(' ')))
        .findFirst()
        .orElse(null);
  }

  /**
   * How data of a name are read by these options alone.
   *
   * @param kind what its label is; null where nobody says
   * @param settings {@code data.LEAF=VALUE} each, laid over them
   */
  public DataSpec of(String name, @Nullable String kind, List<String> settings) {
    SpecTree tree = SpecTree.of(RunSpec.defaults()).with("data.name", name, "--data");
    tree = TableReadingOptions.over(tree, ofLabel(kind));
    tree = TableReadingOptions.over(tree, leaves());
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 0 || !setting.startsWith("data.")) {
        throw new SpecException(
            "--set %s: expected data.LEAF=VALUE, such as data.size=32".formatted(setting));
      }
      tree = tree.with(setting.substring(0, equals), setting.substring(equals + 1), "--set");
    }
    return tree.toSpec().data();
  }
}
