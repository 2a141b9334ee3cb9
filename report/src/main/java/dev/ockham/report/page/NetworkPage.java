package dev.ockham.report.page;

import dev.ockham.core.inspect.FilePart;
import dev.ockham.core.inspect.Inspection;
import dev.ockham.core.inspect.NetworkFacts;
import dev.ockham.core.inspect.NodeFacts;
import dev.ockham.core.inspect.OperatorFamily;
import dev.ockham.core.run.Software;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The page about a network: its graph drawn, its nodes and the bytes of its file as tables. One
 * HTML file that opens from disk; without a script all of it but zooming is there. Equal files give
 * equal pages.
 */
public final class NetworkPage {

  private final Inspection file;
  private final NetworkFacts network;

  private NetworkPage(Inspection file, NetworkFacts network) {
    this.file = file;
    this.network = network;
  }

  /**
   * Writes a page, whole or not at all.
   *
   * @param inspection of a file with a network
   * @throws IllegalArgumentException if there is none in it
   * @throws IOException if the file cannot be written; an older one is then untouched
   */
  public static void write(Inspection inspection, Path to) throws IOException {
    AtomicFile.writeString(to, html(inspection));
  }

  /** The page as text. */
  static String html(Inspection inspection) throws IOException {
    NetworkFacts network = inspection.network();
    if (network == null) {
      throw new IllegalArgumentException(
          inspection.file() + " holds tensors without a network; there is no graph to draw");
    }
    return new NetworkPage(inspection, network).html();
  }

