package dev.ockham.report.page;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.SurvivingPaths;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.model.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is left of a snapshot at its run's threshold.
 *
 * @param snapshot the weights
 * @param kept those that stay at the threshold, per layer
 * @param connected those of them on a path from the input to the output, per layer
 */
record Pruning(Snapshot snapshot, List<Mask> kept, List<Mask> connected) {

  static Pruning of(Snapshot snapshot) {
    List<Mask> kept = snapshot.masksAt(snapshot.threshold());
    return new Pruning(snapshot, kept, SurvivingPaths.connected(snapshot.architecture(), kept));
  }

  /** Outputs of a layer that a connected weight leads to. */
  long units(int layer) {
    int columns = snapshot.layers().get(layer).spec().fanIn();
    Mask mask = connected.get(layer);
    return IntStream.range(0, mask.length())
        .filter(mask::keeps)
        .map(i -> i / columns)
        .distinct()
        .count();
  }

  /**
   * Channels, height and width of the input, where it is an image: a vector of a square number of
   * values counts as one.
   */
  static Optional<Shape> image(Architecture architecture) {
    Shape input = architecture.input();
    if (!input.isFlat()) {
      return Optional.of(input);
    }
    int side = (int) Math.round(Math.sqrt(input.size()));
    return side * side == input.size() && side > 1
        ? Optional.of(new Shape(1, side, side))
        : Optional.empty();
  }

  /** The figures of weights and pixels. */
  String figures(String id, List<PixelUse> maps) {
    StringBuilder html = new StringBuilder();
    Optional<Shape> image = image(snapshot.architecture());
    if (image.isEmpty()) {
      html.append("<p>The input is no image, so its weights are not drawn.</p>");
    }
    for (int i = 0; i < snapshot.layers().size(); i++) {
      switch (snapshot.layers().get(i).spec()) {
        case LayerSpec.Dense dense -> {
          if (i == 0 && image.isPresent()) {
            html.append(UnitPictures.figure(this, dense, image.get()));
          }
        }
        case LayerSpec.Conv2d conv -> html.append(FilterMosaic.figure(this, i, conv));
      }
    }
    image.ifPresent(shape -> html.append(PixelUse.figure(this, shape, id, maps)));
    return html.toString();
  }
}
