package dev.ockham.core.prune;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.runtime.model.Shape;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Whether anything still flows from a network's input to its output. */
public final class SurvivingPaths {

  private SurvivingPaths() {}

  /**
   * The first linear layer that no kept weight connects to the input any more. Behind it the
   * network is a constant: it has collapsed.
   *
   * @param kept per linear layer, which weights stay, row-major in the layer's shape
   * @return the layer's name; empty while a path is left
   */
  public static Optional<String> firstDeadLayer(Architecture architecture, List<Mask> kept) {
    Shape shape = architecture.input();
    BitSet live = new BitSet();
    live.set(0, shape.channels());
    int number = 0;
    for (LayerSpec layer : architecture.layers()) {
      switch (layer) {
        case LayerSpec.Linear linear -> {
          live = reached(linear, live, kept.get(number++));
          if (live.isEmpty()) {
            return Optional.of(linear.name());
          }
        }
        case LayerSpec.Flatten _ -> live = flattened(live, shape.height() * shape.width());
        case LayerSpec.MaxPool2d _, LayerSpec.Relu _ -> {}
      }
      shape = layer.output(shape);
    }
    return Optional.empty();
  }

  /** Outputs with a kept weight from a live input. */
  private static BitSet reached(LayerSpec.Linear layer, BitSet live, Mask kept) {
    int columns = layer.fanIn();
    int columnsPerInput =
        switch (layer) {
          case LayerSpec.Dense _ -> 1;
          case LayerSpec.Conv2d c -> c.kernel() * c.kernel();
        };
    BitSet reached = new BitSet();
    for (int i = 0; i < kept.length(); i++) {
      if (kept.keeps(i) && live.get(i % columns / columnsPerInput)) {
        reached.set(i / columns);
      }
    }
    return reached;
  }

  private static BitSet flattened(BitSet channels, int positions) {
    BitSet features = new BitSet();
    channels.stream().forEach(c -> features.set(c * positions, (c + 1) * positions));
    return features;
  }
}
