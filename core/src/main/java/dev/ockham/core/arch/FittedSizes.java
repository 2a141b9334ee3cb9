package dev.ockham.core.arch;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.InputOrder;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.graph.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Networks whose first and last sizes are those of the data: {@code mlp:in-100-out}. The words
 * become numbers when the data are there, so that no record of a run has them.
 */
public final class FittedSizes {
  private static final String FORM = "mlp:in-(\\d+-)*out";

  /** The network of data that are vectors, where nobody names one. */
  public static final String STANDARD = "mlp:in-100-out";

  private static final String SEQUENCES = "lstm-classifier";
  private static final String SOUNDS = "ds-cnn";

  private FittedSizes() {}

  /** Whether a text leaves sizes to the data. */
  public static boolean claims(String text) {
    return text.matches(FORM);
  }

  /**
   * The network of some data: with their sizes, where the text leaves them open. Of sequences and
   * sounds, these are also the arguments {@code vocab}, {@code steps}, {@code frames}, {@code
   * bands} and {@code classes} of a named network that are not said.
   *
   * @param text says the network
   * @param named whether a person said so; else the data have a standard one, if they are vectors,
   *     sequences or sounds
   */
  public static String of(String text, boolean named, Dataset data) {
    Shape shape = data.train().shape();
    Map<String, Integer> sizes = sizes(data);
    boolean vectors = data.train() instanceof Features && shape.rank() == 1;
    String standard =
        sizes.containsKey("steps")
            ? SEQUENCES
            : sizes.containsKey("frames") ? SOUNDS : vectors ? STANDARD : text;
    String chosen = named ? text : standard;
    return sizes.isEmpty()
        ? of(chosen, shape, data.outputs())
        : Architectures.fitted(of(chosen, shape, data.outputs()), sizes);
  }

  private static Map<String, Integer> sizes(Dataset data) {
    Map<String, Integer> sizes = new HashMap<>();
    if (data.rules().audio().isPresent()) {
      sizes.put("frames", data.train().shape().dim(1));
      sizes.put("bands", data.train().shape().dim(2));
      sizes.put("classes", data.outputs());
    } else if (data.train() instanceof Features features
        && InputOrder.isSequence(features.inputs())
        && features.inputs().getFirst().shape().rank() == 1) {
      sizes.put("steps", features.inputs().getFirst().shape().dim(0));
      sizes.put("vocab", vocabulary(data));
      sizes.put("classes", data.outputs());
    }
    return sizes;
  }

  private static int vocabulary(Dataset data) {
    Optional<TextRules> text = data.rules().text();
    if (text.isPresent()) {
      return text.get().vocabulary().size();
    }
    float largest = 0;
    for (Examples part : List.of(data.train(), data.test())) {
      int steps = ((Features) part).inputs().getFirst().shape().size();
      for (int i = 0; i < part.count(); i++) {
        float[] example = part.values(i);
        for (int step = 0; step < steps; step++) {
          largest = Math.max(largest, example[step]);
        }
      }
    }
    return (int) Math.min(Integer.MAX_VALUE - 1f, largest) + 1;
  }

  /**
   * The text with the sizes of the data; itself where it leaves none to them.
   *
   * @param example shape of an example
   * @param outputs numbers to give for one
   */
  public static String of(String text, Shape example, int outputs) {
    return claims(text)
        ? text.replace("in-", example.size() + "-").replace("-out", "-" + outputs)
        : text;
  }
}
