package dev.ockham.lab.page;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
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
  private static final Color REMOVED = new Color(0xDADADA);

  /** For a picture that stands still. */
  private static final Palette FINE = Palette.of(100, 256);

  /** For one of many, whose bytes add up. */
  private static final Palette COARSE = Palette.of(5, 16);

  private WeightPicture() {}

  /** Rows of panels under a title, columns aligned, with indexed colours. */
  public static BufferedImage of(String title, List<List<Panel>> rows) {
    return of(title, rows, FINE);
  }

  /** Rows of panels under a title with 16 colours, as a frame of an animation. */
  public static BufferedImage frame(String title, List<List<Panel>> rows) {
    return of(title, rows, COARSE);
  }

  private static BufferedImage of(String title, List<List<Panel>> rows, Palette palette) {
    int[] lefts = lefts(rows);
    int width = lefts[lefts.length - 1];
    int height = TITLE + MARGIN + rows.stream().mapToInt(row -> height(row) + MARGIN).sum();
    BufferedImage image =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, palette.colours());
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
        paint(graphics, row.get(i), lefts[i], y, palette);
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

  private static void paint(Graphics2D graphics, Panel panel, int left, int top, Palette palette) {
    graphics.setColor(Plot.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    graphics.drawString(panel.caption(), left, top + CAPTION - 9);
    for (int i = 0; i < panel.tiles().size(); i++) {
      Tile tile = panel.tiles().get(i);
      int x0 = left + i % panel.perRow() * (panel.tileWidth() + panel.gap());
      int y0 = top + CAPTION + i / panel.perRow() * (panel.tileHeight() + panel.gap());
      for (int k = 0; k < tile.weights().length; k++) {
        graphics.setColor(palette.color(tile.weights()[k], panel.scale()));
        graphics.fillRect(
            x0 + k % tile.columns() * panel.cell(),
            y0 + k / tile.columns() * panel.cell(),
            panel.cell(),
            panel.cell());
      }
    }
  }

  /** Shades of both signs, the grey of what is removed, and greys for smooth letters. */
  private record Palette(List<Color> positive, List<Color> negative, IndexColorModel colours) {

    static Palette of(int shades, int size) {
      List<Color> all = new ArrayList<>(shades(Plot.BLUE, shades));
      all.addAll(shades(Plot.RED, shades));
      all.add(REMOVED);
      int greys = size - all.size();
      for (int i = 0; i < greys; i++) {
        int grey = i * 255 / (greys - 1);
        all.add(new Color(grey, grey, grey));
      }
      byte[][] parts = new byte[3][size];
      for (int i = 0; i < size; i++) {
        parts[0][i] = (byte) all.get(i).getRed();
        parts[1][i] = (byte) all.get(i).getGreen();
        parts[2][i] = (byte) all.get(i).getBlue();
      }
      int bits = Integer.numberOfTrailingZeros(size);
      return new Palette(
          all.subList(0, shades),
          all.subList(shades, 2 * shades),
          new IndexColorModel(bits, size, parts[0], parts[1], parts[2]));
    }

    Color color(float weight, double scale) {
      if (Float.isNaN(weight)) {
        return REMOVED;
      }
      List<Color> shades = weight < 0 ? negative : positive;
      return shades.get(
          (int) Math.min(shades.size() - 1, Math.abs(weight) / scale * shades.size()));
    }

    /** From white to a colour. */
    private static List<Color> shades(Color full, int count) {
      List<Color> shades = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        double t = (double) i / (count - 1);
        shades.add(
            new Color(
                (int) (255 + t * (full.getRed() - 255)),
                (int) (255 + t * (full.getGreen() - 255)),
                (int) (255 + t * (full.getBlue() - 255))));
      }
      return shades;
    }
  }
}
