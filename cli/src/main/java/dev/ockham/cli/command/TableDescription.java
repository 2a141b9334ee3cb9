package dev.ockham.cli.command;

import dev.ockham.core.data.Dataset;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.TableRules;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the columns of a table are, a line each, in the table's order. */
final class TableDescription {
  private static final int CATEGORIES_NAMED = 3;

  private TableDescription() {}

  /** For programs. */
  static List<Map<String, Object>> toList(TableRules rules) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (String name : rules.names()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", name);
      row.put("kind", kind(rules, name));
      row.put("said", said(rules, name));
      list.add(row);
    }
    return list;
  }

  /** For people. */
  static void say(TableRules rules, Dataset data, PrintWriter out) {
    int widest = rules.names().stream().mapToInt(String::length).max().orElse(1);
    for (String name : rules.names()) {
      out.printf(
          "  %s%s  %-9s %s%n",
          name,
          " ".repeat(Math.max(0, widest - name.length())),
          kind(rules, name),
          said(rules, name));
    }
    if (!data.rules().numbers().isEmpty()) {
      out.printf("asks for numbers: %s%n", String.join(", ", data.rules().numbers()));
    } else if (!data.rules().labels().isEmpty()) {
      out.printf("asks for labels: %s%n", String.join(", ", data.rules().labels()));
    } else if (data.classNames().isEmpty()) {
      out.printf("asks for nothing: --label names the column to predict%n");
    } else {
      out.printf("asks for one of %s classes:%n", data.classNames().size());
    }
  }

  private static String kind(TableRules rules, String name) {
    if (rules.targets().contains(name)) {
      return "label";
    }
    for (ColumnRule column : rules.columns()) {
      if (column.name().equals(name)) {
        return column.kind().toString().toLowerCase(Locale.ROOT);
      }
    }
    return "left out";
  }

  private static String said(TableRules rules, String name) {
    for (ColumnRule column : rules.columns()) {
      if (column.name().equals(name)) {
        return said(column);
      }
    }
    return rules.leftOut().getOrDefault(name, "");
  }

  private static String said(ColumnRule column) {
    String missing = column.indicator() ? "; missing ones have a place of their own" : "";
    return switch (column.kind()) {
      case NUMBER -> String.format(Locale.ROOT, "mean %.6g%s", column.mean(), missing);
      case BOOLEAN ->
          String.format(
              Locale.ROOT,
              "'%s' is 0, '%s' is 1, mean %.4f%s",
              column.categories().get(0),
              column.categories().get(1),
              column.mean(),
              missing);
      case CATEGORY ->
          "%s: %s%s%s"
              .formatted(
                  column.categories().size(),
                  named(column.categories()),
                  column.others().isEmpty()
                      ? ""
                      : "; rare ones share a place: " + named(column.others()),
                  missing);
    };
  }

  private static String named(List<String> values) {
    String some = String.join(", ", values.subList(0, Math.min(CATEGORIES_NAMED, values.size())));
    return values.size() > CATEGORIES_NAMED ? some + ", ..." : some;
  }
}
