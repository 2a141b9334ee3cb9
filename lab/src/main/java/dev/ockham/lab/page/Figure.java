package dev.ockham.lab.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;

/**
 * A picture in one or more formats.
 *
 * @param name file name without ending
 * @param caption what to see in it, in a sentence
 * @param drawing makes the pictures; run when they are written, and not at all if they are not
 */
public record Figure(String name, String caption, Drawing drawing) {

  /** How many frames' time the last one of an animation stays. */
  private static final int LAST_FRAMES = 6;

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

  /** A picture made of pixels, as PNG. */
  public static Figure of(String name, String caption, BufferedImage picture) {
    return new Figure(name, caption, () -> Map.of("png", png(picture)));
  }

  /**
   * Pictures of one size, one after the other and again and again, as GIF; the last one, which
   * stays longer, is the PNG as well.
   *
   * @param hundredths how long each is seen, in hundredths of a second
   */
  public static Figure animation(
      String name, String caption, List<BufferedImage> frames, int hundredths) {
    List<BufferedImage> all = List.copyOf(frames);
    return new Figure(
        name,
        caption,
        () ->
            Map.of(
                "gif", AnimatedGif.of(all, hundredths, LAST_FRAMES * hundredths),
                "png", png(all.getLast())));
  }

  private static byte[] png(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
