package dev.ockham.report.page;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import java.util.stream.IntStream;

/** All filters of a convolution in one picture, before and after pruning. */
final class FilterMosaic {

  private static final int MOST = 64;
  private static final int PER_ROW = 10;

  private FilterMosaic() {}

  static String figure(Pruning pruning, int number, LayerSpec.Conv2d layer) {
    Snapshot.Layer weights = pruning.snapshot().layers().get(number);
    Mask mask = pruning.connected().get(number);
    boolean prunes = pruning.snapshot().method().prunes();
    double largest = Picture.fullColour(weights.theta());
    StringBuilder html = new StringBuilder();
    html.append(Markup.html("<figure class=\"wide\"><h3>Filters of %s</h3>", layer.name()));
    html.append("<div class=\"pair\">");
    String all =
        Markup.html("%s weights in %s filters", Markup.count(layer.weights()), layer.outputs());
    html.append(mosaic(prunes ? "before: " + all : all, layer, weights.theta(), largest));
    if (prunes) {
      String left =
          Markup.html(
              "after: %s weights in %s filters",
              Markup.count(mask.kept()), Markup.count(pruning.units().get(number).units().size()));
      html.append(mosaic(left, layer, mask.apply(weights.theta()), largest));
    }
    html.append("</div>").append(UnitPictures.legend(largest)).append("<figcaption>");
    html.append(
        layer.inputs() == 1
            ? Markup.html(
                "Each small square is a filter: the %1$s×%1$s weights that slide over the image.",
                layer.kernel())
            : Markup.html(
                "A column is a filter, a row is the channel that it reads, each small square the"
                    + " %1$s×%1$s weights between the two%2$s.",
                layer.kernel(),
                Math.max(layer.outputs(), layer.inputs()) > MOST
                    ? ", the first " + MOST + " either way"
                    : ""));
    html.append(" Orange is positive, blue negative, empty is 0 or removed.");
    if (prunes) {
      html.append(" After pruning, only weights on a path from the input to the output are shown.");
    }
    return html.append("</figcaption></figure>\n").toString();
  }

  private static String mosaic(
      String what, LayerSpec.Conv2d layer, float[] weights, double largest) {
    int kernel = layer.kernel();
    int filters = Math.min(MOST, layer.outputs());
    int channels = Math.min(MOST, layer.inputs());
    boolean wraps = layer.inputs() == 1;
    int columns = wraps ? Math.min(PER_ROW, filters) : filters;
    int rows = wraps ? (filters + columns - 1) / columns : channels;
    int cell = kernel + 1;
    Picture picture = new Picture(columns * cell - 1, rows * cell - 1);
    for (int filter = 0; filter < filters; filter++) {
      for (int channel = 0; channel < channels; channel++) {
        int left = filter % columns * cell;
        int top = (wraps ? filter / columns : channel) * cell;
        int from = (filter * layer.inputs() + channel) * kernel * kernel;
        IntStream.range(0, kernel * kernel)
            .forEach(i ->
                picture.signed(left + i % kernel, top + i / kernel, weights[from + i], largest, 0));
      }
    }
    return """
    <div><p>%s</p><div class="mosaic" style="--cell:%s;--columns:%s;--rows:%s">\
    <img class="pixels" src="%s" width="%s" height="%s" alt="%s, %s"></div></div>
    """
        .formatted(
            Markup.escape(what),
            cell,
            columns,
            rows,
            picture.dataUri(),
            picture.width(),
            picture.height(),
            Markup.escape(layer.name()),
            Markup.escape(what));
  }
}
