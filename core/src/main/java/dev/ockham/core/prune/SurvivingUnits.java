package dev.ockham.core.prune;

import dev.ockham.core.arch.LayerSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which outputs of a layer are left: the neurons of a dense layer, or the channels of a
 * convolution, by their numbers in the original network.
 *
 * @param layer the layer
 * @param units their numbers, from 0, ascending
 */
public record SurvivingUnits(LayerSpec.Linear layer, List<Integer> units) {

  /** Copies the list. */
  public SurvivingUnits {
    units = List.copyOf(units);
  }

  /**
   * The outputs that a weight on a path from input to output leads to.
   *
   * @param connected per layer, the weights that {@link SurvivingPaths#connected} left
   */
  public static List<SurvivingUnits> of(List<LayerSpec.Linear> layers, List<Mask> connected) {
    List<SurvivingUnits> surviving = new ArrayList<>();
    for (int k = 0; k < layers.size(); k++) {
      LayerSpec.Linear layer = layers.get(k);
      BitSet units = new BitSet();
      for (int i = 0; i < connected.get(k).length(); i++) {
        if (connected.get(k).keeps(i)) {
          units.set(i / layer.fanIn());
        }
      }
      surviving.add(new SurvivingUnits(layer, units.stream().boxed().toList()));
    }
    return surviving;
  }

  /** What a unit is called: {@code neurons} or {@code channels}. */
  public String kind() {
    return switch (layer) {
      case LayerSpec.Dense _ -> "neurons";
      case LayerSpec.Conv2d _ -> "channels";
    };
  }

  /** The numbers with runs drawn together: {@code 0–3, 7, 9–10}; empty text where none is left. */
  public String ranges() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < units.size(); i++) {
      int first = i;
      while (i + 1 < units.size() && units.get(i + 1) == units.get(i) + 1) {
        i++;
      }
      text.append(text.isEmpty() ? "" : ", ").append(units.get(first));
      if (i > first) {
        text.append(i == first + 1 ? ", " : "–").append(units.get(i));
      }
    }
    return text.toString();
  }
}
