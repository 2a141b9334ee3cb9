package dev.ockham.report.page;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.prune.Mask;
import dev.ockham.runtime.model.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many connections to the output each input pixel still feeds.
 *
 * @param id unique on the page
 * @param width pixels per row
 * @param counts rows one after the other, channels added up
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record PixelUse(String id, int width, int[] counts) {

  static PixelUse of(String id, LayerSpec.Linear layer, Mask connected, Shape image) {
    int size = image.height() * image.width();
    int[] counts = new int[size];
    for (int i = 0; i < connected.length(); i++) {
      if (connected.keeps(i)) {
        int column = i % layer.fanIn();
        switch (layer) {
          case LayerSpec.Dense _ -> counts[column % size]++;
          case LayerSpec.Conv2d conv -> addTap(counts, column, conv.kernel(), image);
        }
      }
    }
    return new PixelUse(id, image.width(), counts);
  }

  /** One weight of a filter reads a pixel at every position of the filter. */
  private static void addTap(int[] counts, int column, int kernel, Shape image) {
    int down = column % (kernel * kernel) / kernel;
    int right = column % kernel;
    for (int y = down; y <= image.height() - kernel + down; y++) {
      for (int x = right; x <= image.width() - kernel + right; x++) {
        counts[y * image.width() + x]++;
      }
    }
  }

  static String figure(Pruning pruning, Shape image, String id, List<PixelUse> maps) {
    String title = "Which pixels still matter";
    if (!pruning.snapshot().method().prunes()) {
      return Chart.missing(
          title, "No weight was removed: every pixel feeds everything that could read it.");
    }
    LayerSpec.Linear layer = pruning.snapshot().layers().getFirst().spec();
    PixelUse use = of(id + "-pixels", layer, pruning.connected().getFirst(), image);
    int most = Arrays.stream(use.counts).max().orElse(0);
    if (most == 0) {
      return Chart.missing(title, "None: no path from a pixel to the output is left.");
    }
    maps.add(use);
    long used = Arrays.stream(use.counts).filter(count -> count > 0).count();
    String summary =
        Markup.html(
            "%s of %s pixels feed at least one connection that leads to the output, the busiest %s"
                + " of them",
            used, use.counts.length, Markup.count(most));
    String reading =
        switch (layer) {
          case LayerSpec.Dense _ ->
              "A connection is a weight of the first layer that is left and leads to the output.";
          case LayerSpec.Conv2d _ ->
              "A connection is a weight of a filter that is left, at one position of the filter in"
                  + " the image; pixels at the border are read at fewer positions.";
        };
    return """
    <figure class="wide beside"><h3>%s</h3>
    <div><div class="map" id="%s" tabindex="0" role="img" aria-label="%s">\
    <img class="pixels" src="%s" width="%s" height="%s" alt=""></div>
    <p class="legend"><span>0</span><span class="amount-scale"></span><span>%s</span></p>
    <output class="readout" for="%s">Point at a pixel, or focus the picture and use the arrow keys.</output></div>
    <figcaption>%s. %s An empty pixel could have any value, and the prediction would be the \
    same.</figcaption></figure>
    """
        .formatted(
            title,
            use.id,
            Markup.escape(summary),
            use.picture(most).dataUri(),
            image.width(),
            image.height(),
            Markup.count(most),
            use.id,
            Markup.escape(summary),
            reading);
  }

  private Picture picture(int most) {
    Picture picture = new Picture(width, counts.length / width);
    for (int i = 0; i < counts.length; i++) {
      picture.amount(i % width, i / width, counts[i], most);
    }
    return picture;
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", id);
    map.put("width", width);
    map.put("counts", counts);
    return map;
  }
}
