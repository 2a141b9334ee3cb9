package dev.ockham.lab.page;

import java.util.Map;
import org.knowm.xchart.XYChart;

/**
 * A picture in one or more formats.
 *
 * @param name file name without ending
 * @param caption what to see in it, in a sentence
 * @param drawing makes the pictures; run when they are written, and not at all if they are not
 */
public record Figure(String name, String caption, Drawing drawing) {

  /** Makes a picture's files. */
  @FunctionalInterface
  public interface Drawing {
    /**
     * Contents by file ending; {@code svg}, else {@code png}, else any other is what pages show.
     */
    Map<String, byte[]> files();
  }

  /** A chart, or several in a grid, as PNG and SVG. */
  public static Figure of(String name, String caption, int columns, XYChart... charts) {
    ChartGrid grid = new ChartGrid(columns, charts);
    return new Figure(name, caption, () -> Map.of("png", grid.png(), "svg", grid.svg()));
  }
}
