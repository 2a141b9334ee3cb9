package dev.ockham.lab.page;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;

/**
 * The words of a page, from a text file of the resources, and what was measured for their slots.
 *
 * <p>Blank lines part the blocks of the file. The first is the title, {@code = Title}; the second
 * the question. {@code == Heading} begins a finding, of which the blocks are paragraphs, {@code
 * [figure name] caption}, {@code [table name] caption} with a line {@code | heading | heading}, and
 * lines alike below it where the file has the rows (headings and rows may also come from code),
 * {@code [paper] citation} with what it says on the next lines, and {@code [numbers name]}, a table
 * of that paper. {@code [text name]} is a sentence or more that a slot can be told to hold.
 *
 * <p>{@code {name}} is a value, {@code {name:%.1f}} a number in that format. A paragraph without
 * any text left is left out. Every slot must have a value, and every value, figure and table a
 * place, so that no finding is lost on its way.
 */
public final class PageText {

  private static final Pattern SLOT = Pattern.compile("\\{(\\w+)(?::(%[^}]*))?}");
  private static final Pattern MARK =
      Pattern.compile("\\[(figure|table|paper|numbers|text) ?([^]]*)] *(.*)", Pattern.DOTALL);

  private final String file;
  private final List<String> blocks;
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Object> values = new HashMap<>();
  private final Map<String, String> chosen = new HashMap<>();
  private final Map<String, Function<String, Figure>> figures = new HashMap<>();
  private final Map<String, Cells> tables = new HashMap<>();
  private final Set<String> placed = new HashSet<>();

  /** What was measured for a table; headings where the file has none. */
  private record Cells(@Nullable List<String> headings, List<List<String>> rows) {}

  private PageText(String file, String text) {
    this.file = file;
    this.blocks = new ArrayList<>(List.of(text.strip().split("\n\\s*\n", -1)));
    blocks.removeIf(block -> {
      Matcher mark = MARK.matcher(block);
      if (mark.matches() && mark.group(1).equals("text")) {
        texts.put(mark.group(2), joined(mark.group(3)));
        return true;
      }
      return false;
    });
    Matcher slots = SLOT.matcher(text);
    while (slots.find()) {
      placed.add(slots.group(1));
    }
  }

