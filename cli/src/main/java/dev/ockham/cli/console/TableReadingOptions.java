package dev.ockham.cli.console;

import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the rows of a table are read, whatever they are for, as options. */
public final class TableReadingOptions {

  @Option(
      names = "--columns",
      paramLabel = "NAMES",
      description = "Of a table: names of all its columns, for a file without.")
  private @Nullable String names;

  @Option(
      names = "--header",
      paramLabel = "WHETHER",
      description = "Of a table: the first row holds names: auto, yes or no.")
  private @Nullable String header;

  @Option(
      names = "--separator",
      paramLabel = "C",
      description = "Of a table: what stands between cells, one character or tab.")
  private @Nullable String separator;

  @Option(
      names = "--decimal",
      paramLabel = "C",
      description = "Of a table: what stands before the fraction of a number, . or a comma.")
  private @Nullable String decimal;

  @Option(
      names = "--unknown",
      paramLabel = "DO",
      description = "Of a table: what values become that training has not seen: other or fail.")
  private @Nullable String unknown;

  @Option(
      names = "--on-bad-row",
      paramLabel = "DO",
      description = "Of a table: fail at a row that cannot be read, or skip and count it.")
  private @Nullable String onBadRow;

  /** Leaves of the spec by option and path; null for what was not given. */
  public Map<String, @Nullable String> leaves() {
    Map<String, @Nullable String> leaves = new LinkedHashMap<>();
    leaves.put("--columns data.table.names", names);
    leaves.put("--header data.table.header", header);
    leaves.put("--separator data.table.separator", separator);
    leaves.put("--decimal data.table.decimal", decimal);
    leaves.put("--unknown data.table.unknown", unknown);
    leaves.put("--on-bad-row data.table.on_bad_row", onBadRow);
    return leaves;
  }

  /** How data of a name are read by these options alone. */
  public DataSpec of(String name) {
    SpecTree tree = SpecTree.of(RunSpec.defaults()).with("data.name", name, "--data");
    return over(tree, leaves()).toSpec().data();
  }

  /** A tree with options laid over it, by option and path. */
  static SpecTree over(SpecTree base, Map<String, @Nullable String> leaves) {
    SpecTree tree = base;
    for (Map.Entry<String, @Nullable String> leaf : leaves.entrySet()) {
      String value = leaf.getValue();
      if (value != null) {
        String[] optionAndPath = leaf.getKey().split(" ", 2);
        tree = tree.with(optionAndPath[1], value, optionAndPath[0]);
      }
    }
    return tree;
  }
}
