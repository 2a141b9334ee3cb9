package dev.ockham.report.page;

import dev.ockham.core.prune.Mask;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
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

  /**
   * The use by some nodes.
   *
   * @param connected weights on a path to the output, of each of them
   * @param image channels, height and width of what they read
   */
  static PixelUse of(String id, List<Node> readers, List<Mask> connected, Shape image) {
    int[] counts = new int[image.product(1, 3)];
    for (int reader = 0; reader < readers.size(); reader++) {
      Mask mask = connected.get(reader);
      if (readers.get(reader).operator() instanceof Convolution conv) {
        addTaps(counts, mask, conv.window(), image);
      } else {
        addWeights(counts, mask);
      }
    }
    return new PixelUse(id, image.dim(2), counts);
  }

  /** A weight of a unit that reads all channels of the image as one vector. */
  private static void addWeights(int[] counts, Mask mask) {
    for (int i = 0; i < mask.length(); i++) {
      // A row is a whole number of channels.
      counts[i % counts.length] += mask.keeps(i) ? 1 : 0;
    }
  }

  private static void addTaps(int[] counts, Mask mask, Window window, Shape image) {
    int area = window.area();
    int[] taps = new int[area];
    for (int i = 0; i < mask.length(); i++) {
      taps[i % area] += mask.keeps(i) ? 1 : 0;
    }
    for (int tap = 0; tap < area; tap++) {
      int across = window.kernel().get(1);
      addTap(counts, taps[tap], tap / across, tap % across, window, image);
    }
  }

  /** One weight of a filter reads a pixel at every position of the filter, padding apart. */
  private static void addTap(
      int[] counts, int times, int down, int right, Window window, Shape image) {
    int height = image.dim(1);
    int width = image.dim(2);
    int firstY = down * window.dilation().get(0) - window.before().get(0);
    int firstX = right * window.dilation().get(1) - window.before().get(1);
    for (int row = 0; row < window.outputs(0, height, false); row++) {
      int y = firstY + row * window.stride().get(0);
      for (int column = 0; column < window.outputs(1, width, false); column++) {
        int x = firstX + column * window.stride().get(1);
        if (y >= 0 && y < height && x >= 0 && x < width) {
          counts[y * width + x] += times;
        }
      }
    }
  }

  /**
   * The figure.
   *
   * @param readers all that reads pixels; empty where something without weights does
   * @param maps where the counts are put for the page's script
   */
  static String figure(
      Pruning pruning, Shape image, List<PixelReader> readers, String id, List<PixelUse> maps) {
    String title = "Which pixels still matter";
    if (!pruning.snapshot().method().prunes()) {
      return Chart.missing(
          title, "No weight was removed: every pixel feeds everything that could read it.");
    }
    if (readers.isEmpty()) {
      return Chart.missing(
          title, "Not counted: what reads the pixels first is no layer with a weight for each.");
    }
    PixelUse use =
        of(
            id + "-pixels",
            readers.stream().map(PixelReader::node).toList(),
            readers.stream().map(reader -> pruning.connected().get(reader.layer())).toList(),
            image);
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
            image.dim(2),
            image.dim(1),
            Markup.count(most),
            use.id,
            Markup.escape(summary),
            reading(readers));
  }

  private static String reading(List<PixelReader> readers) {
    long filters =
        readers.stream().filter(reader -> reader.node().operator() instanceof Convolution).count();
    String weight =
        "A connection is a weight of the first layer that is left and leads to the output";
    String tap =
        " a weight of a filter that is left, at one position of the filter in"
            + " the image; pixels at the border are read at fewer positions.";
    if (filters == 0) {
      return weight + ".";
    }
    return filters == readers.size() ? "A connection is" + tap : weight + ", or" + tap;
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
