package dev.ockham.lab.page;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.XYChart;

/** Charts of one size side by side, drawn as a bitmap or as vectors. */
final class ChartGrid {

  static {
    // Drawing to memory needs no display; without this AWT looks for one.
    System.setProperty("java.awt.headless", "true");
  }

  /** Pixels of the bitmap per unit of length, so that a projector shows it sharp. */
  private static final double SCALE = 1.6;

  private static final Pattern CLIP = Pattern.compile("clip-?[0-9]+");

  private final int columns;
  private final List<XYChart> charts;
  private final int width;
  private final int height;

  ChartGrid(int columns, XYChart... charts) {
    this.columns = columns;
    this.charts = List.of(charts);
    int rows = Math.ceilDiv(charts.length, columns);
    width = columns * charts[0].getWidth();
    height = rows * charts[0].getHeight();
  }

  byte[] png() {
    BufferedImage image =
        new BufferedImage(
            (int) Math.round(width * SCALE),
            (int) Math.round(height * SCALE),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.scale(SCALE, SCALE);
    paint(graphics);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // In memory: by itself ImageIO goes through a file of its own, and fails where that one may
    // not.
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  byte[] svg() {
    VectorGraphics2D graphics = new VectorGraphics2D();
    paint(graphics);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new SVGProcessor()
          .getDocument(graphics.getCommands(), new PageSize(0, 0, width, height))
          .writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stableNames(bytes.toString(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  /** Numbers the clip paths in order; the library names them by where they lie in memory. */
  private static String stableNames(String svg) {
    Map<String, String> names = new HashMap<>();
    return CLIP.matcher(svg)
        .replaceAll(
            match -> names.computeIfAbsent(match.group(), _ -> "clip-path-" + names.size()));
  }

  private void paint(Graphics2D graphics) {
    for (int i = 0; i < charts.size(); i++) {
      XYChart chart = charts.get(i);
      int x = i % columns * chart.getWidth();
      int y = i / columns * chart.getHeight();
      graphics.translate(x, y);
      chart.paint(graphics, chart.getWidth(), chart.getHeight());
      graphics.translate(-x, -y);
    }
  }
}
