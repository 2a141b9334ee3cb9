package dev.ockham.core.table;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.ExampleCache;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.RowStore;
import dev.ockham.core.spec.BadRows;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table as a data set. It is read twice: first to see what its columns hold, from which the rules
 * follow, and then into numbers by those rules, as every table that the model meets later.
 */
public final class TableData {

  private final String name;
  private final DataSpec data;
  private final ExampleCache.Room room;
  private final DownloadListener listener;

  private TableData(String name, DataSpec data, ExampleCache.Room room, DownloadListener listener) {
    this.name = name;
    this.data = data;
    this.room = room;
    this.listener = listener;
  }

  /**
   * Reads a table, or the two tables of a training and a test part.
   *
   * @param name what the data set is called
   * @param place a file, or a folder of tables
   * @param data how it is read
   * @param working what relative paths start from
   * @param cache where examples that are many are kept for the next time
   * @throws MalformedDataException naming file, row, column and value of what is wrong
   */
  public static Dataset read(
      String name, Path place, DataSpec data, Path working, ExampleCache cache) throws IOException {
    TableFiles files = TableFiles.of(place, data.table().test(), working);
    String way = "table %s %s %s".formatted(data.table(), data.columns(), data.target());
    return cache.read(
        name,
        files.all(),
        way,
        (room, heard) -> new TableData(name, data, room, heard).read(files));
  }

  /** Whether a folder holds tables. */
  public static boolean isFolder(Path folder) throws IOException {
    return TableFiles.inFolder(folder);
  }

  private Dataset read(TableFiles files) throws IOException {
    TableSpec spec = data.table();
    TableSplit split = TableSplit.read(files, data, listener);
    TargetColumns targets = split.targets();
    boolean[] test = split.test();
    TableRules rules =
        RuleFinding.of(split.profile(), files.train(), data, test, spec.labels(), listener);
    TableExamples reading = new TableExamples(rules, targets, spec, listener);
    List<RowStore> stores = List.of(room.store(files.train()), room.store(files.last()));
    List<TableExamples.Part> parts = new ArrayList<>();
    if (files.test() == null) {
      parts.addAll(reading.read(files.train(), stores, test, test.length));
    } else {
      parts.addAll(reading.read(files.train(), stores.subList(0, 1), test, test.length));
      parts.addAll(reading.read(files.test(), stores.subList(1, 2), new boolean[0], 0));
    }
    say(files, reading, rules, parts);
    requireRows(parts, files);
    Features train =
        features(rules, parts.getFirst())
            .withBelonging(split.belonging().select(parts.getFirst().rows()));
    return dataset(files, rules, targets, train, features(rules, parts.getLast()));
  }

  private static Features features(TableRules rules, TableExamples.Part part) {
    return Features.of(Shape.of(rules.width()), part.values(), part.targets());
  }

  private static void requireRows(List<TableExamples.Part> parts, TableFiles files)
      throws MalformedDataException {
    for (TableExamples.Part part : parts) {
      files.requireRows(part.targets().count());
    }
  }

  private Dataset dataset(
      TableFiles files, TableRules rules, TargetColumns targets, Examples train, Examples test) {
    DataRules all = targets.named(DataRules.NONE.withTable(rules));
    int outputs = Math.max(1, targets.names().size());
    return Dataset.of(name, outputs, all, train, test, files.origin())
        .withTestGiven(files.test() != null);
  }

  private void say(
      TableFiles files, TableExamples reading, TableRules rules, List<TableExamples.Part> parts) {
    rules
        .leftOut()
        .forEach((column, reason) ->
            listener.notice("column '%s' %s; it is left out".formatted(column, reason)));
    if (files.test() == null) {
      listener.notice(
          files.heldOut(parts.getLast().targets().count(), parts.getFirst().targets().count()));
    }
    if (!reading.extra().isEmpty()) {
      listener.notice(
          "%s has columns that training's table has not: %s"
              .formatted(files.test(), String.join(", ", reading.extra())));
    }
    for (String line : reading.unseen().lines()) {
      listener.notice(line + "; they count as others, or as the mean");
    }
    if (reading.skipped() > 0) {
      listener.notice(BadRows.skipped(reading.skipped(), reading.firstSkipped()));
    }
  }

  /**
   * Reads a table by the rules of a model.
   *
   * @param place a file, or a folder of tables: then its test part, if it has one
   * @param rules the model's, with a table
   * @param spec what else is said of reading
   * @param cache where examples that are many are kept for the next time
   */
  public static Dataset readBy(
      String name, Path place, DataRules rules, TableSpec spec, ExampleCache cache)
      throws IOException {
    Path file = TableFiles.of(place, spec.test(), Path.of("")).last();
    return cache.read(
        name,
        List.of(file),
        "table by rules %s %s".formatted(spec, rules.json()),
        (room, heard) ->
            new TableData(name, DataSpec.defaults(), room, heard).readBy(file, rules, spec));
  }

  private Dataset readBy(Path file, DataRules rules, TableSpec spec) throws IOException {
    TableRules table = rules.table().orElseThrow();
    TargetColumns targets = TargetColumns.of(table.targets(), rules, table.decimal().charAt(0));
    TableExamples reading = new TableExamples(table, targets, spec, listener);
    TableExamples.Part part =
        reading.read(file, List.of(room.store(file)), new boolean[0], 0).getFirst();
    TableFiles files = new TableFiles(file, file);
    say(files, reading, table, List.of(part, part));
    requireRows(List.of(part), files);
    Features examples = features(table, part);
    return dataset(files, table, targets, examples, examples);
  }
}
