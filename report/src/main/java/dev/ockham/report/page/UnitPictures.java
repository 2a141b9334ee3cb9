package dev.ockham.report.page;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.model.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What each unit of a first dense layer looks at: its weights, laid out like the pixels. */
final class UnitPictures {

  private static final int MOST = 48;
  private static final double FAINTEST = 0.25;

  private UnitPictures() {}

  /** A unit with weights left. */
  private record Unit(int number, int left, double norm) {}

  static String figure(Pruning pruning, LayerSpec.Dense layer, Shape image) {
    Snapshot.Layer first = pruning.snapshot().layers().getFirst();
    Mask mask = pruning.connected().getFirst();
    boolean prunes = pruning.snapshot().method().prunes();
    float[] weights = mask.apply(first.theta());
    List<Unit> units = units(layer, mask, weights);
    if (units.isEmpty()) {
      return Chart.missing(
          "What the first layer looks at",
          "No weight of layer %s is left that leads to the output.".formatted(layer.name()));
    }
    List<Unit> shown = units.subList(0, Math.min(MOST, units.size()));
    double largest = Picture.fullColour(weights);
    StringBuilder html =
        new StringBuilder("<figure class=\"wide\"><h3>What the first layer looks at</h3>");
    html.append("<div class=\"units\">");
    for (Unit unit : shown) {
      html.append(picture(unit, weights, image, largest, prunes ? FAINTEST : 0, prunes));
    }
    html.append("</div>").append(legend(largest)).append("<figcaption>");
    html.append(
        Markup.html(
            prunes
                ? "%s of the %s units of layer %s still lead somewhere; here are the %s with the"
                    + " most weights left."
                : "Layer %3$s has %2$s units; here are the %4$s with the largest weights, and under"
                    + " each the norm of its weights.",
            Markup.count(units.size()),
            Markup.count(layer.outputs()),
            layer.name(),
            shown.size()));
    html.append(
        " Each picture has the shape of the input image. An orange pixel excites the unit, a blue"
            + " one inhibits it, and an empty one "
            + (prunes ? "has no weight any more." : "has a weight near 0."));
    return html.append("</figcaption></figure>\n").toString();
  }

  private static List<Unit> units(LayerSpec.Dense layer, Mask mask, float[] weights) {
    List<Unit> units = new ArrayList<>();
    for (int unit = 0; unit < layer.outputs(); unit++) {
      int left = 0;
      double squares = 0;
      for (int i = unit * layer.inputs(); i < (unit + 1) * layer.inputs(); i++) {
        left += mask.keeps(i) ? 1 : 0;
        squares += (double) weights[i] * weights[i];
      }
      if (left > 0) {
        units.add(new Unit(unit, left, Math.sqrt(squares)));
      }
    }
    units.sort(
        Comparator.comparingInt(Unit::left)
            .thenComparingDouble(Unit::norm)
            .reversed()
            .thenComparingInt(Unit::number));
    return units;
  }

  private static String picture(
      Unit unit, float[] weights, Shape image, double largest, double faintest, boolean prunes) {
    int size = image.height() * image.width();
    Picture picture = new Picture(image.channels() * image.width(), image.height());
    for (int i = 0; i < image.size(); i++) {
      int x = i / size * image.width() + i % image.width();
      int y = i % size / image.width();
      picture.signed(x, y, weights[unit.number * image.size() + i], largest, faintest);
    }
    String what =
        Markup.html(
            "unit %s: %s of %s weights left, norm %.3f",
            unit.number, unit.left, image.size(), unit.norm);
    String caption = prunes ? Markup.html("%s left", unit.left) : Markup.html("%.2f", unit.norm);
    return """
    <span class="unit"><img class="pixels" src="%s" width="%s" height="%s" alt="%s" title="%s">\
    <small>%s</small></span>
    """
        .formatted(picture.dataUri(), picture.width(), picture.height(), what, what, caption);
  }

  /** What the colours mean, in numbers. */
  static String legend(double largest) {
    return Markup.html(
        "<p class=\"legend\"><span>≤ −%1$.2g</span><span class=\"signed-scale\" role=\"img\""
            + " aria-label=\"colours from blue, negative, over none, 0, to orange,"
            + " positive\"></span><span>≥ +%1$.2g</span></p>",
        largest);
  }
}