  /**
   * The words in a file of the resources.
   *
   * @param beside the class whose folder it is in
   * @param name of the file, without {@code .txt}
   * @throws IOException if it is not there
   */
  public static PageText of(Class<?> beside, String name) throws IOException {
    String file = name + ".txt";
    try (InputStream in = beside.getResourceAsStream(file)) {
      if (in == null) {
        throw new FileNotFoundException(file + " is not beside " + beside.getName());
      }
      return new PageText(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  static PageText ofText(String text) {
    return new PageText("text", text);
  }

  /** Gives a slot its value: a text, or a number. */
  public PageText put(String slot, Object value) {
    require(placed.contains(slot), "no slot {%}", slot);
    values.put(slot, value);
    return this;
  }

  /** Fills a slot with one of the file's texts, whose own slots are filled, too. */
  public PageText choose(String slot, String text) {
    require(texts.containsKey(text), "no [text %]", text);
    require(placed.contains(slot), "no slot {%}", slot);
    chosen.put(slot, text);
    return this;
  }

  /** Draws a figure: charts below each other. */
  public PageText chart(String name, XYChart... charts) {
    return charts(name, 1, List.of(charts));
  }

  /** Draws a figure: charts in a grid of so many columns. */
  public PageText charts(String name, int columns, List<XYChart> charts) {
    XYChart[] all = charts.toArray(XYChart[]::new);
    return figure(name, caption -> Figure.of(name, caption, columns, all));
  }

  /** Draws a figure, given its caption. */
  public PageText figure(String name, Function<String, Figure> figure) {
    figures.put(name, figure);
    return this;
  }

  /** Gives a table its rows. */
  public PageText rows(String table, List<List<String>> rows) {
    tables.put(table, new Cells(null, rows));
    return this;
  }

  /** Gives a table a row for each of what was measured. */
  public <T> PageText rows(String table, List<T> measured, Function<T, List<String>> cells) {
    return rows(table, measured.stream().map(cells).toList());
  }

  /** Gives a table its headings, which the file then leaves out, and its rows. */
  public PageText rows(String table, List<String> headings, List<List<String>> rows) {
    tables.put(table, new Cells(headings, rows));
    return this;
  }

  /**
   * The page.
   *
   * @param command as {@link LabPage#name}
   * @param result as {@link LabPage#result}
   * @throws IllegalArgumentException naming a slot, figure or table that has no value, or a value
   *     that has no place
   */
  public LabPage page(String command, Map<String, Object> result) {
    require(
        blocks.size() > 1 && blocks.getFirst().startsWith("= "),
        "does not begin with %",
        "= Title");
    List<Finding> findings = new ArrayList<>();
    @Nullable Finding finding = null;
    for (String block : blocks.subList(2, blocks.size())) {
      if (block.startsWith("== ")) {
        if (finding != null) {
          findings.add(finding);
        }
        finding = Finding.of(filled(block.substring(3)));
      } else {
        require(finding != null, "% stands before the first finding", block);
        finding = with(Objects.requireNonNull(finding), block);
      }
    }
    if (finding != null) {
      findings.add(finding);
    }
    require(figures.isEmpty(), "no [figure] for %", figures.keySet());
    require(tables.isEmpty(), "no [table] for %", tables.keySet());
    return new LabPage(
        command, filled(blocks.getFirst().substring(2)), filled(blocks.get(1)), findings, result);
  }

  private Finding with(Finding finding, String block) {
    Matcher mark = MARK.matcher(block);
    if (!mark.matches()) {
      String paragraph = filled(block);
      return paragraph.isBlank() ? finding : finding.saying(paragraph);
    }
    String name = mark.group(2);
    String text = mark.group(3);
    return switch (mark.group(1)) {
      case "figure" -> {
        Function<String, Figure> figure = figures.remove(name);
        require(figure != null, "nothing is drawn for [figure %]", name);
        yield finding.and(Objects.requireNonNull(figure).apply(filled(text)));
      }
      case "table" -> finding.and(table(name, text));
      case "paper" -> {
        String[] parts = text.split("\n", 2);
        require(parts.length == 2, "[paper] % says nothing", text);
        yield finding.beside(Paper.of(filled(parts[0]), filled(parts[1])));
      }
      default -> {
        Paper paper = finding.paper().orElseThrow();
        yield finding.beside(Paper.of(paper.citation(), paper.says(), table(name, text)));
      }
    };
  }

  private Table table(String name, String text) {
    Cells measured = tables.remove(name);
    int bar = text.indexOf("\n|");
    if (bar < 0) {
      List<String> headings = measured == null ? null : measured.headings();
      require(headings != null, "[table %] has no line of headings", name);
      return new Table(
          filled(text), Objects.requireNonNull(headings), Objects.requireNonNull(measured).rows());
    }
    List<List<String>> lines = text.substring(bar + 1).lines().map(line -> cells(line)).toList();
    boolean written = lines.size() > 1;
    require(written != (measured != null), "[table %] has its rows twice, or none", name);
    return new Table(
        filled(text.substring(0, bar)),
        lines.getFirst(),
        measured == null ? lines.subList(1, lines.size()) : measured.rows());
  }

  private List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.substring(1).split("\\|", -1)) {
      cells.add(filled(cell));
    }
    return cells;
  }

  private static String joined(String text) {
    return text.strip().replaceAll("\\s*\n\\s*", " ");
  }

  private String filled(String text) {
    String whole = joined(text);
    Matcher slot = SLOT.matcher(whole);
    StringBuilder filled = new StringBuilder();
    while (slot.find()) {
      slot.appendReplacement(filled, Matcher.quoteReplacement(shown(slot.group(1), slot.group(2))));
    }
    return slot.appendTail(filled).toString().strip();
  }

  private String shown(String slot, @Nullable String format) {
    String text = chosen.get(slot);
    if (text != null) {
      return filled(Objects.requireNonNull(texts.get(text)));
    }
    Object value = values.get(slot);
    require(value != null, "{%} has no value", slot);
    return format == null ? String.valueOf(value) : String.format(Locale.ROOT, format, value);
  }

  private void require(boolean holds, String what, Object about) {
    if (!holds) {
      throw new IllegalArgumentException(file + ": " + what.replace("%", String.valueOf(about)));
    }
  }
}