  private String html() throws IOException {
    String title = network.architecture();
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    %s %s">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s · Ockham</title>
    <link rel="icon" href="data:,">
    <style>
    %s%s</style>
    </head>
    <body>
    %s<script>
    %s</script>
    </body>
    </html>
    """
        .formatted(
            ReportPage.GENERATOR,
            Markup.escape(Software.version()),
            Markup.escape(title),
            PageResources.own("report.css"),
            PageResources.own("network.css"),
            body(title),
            PageResources.own("network.js"));
  }

  private String body(String title) {
    StringBuilder html = new StringBuilder("<header><p class=\"brand\">Ockham</p>");
    html.append(Markup.html("<h1>%s</h1>", title));
    html.append(
        Markup.html("<p class=\"lead\">%s, <code>%s</code></p>", file.kind().words(), file.file()));
    html.append("</header>\n<main>\n").append(cards());
    html.append("<section><h2>Graph</h2>\n").append(legend()).append(drawing());
    html.append("</section>\n<section><h2>Nodes</h2>\n").append(nodes());
    html.append("</section>\n<section><h2>Bytes</h2>\n").append(bytes());
    html.append("</section>\n</main>\n<footer>");
    html.append(
        Markup.html(
            "Made by Ockham %s (%s). Layout: Eclipse Layout Kernel.",
            Software.version(), Software.commit()));
    return html.append("</footer>\n").toString();
  }

  private String cards() {
    StringBuilder html = new StringBuilder("<div class=\"cards\">");
    card(html, Markup.count(network.nodes().size()), "nodes");
    card(html, Markup.count(network.parameters()), "parameters");
    card(html, Markup.count(network.weights()), "weights");
    if (network.nonzero() < network.weights()) {
      card(html, Markup.percent(network.sparsity()), "of the weights are 0");
    }
    card(html, Markup.count(network.multiplyAdds()), "multiply-adds, dense");
    if (network.sparseMultiplyAdds() < network.multiplyAdds()) {
      card(html, Markup.count(network.sparseMultiplyAdds()), "multiply-adds without zeros");
    }
    card(html, Markup.count(file.bytes()), "bytes");
    return html.append("</div>\n").toString();
  }

  private static void card(StringBuilder html, String number, String words) {
    html.append(Markup.html("<div><b>%s</b><span>%s</span></div>", number, words));
  }

  private static String legend() {
    StringBuilder html = new StringBuilder("<p class=\"legend\">");
    for (OperatorFamily family : OperatorFamily.values()) {
      html.append(
          Markup.html("<span><i class=\"%s\"></i>%s</span>", family.words(), family.words()));
    }
    return html.append("</p>\n").toString();
  }

  private String drawing() {
    GraphLayout layout = GraphLayout.of(network);
    StringBuilder svg = new StringBuilder();
    svg.append(
        Markup.html(
            "<div class=\"graph\" tabindex=\"0\"><svg role=\"img\" aria-label=\"Graph of %s\""
                + " width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\">\n",
            network.architecture(),
            number(layout.width()),
            number(layout.height()),
            number(layout.width()),
            number(layout.height())));
    svg.append(
        "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\"");
    svg.append(" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker></defs>\n");
    for (GraphLayout.Line line : layout.lines()) {
      svg.append(line(line));
    }
    for (GraphLayout.Box box : layout.boxes()) {
      svg.append(box(box));
    }
    return svg.append("</svg></div>\n").toString();
  }

  private static String line(GraphLayout.Line line) {
    StringBuilder path = new StringBuilder("M");
    for (double coordinate : line.points()) {
      path.append(' ').append(number(coordinate));
    }
    return Markup.html(
        "<path class=\"line\" d=\"%s\" marker-end=\"url(#tip)\"/><text class=\"size\" x=\"%s\""
            + " y=\"%s\">%s</text>\n",
        path, number(line.x()), number(line.y() + 10), line.shape());
  }

  private static String box(GraphLayout.Box box) {
    GraphLayout.Label label = box.what();
    double middle = box.x() + box.width() / 2;
    StringBuilder svg = new StringBuilder();
    svg.append(
        Markup.html(
            "<g class=\"%s\"><title>%s</title><rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
                + " rx=\"7\"/>",
            label.style(),
            tip(label),
            number(box.x()),
            number(box.y()),
            number(box.width()),
            number(GraphLayout.BOX_HEIGHT)));
    svg.append(
        Markup.html(
            "<text class=\"name\" x=\"%s\" y=\"%s\">%s</text>",
            number(middle), number(box.y() + 18), label.title()));
    svg.append(
        Markup.html(
            "<text class=\"detail\" x=\"%s\" y=\"%s\">%s</text></g>\n",
            number(middle), number(box.y() + 33), label.detail()));
    return svg.toString();
  }

  private static String tip(GraphLayout.Label label) {
    NodeFacts node = label.node();
    if (node == null) {
      return label.detail();
    }
    List<String> lines = new ArrayList<>(List.of(label.detail(), "gives " + node.shape()));
    if (node.weights() > 0) {
      lines.add(
          node.nonzero() < node.weights()
              ? "%s of %s weights are not 0"
                  .formatted(Markup.count(node.nonzero()), Markup.count(node.weights()))
              : Markup.count(node.weights()) + " weights");
    }
    if (node.multiplyAdds() > 0) {
      lines.add(Markup.count(node.multiplyAdds()) + " multiply-adds");
    }
    return String.join("\n", lines);
  }

  /** Pixels, to a tenth. */
  private static String number(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels).replaceFirst("\\.0$", "");
  }

  private String nodes() {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
    for (String head :
        List.of("node", "operator", "gives", "parameters", "weights", "not 0", "multiply-adds")) {
      html.append(Markup.html("<th>%s</th>", head));
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (NodeFacts node : network.nodes()) {
      html.append(
          Markup.html(
              "<tr><th>%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
              node.name(),
              node.operator().replace('_', ' ') + " " + node.settings(),
              node.shape(),
              Markup.count(node.parameters()),
              Markup.count(node.weights()),
              Markup.count(node.nonzero()),
              Markup.count(node.multiplyAdds())));
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String bytes() {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
    html.append("<th>part</th><th>holds</th><th>form</th><th>bytes</th></tr></thead>\n<tbody>\n");
    for (FilePart part : file.parts()) {
      html.append(
          Markup.html(
              "<tr><th>%s</th><td>%s</td><td>%s</td><td>%s</td></tr>\n",
              part.name(), part.kind().words(), part.form(), Markup.count(part.bytes())));
    }
    return html.append("</tbody></table></div>\n").toString();
  }
}
