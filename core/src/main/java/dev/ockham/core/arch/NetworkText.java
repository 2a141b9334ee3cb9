package dev.ockham.core.arch;

import dev.ockham.core.name.Nearest;
import dev.ockham.runtime.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Networks as text: {@code net:}, the input shape and the layers, joined by {@code -}, such as
 * {@code net:1x28x28-conv20x5-relu-pool2-flatten-dense500-relu-dense10}, or {@code
 * net:20-dense16-relu-dense2} for vectors of 20. Shells and YAML take it without quotes.
 */
final class NetworkText {

  static final String PREFIX = "net:";

  private static final Pattern INPUT = Pattern.compile("(\\d{1,9})(?:x(\\d{1,9})x(\\d{1,9}))?");
  private static final Pattern DENSE = Pattern.compile("dense(\\d{1,9})");
  private static final Pattern CONV = Pattern.compile("conv(\\d{1,9})x(\\d{1,9})");
  private static final Pattern POOL = Pattern.compile("pool(\\d{1,9})");
  private static final List<String> LAYERS =
      List.of("dense", "conv", "bn", "pool", "relu", "flatten");

  private NetworkText() {}

  /** The text of a network; equal networks have equal texts. */
  static String write(Shape input, List<LayerSpec> layers) {
    StringBuilder text = new StringBuilder(PREFIX);
    text.append(
        input.isFlat()
            ? "" + input.channels()
            : "%sx%sx%s".formatted(input.channels(), input.height(), input.width()));
    for (int i = input.isFlat() ? 1 : 0; i < layers.size(); i++) {
      text.append('-').append(template(layers.get(i)).text());
    }
    return text.toString();
  }

  private static LayerTemplate template(LayerSpec layer) {
    return switch (layer) {
      case LayerSpec.Dense d -> new LayerTemplate.Dense(d.outputs());
      case LayerSpec.Conv2d c -> new LayerTemplate.Conv2d(c.outputs(), c.kernel());
      case LayerSpec.BatchNorm _ -> new LayerTemplate.BatchNorm();
      case LayerSpec.MaxPool2d p -> new LayerTemplate.MaxPool2d(p.size());
      case LayerSpec.Relu _ -> new LayerTemplate.Relu();
      case LayerSpec.Flatten _ -> new LayerTemplate.Flatten();
    };
  }

  /**
   * The network of a text.
   *
   * @throws IllegalArgumentException quoting the text, and naming the part that is wrong with the
   *     character at which it begins, counted from 1, or the layer that does not fit
   */
  static Architecture parse(String text) {
    List<LayerTemplate> layers = new ArrayList<>();
    Shape input = null;
    int at = PREFIX.length();
    for (String part : text.substring(at).split("-", -1)) {
      try {
        if (input == null) {
          input = input(part);
        } else {
          layers.add(layer(part));
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "architecture '%s': '%s' at character %s %s"
                .formatted(text, part, at + 1, e.getMessage()),
            e);
      }
      at += part.length() + 1;
    }
    if (input == null) {
      throw new AssertionError("splitting gives at least one part");
    }
    try {
      return Architecture.of(input, layers.toArray(LayerTemplate[]::new));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "architecture '%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  private static Shape input(String part) {
    Matcher input = INPUT.matcher(part);
    if (!input.matches()) {
      throw new IllegalArgumentException(
          "is not an input shape, such as 1x28x28 (channels, rows, columns) or 20 (a vector)");
    }
    return input.group(2) == null
        ? Shape.flat(number(input, 1))
        : new Shape(number(input, 1), number(input, 2), number(input, 3));
  }

  private static LayerTemplate layer(String part) {
    Matcher dense = DENSE.matcher(part);
    if (dense.matches()) {
      return new LayerTemplate.Dense(number(dense, 1));
    }
    Matcher conv = CONV.matcher(part);
    if (conv.matches()) {
      return new LayerTemplate.Conv2d(number(conv, 1), number(conv, 2));
    }
    Matcher pool = POOL.matcher(part);
    if (pool.matches()) {
      return new LayerTemplate.MaxPool2d(number(pool, 1));
    }
    return switch (part) {
      case "bn" -> new LayerTemplate.BatchNorm();
      case "relu" -> new LayerTemplate.Relu();
      case "flatten" -> new LayerTemplate.Flatten();
      default ->
          throw new IllegalArgumentException(
              "is not a layer%s (layers are dense500, conv20x5, bn, pool2, relu, flatten)"
                  .formatted(LAYERS.contains(part) ? "" : Nearest.hint(part, LAYERS)));
    };
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }
}
