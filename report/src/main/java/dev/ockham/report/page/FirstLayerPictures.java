package dev.ockham.report.page;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.graph.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The first layer in one picture, the same units at the same places whatever is left of them: what
 * units look at where it reads an image, filters, or else its weights as rows of units.
 *
 * @param theta mean weights of the layer
 * @param fanIn weights of one unit
 * @param units that are shown, in order
 * @param cell how the weights of a unit are laid out
 * @param largest absolute weight that gets the full colour
 * @param caption what is to be seen
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record FirstLayerPictures(
    float[] theta, int fanIn, List<Integer> units, Cell cell, double largest, String caption) {

  private static final int MOST_PICTURES = 24;
  private static final int ACROSS = 8;
  private static final int MOST_FILTERS = 64;
  private static final int MOST_COLUMNS = 512;
  private static final double FAINTEST = 0.25;

  /**
   * The place of one unit.
   *
   * @param channels that stand side by side
   * @param width pixels across of each
   * @param height pixels down
   * @param across units in a row of the picture
   * @param gap empty pixels between units
   */
  private record Cell(int channels, int width, int height, int across, int gap) {
    int wide() {
      return channels * width;
    }

    int area() {
      return width * height;
    }
  }

  /** Of a run: the units that most is left of at its own threshold. */
  static FirstLayerPictures of(Snapshot snapshot) {
    Snapshot.Layer first = snapshot.layers().getFirst();
    WeightTensor layer = first.weights();
    Optional<Shape> image = Pruning.image(snapshot.architecture());
    if (Pruning.drawsFilters(layer)) {
      Shape shape = layer.parameter().shape();
      return of(
          snapshot,
          MOST_FILTERS,
          new Cell(layer.inputs(), shape.dim(3), shape.dim(2), ACROSS, 1),
          "Each small picture is a filter of %s; its channels stand side by side");
    }
    if (image.isPresent() && image.get().size() == layer.fanIn()) {
      Shape shape = image.get();
      return of(
          snapshot,
          MOST_PICTURES,
          new Cell(shape.dim(0), shape.dim(2), shape.dim(1), ACROSS, 1),
          "Each picture is what a unit of %s looks at, in the shape of the input image");
    }
    return of(
        snapshot,
        MOST_FILTERS,
        new Cell(1, Math.min(MOST_COLUMNS, layer.fanIn()), 1, 1, 0),
        "A row is a unit of %s, a column one of its inputs");
  }

  private static FirstLayerPictures of(Snapshot snapshot, int most, Cell cell, String caption) {
    Snapshot.Layer first = snapshot.layers().getFirst();
    WeightTensor layer = first.weights();
    Mask own = Pruning.of(snapshot).connected().getFirst();
    List<Integer> units =
        IntStream.range(0, layer.outputs())
            .boxed()
            .sorted(
                Comparator.comparingLong((Integer unit) -> -kept(layer, own, unit))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(most)
            .sorted()
            .toList();
    return new FirstLayerPictures(
        first.theta(),
        layer.fanIn(),
        units,
        cell,
        Picture.fullColour(own.apply(first.theta())),
        caption.replace("%s", layer.name()));
  }

  private static long kept(WeightTensor layer, Mask mask, int unit) {
    return IntStream.range(unit * layer.fanIn(), (unit + 1) * layer.fanIn())
        .filter(mask::keeps)
        .count();
  }

  /** The picture of what is left. */
  Picture picture(Mask left) {
    int across = Math.min(cell.across(), units.size());
    int down = (units.size() + cell.across() - 1) / cell.across();
    int stepX = cell.wide() + cell.gap();
    int stepY = cell.height() + cell.gap();
    Picture picture = new Picture(across * stepX - cell.gap(), down * stepY - cell.gap());
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        if (x % stepX >= cell.wide() || y % stepY >= cell.height()) {
          picture.between(x, y);
        }
      }
    }
    for (int i = 0; i < units.size(); i++) {
      int atX = i % cell.across() * stepX;
      int atY = i / cell.across() * stepY;
      int from = units.get(i) * fanIn;
      for (int k = 0; k < Math.min(fanIn, cell.channels() * cell.area()); k++) {
        if (left.keeps(from + k)) {
          int x = k / cell.area() * cell.width() + k % cell.width();
          int y = k % cell.area() / cell.width();
          picture.signed(atX + x, atY + y, theta[from + k], largest, FAINTEST);
        }
      }
    }
    return picture;
  }
}
