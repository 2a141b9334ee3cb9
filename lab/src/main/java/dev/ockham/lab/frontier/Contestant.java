package dev.ockham.lab.frontier;

import dev.ockham.core.method.Method;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A method at one strength, as a comparison trains it.
 *
 * @param spec its settings but for the seed
 * @param strength factor on β of its recipe
 */
public record Contestant(RunSpec spec, double strength) {

  /**
   * Training examples that recipes were chosen on: those of fashion-mnist-mini. Of β·KL/N each
   * example feels the N-th part, and each epoch has more steps with more of them. So on N examples,
   * β is N/9000 times the recipe's and the number of epochs 9000/N times: as many steps, with as
   * much pull of the prior on each.
   */
  public static final int RECIPE_EXAMPLES = 9_000;

  /**
   * A recipe, made to fit a data set.
   *
   * @param recipe with what is the method's and how it is trained
   * @param data name of the data
   * @param architecture name of the network
   * @param examples training examples N, validation not counted
   * @param epochs passes over them; without, as many as make the steps of the recipe
   * @param strength factor on β, above 0; without effect on a method without KL
   * @param threads of each run, at least 1
   */
  public static Contestant of(
      SpecTree recipe,
      String data,
      String architecture,
      int examples,
      OptionalInt epochs,
      double strength,
      int threads) {
    if (!(strength > 0 && strength < Double.POSITIVE_INFINITY)) {
      throw new SpecException("strength %s is not above 0 and finite".formatted(strength));
    }
    RunSpec chosen = recipe.toSpec();
    // A set smaller than that of the recipes gets no more epochs than they have.
    double scale = Math.max(1, (double) examples / RECIPE_EXAMPLES);
    int asked = chosen.training().epochs();
    int pretraining = chosen.training().pretrainEpochs();
    int passes = epochs.orElse((int) Math.ceil(asked / scale));
    if (passes < 1) {
      throw new SpecException("epochs is %s, not at least 1".formatted(passes));
    }
    int before =
        pretraining == 0
            ? 0
            : Math.clamp(
                Math.round((double) pretraining * passes / asked), Math.min(1, passes - 1), passes);
    RunSpec spec =
        chosen
            .with("training.pretrain_epochs", 0)
            .with("data.name", data)
            .with("architecture", architecture)
            .withEpochs(passes)
            .withThreads(threads)
            .with("training.pretrain_epochs", before);
    boolean weighed = spec.method().method().hasKl();
    return new Contestant(
        weighed ? spec.withBeta(chosen.training().klWeight().last() * scale * strength) : spec,
        weighed ? strength : 1);
  }

  /** The method. */
  public Method method() {
    return spec.method().method();
  }

  /** The method's name, with the strength where it is not the recipe's. */
  public String title() {
    return strength == 1 ? method().name() : method().name() + " ×" + factor();
  }

  /** The spec of one run. */
  public RunSpec run(long seed) {
    return spec.withSeed(seed);
  }

  /** Name of the folder of one run. */
  public String folder(long seed) {
    return method().name() + (strength == 1 ? "" : "-x" + factor()) + "-seed" + seed;
  }

  private String factor() {
    return strength == Math.rint(strength) && strength < 1e9
        ? String.format(Locale.ROOT, "%.0f", strength)
        : Double.toString(strength);
  }
}
