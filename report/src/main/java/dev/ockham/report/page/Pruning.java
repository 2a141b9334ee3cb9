package dev.ockham.report.page;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.evaluate.ActiveUnits;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.SurvivingPaths;
import dev.ockham.core.prune.SurvivingUnits;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.model.Shape;
import java.util.List;
import java.util.Optional;

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

  /** Outputs of each layer that a connected weight leads to. */
  List<SurvivingUnits> units() {
    return SurvivingUnits.of(snapshot.architecture().linearLayers(), connected);
  }

  /** What gates that look at the example let through, on the examples that they are set by. */
  List<ActiveUnits> activeUnits() {
    return snapshot.method().gate().dependent()
        ? ActiveUnits.of(
            snapshot.masked(kept),
            snapshot.norms().calibration(),
            Runtime.getRuntime().availableProcessors())
        : List.of();
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
