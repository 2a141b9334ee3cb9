package dev.ockham.train.compress;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import java.util.Locale;

/** Whether a network that is said to be trained knows its data. */
final class ChanceCheck {

  /** Below so many times the share of the largest class nothing has been learnt. */
  private static final double MARGIN = 1.1;

  private static final double PERCENT = 100;

  private ChanceCheck() {}

  /**
   * Checks that a network is better than naming the same class each time.
   *
   * @param given whether it came trained, and not from nothing
   * @throws SpecException naming the likely reason
   */
  static void require(Measured measured, ModelFile file, boolean given) {
    if (!(measured.predicted() instanceof Predicted.Classes classes)) {
      return;
    }
    ClassPredictions all = classes.values();
    int[] counts = new int[all.classes()];
    for (int i = 0; i < all.count(); i++) {
      counts[all.label(i)]++;
    }
    double right = PERCENT - measured.require(Measure.of(Kind.ERROR));
    double guess = 0;
    for (int count : counts) {
      guess = Math.max(guess, PERCENT * count / all.count());
    }
    boolean manyClasses = guess <= PERCENT / 2;
    if (manyClasses && right < MARGIN * guess) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "the network is right on %.1f %% of the validation examples, no more than a guess:"
                  + " %s",
              right,
              given
                  ? ofGiven(file)
                  : "it was trained too little; a larger --budget trains longer"));
    }
  }

  private static String ofGiven(ModelFile file) {
    return file.model().input().rank() == 3
        ? "its pictures were probably scaled otherwise, such as --mean '0.485 0.456 0.406'"
            + " --deviation '0.229 0.224 0.225', or its classes are in another order"
        : "its inputs were probably scaled otherwise, or its classes are in another order";
  }
}
