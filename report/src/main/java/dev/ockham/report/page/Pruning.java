package dev.ockham.report.page;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.evaluate.ActiveUnits;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.SurvivingPaths;
import dev.ockham.core.prune.SurvivingUnits;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is left of a snapshot at a threshold.
 *
 * @param snapshot the weights
 * @param kept those that stay at the threshold, per layer
 * @param connected those of them on a path from the input to the output, per layer
 * @param units outputs of each node with weights that a connected weight leads to
 */
record Pruning(
    Snapshot snapshot, List<Mask> kept, List<Mask> connected, List<SurvivingUnits> units) {

  static Pruning of(Snapshot snapshot) {
    return of(snapshot, snapshot.masksAt(snapshot.threshold()));
  }

  /** The same at another threshold. */
  static Pruning of(Snapshot snapshot, List<Mask> kept) {
    Graph graph = snapshot.architecture().graph();
    Map<String, Mask> byName = new LinkedHashMap<>();
    for (int i = 0; i < kept.size(); i++) {
      byName.put(snapshot.layers().get(i).weights().parameter().name(), kept.get(i));
    }
    Map<String, Mask> connected = SurvivingPaths.connected(graph, byName);
    List<Mask> inOrder =
        byName.keySet().stream().map(name -> Objects.requireNonNull(connected.get(name))).toList();
    return new Pruning(snapshot, kept, inOrder, SurvivingUnits.of(graph, connected));
  }

  /** The weight tensors, in order. */
  List<WeightTensor> tensors() {
    return snapshot.layers().stream().map(Snapshot.Layer::weights).toList();
  }

  /**
   * Units of a weight tensor of which something is left: words of a table, otherwise the units of
   * the node that takes it.
   *
   * @param number of the tensor
   * @return empty where its node's values have no units
   */
  Optional<UnitsLeft> unitsLeft(int number) {
    WeightTensor tensor = snapshot.layers().get(number).weights();
    if (tensor.unitKind().equals("words")) {
      return Optional.of(words(tensor, connected.get(number)));
    }
    return units.stream()
        .filter(left -> left.node().equals(tensor.node()))
        .findFirst()
        .map(left ->
            new UnitsLeft(left, snapshot.architecture().graph().units(tensor.node().name())));
  }

  private static UnitsLeft words(WeightTensor table, Mask connected) {
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < table.outputs(); row++) {
      int from = row * table.fanIn();
      boolean left = false;
      for (int i = from; i < from + table.fanIn(); i++) {
        left |= connected.keeps(i);
      }
      if (left) {
        rows.add(row);
      }
    }
    return new UnitsLeft(new SurvivingUnits(table.node(), rows), table.outputs());
  }

  /**
   * What is left of some units.
   *
   * @param left their numbers
   * @param of how many there were
   */
  record UnitsLeft(SurvivingUnits left, int of) {
    int count() {
      return left.units().size();
    }

    @Override
    public String toString() {
      return "%s of %s".formatted(count(), of);
    }
  }

  /** What gates that look at the example let through, on the examples that they are set by. */
  List<ActiveUnits> activeUnits() {
    return snapshot.method().gate().dependent()
        ? ActiveUnits.of(snapshot.masked(kept), snapshot.calibration())
        : List.of();
  }

  /**
   * Channels, height and width of the input, where there is one and it is an image: a vector of a
   * square number of measurements counts as one.
   */
  static Optional<Shape> image(Architecture architecture) {
    if (architecture.inputs().size() != 1
        || !architecture.scales(architecture.inputs().getFirst())) {
      return Optional.empty();
    }
    Shape input = architecture.example();
    boolean flat = input.rank() == 1 || (input.rank() == 3 && input.product(1, 3) == 1);
    if (input.rank() == 3 && !flat) {
      return Optional.of(input);
    }
    int side = (int) Math.round(Math.sqrt(input.size()));
    return flat && side * side == input.size() && side > 1
        ? Optional.of(Shape.of(1, side, side))
        : Optional.empty();
  }

  /** The figures of weights and pixels: of linear nodes that read pixels, and of filters. */
  String figures(String id, List<PixelUse> maps) {
    StringBuilder html = new StringBuilder();
    List<WeightTensor> tensors = tensors();
    Optional<Shape> image = image(snapshot.architecture());
    if (image.isEmpty()) {
      html.append("<p>The input is no image, so its weights are not drawn.</p>");
    }
    Optional<List<PixelReader>> readers =
        image.flatMap(shape -> PixelReader.of(snapshot.architecture().graph(), tensors, shape));
    for (int i = 0; i < tensors.size(); i++) {
      int number = i;
      WeightTensor tensor = tensors.get(i);
      boolean readsPixels =
          readers.stream().flatMap(List::stream).anyMatch(reader -> reader.layer() == number);
      if (tensor.node().operator() instanceof Linear && readsPixels) {
        html.append(UnitPictures.figure(this, number, image.orElseThrow()));
      } else if (drawsFilters(tensor)) {
        html.append(FilterMosaic.figure(this, number));
      }
    }
    image.ifPresent(
        shape -> html.append(PixelUse.figure(this, shape, readers.orElse(List.of()), id, maps)));
    return html.toString();
  }

  /** Whether its weights are filters over rows and columns, from all channels to each. */
  static boolean drawsFilters(WeightTensor tensor) {
    return tensor.node().operator() instanceof Convolution conv
        && conv.window().axes() == 2
        && conv.groups() == 1;
  }
}
