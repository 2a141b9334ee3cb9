package dev.ockham.lab.page;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A page as one HTML file that needs no other: pictures are inside. */
final class HtmlPage {

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1c1c1e; --soft: #5c5c63; --ground: #fff;
        --card: #f5f5f2; --line: #dcdcd6; --accent: #0072b2; --shadow: #1c1c1e4d; }
      @media (prefers-color-scheme: dark) { :root { --ink: #ececec; --soft: #a5a5ad;
        --ground: #17181a; --card: #212327; --line: #383a40; --accent: #6fbdf0; --shadow: #000000b3; }
        figure img { filter: invert(0.91) hue-rotate(180deg); } }
      * { box-sizing: border-box; }
      body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 72rem; background: var(--ground);
        --back: var(--ground);
        color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif; }
      h1 { font-size: 1.9rem; line-height: 1.2; margin: 0.5rem 0; }
      h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; }
      .question { color: var(--soft); font-size: 1.15rem; max-width: 46rem; }
      p { max-width: 46rem; }
      .pair { display: grid; gap: 1.5rem; align-items: start; }
      @media (min-width: 60rem) { .paired { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); } }
      .pair > * { min-width: 0; }
      figure { margin: 1rem 0; max-width: 52rem; }
      figure img { width: 100%; height: auto; display: block; background: #fff;
        border-radius: 6px; min-width: 38rem; }
      figcaption, caption { color: var(--soft); font-size: 0.92rem; text-align: left;
        padding: 0.4rem 0; }
      aside { background: var(--card); --back: var(--card); border-left: 4px solid var(--accent); border-radius: 4px;
        padding: 0.2rem 1rem 0.8rem; font-size: 0.97rem; margin: 1rem 0; }
      aside cite { display: block; font-style: normal; font-weight: 600; margin-top: 0.7rem; }
      /* Shadows at the sides to which there is more; at an end, a cover moves over its own. */
      .scroll { overflow-x: auto; background:
        linear-gradient(90deg, var(--back) 40%, transparent) left / 48px 100% no-repeat local,
        linear-gradient(270deg, var(--back) 40%, transparent) right / 48px 100% no-repeat local,
        linear-gradient(90deg, var(--shadow), transparent) left / 16px 100% no-repeat,
        linear-gradient(270deg, var(--shadow), transparent) right / 16px 100% no-repeat; }
      caption { position: sticky; left: 0; max-width: calc(100vw - 2rem); }
      table { border-collapse: collapse; font-size: 0.95rem; margin: 0.5rem 0; }
      th, td { padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid var(--line);
        text-align: left; white-space: nowrap; }
      td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
      footer { margin-top: 3rem; color: var(--soft); font-size: 0.9rem; }
      a { color: var(--accent); }
      """;

  private HtmlPage() {}

  /**
   * The page.
   *
   * @param pictures files of each figure by its name, by ending
   */
  static String of(LabPage page, Map<String, Map<String, byte[]>> pictures) {
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>")
        .append(text(page.title()))
        .append(" · Ockham</title>\n")
        .append("<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n")
        .append("<h1>")
        .append(text(page.title()))
        .append("</h1>\n")
        .append("<p class=\"question\">")
        .append(text(page.question()))
        .append("</p>\n");
    for (Finding finding : page.findings()) {
      append(html, finding, pictures);
    }
    html.append("<footer>Made by <code>")
        .append(text(page.command()))
        .append("</code>. All numbers: <a href=\"result.json\">result.json</a>. Pictures: ")
        .append(
            pictures.entrySet().stream()
                .flatMap(
                    e -> e.getValue().keySet().stream().sorted().map(k -> e.getKey() + "." + k))
                .map(file -> "<a href=\"%s\">%s</a>".formatted(text(file), text(file)))
                .collect(Collectors.joining(", ")))
        .append(".</footer>\n</body>\n</html>\n");
    return html.toString();
  }

  private static void append(
      StringBuilder html, Finding finding, Map<String, Map<String, byte[]>> pictures) {
    html.append("<section>\n<h2>").append(text(finding.heading())).append("</h2>\n");
    for (String sentence : finding.sentences()) {
      html.append("<p>").append(text(sentence)).append("</p>\n");
    }
    html.append("<div class=\"pair")
        .append(finding.paper().isPresent() ? " paired" : "")
        .append("\">\n<div>\n");
    for (Figure figure : finding.figures()) {
      html.append("<figure><div class=\"scroll\"><img alt=\"")
          .append(text(figure.caption()))
          .append("\" src=\"")
          .append(dataUri(pictures.getOrDefault(figure.name(), Map.of())))
          .append("\"></div><figcaption>")
          .append(text(figure.caption()))
          .append("</figcaption></figure>\n");
    }
    finding.tables().forEach(table -> append(html, table));
    html.append("</div>\n");
    finding.paper().ifPresent(paper -> append(html, paper));
    html.append("</div>\n</section>\n");
  }

  private static void append(StringBuilder html, Paper paper) {
    html.append("<aside><cite>")
        .append(text(paper.citation()))
        .append("</cite>\n<p>")
        .append(text(paper.says()))
        .append("</p>\n");
    paper.numbers().ifPresent(table -> append(html, table));
    html.append("</aside>\n");
  }

  private static void append(StringBuilder html, Table table) {
    html.append("<div class=\"scroll\"><table><caption>")
        .append(text(table.caption()))
        .append("</caption>\n<thead><tr>");
    for (int i = 0; i < table.columns().size(); i++) {
      int column = i;
      boolean number = table.rows().stream().anyMatch(row -> Table.isNumber(row.get(column)));
      html.append(number && i > 0 ? "<th class=\"n\">" : "<th>")
          .append(text(table.columns().get(i)))
          .append("</th>");
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : table.rows()) {
      html.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        html.append(i > 0 && Table.isNumber(row.get(i)) ? "<td class=\"n\">" : "<td>")
            .append(text(row.get(i)))
            .append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
  }

  /** The format that scales best, as a data URI. */
  private static String dataUri(Map<String, byte[]> files) {
    for (String ending : List.of("svg", "gif", "png")) {
      byte[] bytes = files.get(ending);
      if (bytes != null) {
        String type = ending.equals("svg") ? "svg+xml" : ending;
        return "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
      }
    }
    throw new IllegalArgumentException("a figure without svg, gif and png: " + files.keySet());
  }

  private static String text(String plain) {
    return plain
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
