package dev.ockham.spark;

import dev.ockham.core.picture.Picture;
import dev.ockham.core.picture.PictureReader;
import dev.ockham.core.picture.PictureResize;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A column of pictures, each the bytes of a PNG or JPEG file or of whatever else Java reads. They
 * become numbers as {@code ockham predict} makes them; of another size they are scaled where the
 * model's training pictures were.
 */
final class PictureIntake implements RowIntake {
  private final String column;
  private final int place;
  private final PictureReader reader = new PictureReader();
  private final PictureRules rules;
  private final boolean resizes;
  private final int channels;
  private final int height;
  private final int width;

  /**
   * Checks that the model takes pictures.
   *
   * @throws ScoringException if its input has no height and width
   */
  PictureIntake(String column, int place, Predictor predictor) {
    this.column = column;
    this.place = place;
    rules = predictor.file().rules().picture().orElse(PictureRules.AS_THEY_ARE);
    resizes = rules.resizes();
    Shape shape = predictor.file().model().graph().inputs().get(0).shape();
    int[] size = size(shape);
    channels = size[0];
    height = size[1];
    width = size[2];
  }

  /** Channels, height and width. */
  private int[] size(Shape shape) {
    if (shape.rank() == 3 && (shape.dim(0) == 1 || shape.dim(0) == Picture.COLOURS)) {
      return new int[] {shape.dim(0), shape.dim(1), shape.dim(2)};
    }
    if (shape.rank() == 2) {
      return new int[] {1, shape.dim(0), shape.dim(1)};
    }
    if (shape.rank() == 1) {
      if ((long) rules.channels() * rules.height() * rules.width() == shape.size()) {
        return new int[] {rules.channels(), rules.height(), rules.width()};
      }
      for (int each : new int[] {1, Picture.COLOURS}) {
        int side = (int) Math.round(Math.sqrt(shape.size() / (double) each));
        if (each * side * side == shape.size()) {
          return new int[] {each, side, side};
        }
      }
    }
    throw new ScoringException(
        "column '%s' holds pictures, but the model takes %s numbers".formatted(column, shape));
  }

  @Override
  public List<String> reads() {
    return List.of(column);
  }

  @Override
  public void encode(Row row, float[] into, int at) {
    if (row.isNullAt(place)) {
      throw new IllegalArgumentException("column '%s': there is no picture".formatted(column));
    }
    byte[] file = row.<byte[]>getAs(place);
    Picture picture;
    try {
      picture = reader.read("column '" + column + "'", file, rules.background(), this::requireFits);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    Picture shown =
        PictureResize.fitted(picture.withChannels(channels), height, width, rules.fit());
    for (int i = 0; i < shown.pixels().length; i++) {
      into[at + i] = shown.pixels()[i] & 0xFF;
    }
  }

  private void requireFits(int ownHeight, int ownWidth) throws IOException {
    if (!resizes && (ownHeight != height || ownWidth != width)) {
      throw new IOException(
          "column '%s': the picture is %s×%s (height × width), the model takes %s×%s"
              .formatted(column, ownHeight, ownWidth, height, width));
    }
  }
}
