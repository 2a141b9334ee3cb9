package dev.ockham.cli.console;

import dev.ockham.core.data.Examples;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.Standardization;
import java.io.PrintWriter;
import java.nio.file.Path;

/** A word where pixels go as they are into a network that was likely trained on scaled ones. */
public final class UnscaledNote {

  /** Examples that tell whether numbers are raw pixels. */
  private static final int LOOKED_AT = 16;

  /** Scaled pixels are a few standard deviations from their mean. */
  private static final float LARGEST_SCALED = 16;

  private UnscaledNote() {}

  /** Says it, where a model takes pictures, does not scale them, and gets raw pixels. */
  public static void say(Path subject, Model model, Examples images, PrintWriter err) {
    if (Standardization.of(model).isPresent()
        || model.graph().inputs().size() != 1
        || model.input().rank() != 3
        || !readByWeights(model)) {
      return;
    }
    float largest = 0;
    for (float value : images.values(0, Math.min(LOOKED_AT, images.count()))) {
      largest = Math.max(largest, value);
    }
    if (largest > LARGEST_SCALED) {
      err.printf(
          "note: %s does not scale its inputs, and pixels up to %s go in as they are; if it was"
              + " trained on scaled ones, say --mean and --deviation%n",
          subject, (int) largest);
    }
  }

  /** Whether nothing stands between the input and the first weights that could scale it. */
  private static boolean readByWeights(Model model) {
    String input = model.graph().inputs().getFirst().name();
    return model.graph().nodes().stream()
        .filter(node -> node.inputs().contains(input))
        .allMatch(node -> node.operator() instanceof LinearInWeights);
  }
}
