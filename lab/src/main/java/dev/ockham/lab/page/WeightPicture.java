package dev.ockham.lab.page;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.List;

/**
 * Weights as coloured cells: blue above 0, red below, white near 0, and grey where a weight is
 * removed. One pixel of a cell is one pixel of the picture.
 */
public final class WeightPicture {

  static {
    System.setProperty("java.awt.headless", "true");
  }

  /**
   * A rectangle of weights.
   *
   * @param weights row-major; NaN where one is removed
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Tile(int rows, int columns, float[] weights) {}

  /**
   * Tiles in rows under a line of text.
   *
   * @param tiles all of one size
   * @param perRow how many stand side by side
   * @param cell pixels of a weight's side
   * @param scale the weight that has the full colour; larger ones have it too
   */
  public record Panel(String caption, List<Tile> tiles, int perRow, int cell, double scale) {

    private int tileWidth() {
      return tiles.getFirst().columns() * cell;
    }

    private int tileHeight() {
      return tiles.getFirst().rows() * cell;
    }

    private int gap() {
      return tiles.size() == 1 ? 0 : cell / 2 + 1;
    }

    private int width() {
      return perRow * (tileWidth() + gap()) - gap();
    }

    private int height() {
      return Math.ceilDiv(tiles.size(), perRow) * (tileHeight() + gap()) - gap() + CAPTION;
    }
  }

  private static final int MARGIN = 14;
  private static final int TITLE = 34;
  private static final int CAPTION = 24;
  private static final int SHADES = 100;
  private static final Color REMOVED = new Color(0xDADADA);
  private static final Color[] POSITIVE = shades(Plot.BLUE);
  private static final Color[] NEGATIVE = shades(Plot.RED);
  private static final IndexColorModel PALETTE = palette();

  private WeightPicture() {}

  /** Rows of panels under a title, columns aligned, with indexed colours. */
  public static BufferedImage of(String title, List<List<Panel>> rows) {
    int[] lefts = lefts(rows);
    int width = lefts[lefts.length - 1];
    int height = TITLE + MARGIN + rows.stream().mapToInt(row -> height(row) + MARGIN).sum();
    BufferedImage image =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, PALETTE);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(Plot.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 17));
    graphics.drawString(title, MARGIN, TITLE - 8);
    int y = TITLE + MARGIN / 2;
    for (List<Panel> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        paint(graphics, row.get(i), lefts[i], y);
      }
      y += height(row) + MARGIN;
    }
    graphics.dispose();
    return image;
  }

  /** Where each column of panels begins, and after them where the picture ends. */
  private static int[] lefts(List<List<Panel>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] lefts = new int[columns + 1];
    lefts[0] = MARGIN;
    for (int i = 0; i < columns; i++) {
      int column = i;
      int widest =
          rows.stream()
              .filter(row -> row.size() > column)
              .mapToInt(row -> row.get(column).width())
              .max()
              .orElse(0);
      lefts[i + 1] = lefts[i] + widest + MARGIN;
    }
    return lefts;
  }

  private static int height(List<Panel> row) {
    return row.stream().mapToInt(Panel::height).max().orElse(0);
  }

  private static void paint(Graphics2D graphics, Panel panel, int left, int top) {
    graphics.setColor(Plot.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    graphics.drawString(panel.caption(), left, top + CAPTION - 9);
    for (int i = 0; i < panel.tiles().size(); i++) {
      Tile tile = panel.tiles().get(i);
      int x0 = left + i % panel.perRow() * (panel.tileWidth() + panel.gap());
      int y0 = top + CAPTION + i / panel.perRow() * (panel.tileHeight() + panel.gap());
      for (int k = 0; k < tile.weights().length; k++) {
        graphics.setColor(color(tile.weights()[k], panel.scale()));
        graphics.fillRect(
            x0 + k % tile.columns() * panel.cell(),
            y0 + k / tile.columns() * panel.cell(),
            panel.cell(),
            panel.cell());
      }
    }
  }

  private static Color color(float weight, double scale) {
    if (Float.isNaN(weight)) {
      return REMOVED;
    }
    int shade = (int) Math.min(SHADES - 1, Math.abs(weight) / scale * SHADES);
    return weight < 0 ? NEGATIVE[shade] : POSITIVE[shade];
  }

  /** From white to a colour. */
  private static Color[] shades(Color full) {
    Color[] shades = new Color[SHADES];
    for (int i = 0; i < SHADES; i++) {
      double t = (double) i / (SHADES - 1);
      shades[i] =
          new Color(
              (int) (255 + t * (full.getRed() - 255)),
              (int) (255 + t * (full.getGreen() - 255)),
              (int) (255 + t * (full.getBlue() - 255)));
    }
    return shades;
  }

  /** All shades, the grey of what is removed, and greys for smooth letters. */
  private static IndexColorModel palette() {
    int greys = 256 - 2 * SHADES - 1;
    byte[][] parts = new byte[3][256];
    for (int i = 0; i < 256; i++) {
      int grey = (i - 2 * SHADES - 1) * 255 / (greys - 1);
      Color color =
          i < SHADES
              ? POSITIVE[i]
              : i < 2 * SHADES
                  ? NEGATIVE[i - SHADES]
                  : i == 2 * SHADES ? REMOVED : new Color(grey, grey, grey);
      parts[0][i] = (byte) color.getRed();
      parts[1][i] = (byte) color.getGreen();
      parts[2][i] = (byte) color.getBlue();
    }
    return new IndexColorModel(8, 256, parts[0], parts[1], parts[2]);
  }
}
