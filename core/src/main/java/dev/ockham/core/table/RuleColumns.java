package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.UnknownValues;
import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.RowEncoder;
import dev.ockham.runtime.data.TableRules;
import java.util.ArrayList;
import java.util.List;

/**
 * Which columns of a table are those of a model's rules: told by name where the table has names, by
 * their place otherwise. Immutable.
 */
public final class RuleColumns {
  private final RowEncoder encoder;
  private final UnknownValues unknown;
  private final int[] features;
  private final int[] targets;
  private final List<String> extra;

  private RuleColumns(
      RowEncoder encoder,
      UnknownValues unknown,
      int[] features,
      int[] targets,
      List<String> extra) {
    this.encoder = encoder;
    this.unknown = unknown;
    this.features = features;
    this.targets = targets;
    this.extra = extra;
  }

  /**
   * Finds the columns.
   *
   * @throws MalformedDataException naming the columns that are not there
   */
  public static RuleColumns of(RowEncoder encoder, UnknownValues unknown, TableRows rows)
      throws MalformedDataException {
    TableRules rules = encoder.rules();
    List<String> wanted = rules.columns().stream().map(ColumnRule::name).toList();
    List<String> names = rows.named() ? rows.names() : byPlace(rules, rows);
    List<String> lacking = wanted.stream().filter(name -> !names.contains(name)).toList();
    if (!lacking.isEmpty()) {
      throw new MalformedDataException(
          rows.file(),
          MalformedDataException.WHOLE_FILE,
          "lacks column%s %s that the model takes; it has %s"
              .formatted(lacking.size() == 1 ? "" : "s", quoted(lacking), quoted(names)));
    }
    boolean labelled = names.containsAll(rules.targets());
    return new RuleColumns(
        encoder,
        unknown,
        wanted.stream().mapToInt(names::indexOf).toArray(),
        labelled ? rules.targets().stream().mapToInt(names::indexOf).toArray() : new int[0],
        names.stream().filter(name -> !rules.names().contains(name)).toList());
  }

  private static String quoted(List<String> names) {
    int most = Math.min(names.size(), 20);
    String list = "'" + String.join("', '", names.subList(0, most)) + "'";
    return most < names.size() ? list + " and %s more".formatted(names.size() - most) : list;
  }

  private static List<String> byPlace(TableRules rules, TableRows rows)
      throws MalformedDataException {
    int cells = rows.names().size();
    List<String> unlabelled = new ArrayList<>(rules.names());
    unlabelled.removeAll(rules.targets());
    if (cells == rules.names().size()) {
      return rules.names();
    }
    if (cells == unlabelled.size()) {
      return unlabelled;
    }
    throw new MalformedDataException(
        rows.file(),
        MalformedDataException.WHOLE_FILE,
        "has %s columns without names; the model's table had %s, %s without its label"
            .formatted(cells, rules.names().size(), unlabelled.size()));
  }

  /** Columns of the table that training's had not. */
  public List<String> extra() {
    return extra;
  }

  /** Whether the table has the columns to predict. */
  public boolean labelled() {
    return targets.length > 0;
  }

  /** Places of the columns to predict; none where they are not all there. */
  int[] targets() {
    return targets.clone();
  }

  /** The encoder of the rules. */
  public RowEncoder encoder() {
    return encoder;
  }

  /**
   * Encodes a row.
   *
   * @param rows where it was read
   * @param into receives the numbers
   * @param at index of the first
   * @param unseen counts what training has not seen
   * @throws RowException naming the row, the column and the value that cannot be encoded
   */
  public void encode(TableRow row, TableRows rows, float[] into, int at, UnseenValues unseen)
      throws RowException {
    for (int i = 0; i < features.length; i++) {
      int cell = features[i];
      boolean seen;
      try {
        seen = encoder.encode(i, row.text(), row.start(cell), row.end(cell), into, at);
      } catch (CellException e) {
        throw new RowException(rows.file(), rows.where(), String.valueOf(e.getMessage()));
      }
      if (!seen) {
        String column = encoder.rules().columns().get(i).name();
        if (unknown == UnknownValues.FAIL) {
          throw new RowException(
              rows.file(),
              rows.where(),
              "column '%s': '%s' is a value that training has not seen"
                  .formatted(column, CellException.shown(row.cell(cell))));
        }
        unseen.add(column, row.cell(cell), rows.where());
      }
    }
  }

  /** Where a column is that passes through, by its name in the table, or in the rules. */
  static int place(TableRows rows, String name, TableRules rules) throws MalformedDataException {
    List<String> names = rows.named() ? rows.names() : byPlace(rules, rows);
    int place = Math.max(names.indexOf(name), rows.names().indexOf(name));
    if (place < 0) {
      throw new MalformedDataException(
          rows.file(),
          MalformedDataException.WHOLE_FILE,
          "has no column '%s'; it has %s".formatted(name, quoted(names)));
    }
    return place;
  }
}
