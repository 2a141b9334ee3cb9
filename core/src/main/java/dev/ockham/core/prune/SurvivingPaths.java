package dev.ockham.core.prune;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.runtime.model.Shape;
import java.util.ArrayList;
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
        case LayerSpec.BatchNorm _, LayerSpec.MaxPool2d _, LayerSpec.Relu _ -> {}
      }
      shape = layer.output(shape);
    }
    return Optional.empty();
  }

  /**
   * The kept weights that lie on a path from the input to the output; no other one can change what
   * the network computes from its input.
   *
   * @param kept per linear layer, which weights stay, row-major in the layer's shape
   * @return as many masks, each keeping a part of what it was given
   */
  public static List<Mask> connected(Architecture architecture, List<Mask> kept) {
    List<Mask> forward = new ArrayList<>();
    List<Integer> columnsPerUnit = new ArrayList<>();
    Shape shape = architecture.input();
    BitSet live = new BitSet();
    live.set(0, shape.channels());
    int positions = 1;
    for (LayerSpec layer : architecture.layers()) {
      switch (layer) {
        case LayerSpec.Linear linear -> {
          Mask mask = kept.get(forward.size());
          int perInput = columnsPerInput(linear);
          BitSet inputs = live;
          forward.add(mask.where(i -> inputs.get(i % linear.fanIn() / perInput)));
          columnsPerUnit.add(perInput * positions);
          live = reached(linear, live, mask);
          positions = 1;
        }
        case LayerSpec.Flatten _ -> {
          positions = shape.height() * shape.width();
          live = flattened(live, positions);
        }
        case LayerSpec.BatchNorm _, LayerSpec.MaxPool2d _, LayerSpec.Relu _ -> {}
      }
      shape = layer.output(shape);
    }
    return backward(architecture.linearLayers(), forward, columnsPerUnit);
  }

  /** Drops weights into outputs that nothing reads, from the last layer to the first. */
  private static List<Mask> backward(
      List<LayerSpec.Linear> layers, List<Mask> kept, List<Integer> columnsPerUnit) {
    Mask[] connected = new Mask[layers.size()];
    BitSet read = new BitSet();
    read.set(0, layers.getLast().outputs());
    for (int k = layers.size() - 1; k >= 0; k--) {
      int columns = layers.get(k).fanIn();
      int perUnit = columnsPerUnit.get(k);
      BitSet outputs = read;
      Mask mask = kept.get(k).where(i -> outputs.get(i / columns));
      read = new BitSet();
      for (int i = 0; i < mask.length(); i++) {
        if (mask.keeps(i)) {
          read.set(i % columns / perUnit);
        }
      }
      connected[k] = mask;
    }
    return List.of(connected);
  }

  private static int columnsPerInput(LayerSpec.Linear layer) {
    return switch (layer) {
      case LayerSpec.Dense _ -> 1;
      case LayerSpec.Conv2d c -> c.kernel() * c.kernel();
    };
  }

  /** Outputs with a kept weight from a live input. */
  private static BitSet reached(LayerSpec.Linear layer, BitSet live, Mask kept) {
    int columns = layer.fanIn();
    int columnsPerInput = columnsPerInput(layer);
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
