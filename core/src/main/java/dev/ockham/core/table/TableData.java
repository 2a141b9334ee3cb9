package dev.ockham.core.table;

import dev.ockham.core.data.Belonging;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.ExampleCache;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.RowStore;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.spec.TargetKind;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Targets;
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
    TableProfile profile = TableProfile.read(files.train(), data, listener);
    List<ColumnData> labels = spec.labels().stream().map(profile::column).toList();
    char decimal = spec.decimal().charAt(0);
    TargetColumns targets = TargetColumns.of(data.target(), labels, decimal, profile.file());
    Belonging belonging = RowSplit.belonging(profile, spec);
    boolean[] test =
        files.test() == null
            ? RowSplit.test(targets(profile, targets, labels), belonging, profile.file())
            : new boolean[profile.rows()];
    TableRules rules = RuleFinding.of(profile, files.train(), data, test, spec.labels(), listener);
    TableExamples reading = new TableExamples(rules, targets, spec, listener);
    List<RowStore> stores = List.of(room.store(files.train()), room.store(files.last()));
    List<TableExamples.Part> parts = new ArrayList<>();
    if (files.test() == null) {
      parts.addAll(reading.read(files.train(), stores, test, profile.rows()));
    } else {
      parts.addAll(reading.read(files.train(), stores.subList(0, 1), test, profile.rows()));
      parts.addAll(reading.read(files.test(), stores.subList(1, 2), new boolean[0], 0));
    }
    say(files, reading, rules, parts);
    requireRows(parts, files);
    Features train =
        features(rules, parts.getFirst()).withBelonging(belonging.select(parts.getFirst().rows()));
    return dataset(files, rules, targets, train, features(rules, parts.getLast()));
  }

  private static Targets targets(
      TableProfile profile, TargetColumns targets, List<ColumnData> labels) {
    if (targets.kind() != TargetKind.CLASSES) {
      return new NoTargets(profile.rows());
    }
    int[] classes = new int[profile.rows()];
    float[] read = new float[1];
    ColumnData label = labels.getFirst();
    for (int row = 0; row < classes.length; row++) {
      targets.read(List.of(label.value(label.code(row))), read, 0);
      classes[row] = (int) read[0];
    }
    return ClassLabels.of(classes);
  }

  private static Features features(TableRules rules, TableExamples.Part part) {
    return Features.of(Shape.of(rules.width()), part.values(), part.targets());
  }

  private void requireRows(List<TableExamples.Part> parts, TableFiles files)
      throws MalformedDataException {
    for (TableExamples.Part part : parts) {
      if (part.targets().count() == 0) {
        throw new MalformedDataException(
            files.last().toString(), MalformedDataException.WHOLE_FILE, "has no good row");
      }
    }
  }

  private Dataset dataset(
      TableFiles files, TableRules rules, TargetColumns targets, Examples train, Examples test) {
    DataRules all = rules(rules, targets);
    int outputs = Math.max(1, targets.names().size());
    String origin =
        files.test() == null ? files.train().toString() : files.train() + " and " + files.test();
    Dataset made = Dataset.of(name, outputs, all, train, test, origin);
    return new Dataset(
        made.name(),
        made.outputs(),
        made.rules(),
        made.train(),
        made.test(),
        made.contentHash(),
        made.origin(),
        files.test() != null);
  }

  private static DataRules rules(TableRules rules, TargetColumns targets) {
    DataRules table = DataRules.NONE.withTable(rules);
    return switch (targets.kind()) {
      case AUTO -> table;
      case CLASSES -> table.withClasses(targets.names());
      case LABELS -> table.withLabels(targets.names());
      case NUMBERS -> table.withNumbers(targets.names());
    };
  }

  private void say(
      TableFiles files, TableExamples reading, TableRules rules, List<TableExamples.Part> parts) {
    rules
        .leftOut()
        .forEach((column, reason) ->
            listener.notice("column '%s' %s; it is left out".formatted(column, reason)));
    if (files.test() == null) {
      int held = parts.getLast().targets().count();
      listener.notice(
          "%s has no test part; where one is needed, it is %s of its %s rows"
              .formatted(files.shownTrain(), held, held + parts.getFirst().targets().count()));
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
      listener.notice(
          "skipped %s bad row%s; first: %s"
              .formatted(
                  reading.skipped(), reading.skipped() == 1 ? "" : "s", reading.firstSkipped()));
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
    TargetKind kind =
        !rules.classes().isEmpty()
            ? TargetKind.CLASSES
            : !rules.labels().isEmpty()
                ? TargetKind.LABELS
                : rules.numbers().isEmpty() ? TargetKind.AUTO : TargetKind.NUMBERS;
    List<String> names =
        switch (kind) {
          case CLASSES -> rules.classes();
          case LABELS -> rules.labels();
          case NUMBERS -> rules.numbers();
          case AUTO -> List.of();
        };
    TargetColumns targets =
        TargetColumns.of(table.targets(), kind, names, table.decimal().charAt(0));
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
