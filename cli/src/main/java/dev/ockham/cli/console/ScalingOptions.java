package dev.ockham.cli.console;

import dev.ockham.core.data.InputScaling;
import dev.ockham.core.spec.NumberList;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.Standardization;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that give a scaling to a model that has none, such as one that others trained. */
public final class ScalingOptions {

  @Option(
      names = "--mean",
      paramLabel = "NUMBERS",
      description =
          "For a model that takes no raw pixels yet: subtract these first, one for each channel,"
              + " where 1 is the brightest, such as '0.485 0.456 0.406'.")
  private @Nullable String mean;

  @Option(
      names = "--deviation",
      paramLabel = "NUMBERS",
      description = "With --mean: then divide by these, such as '0.229 0.224 0.225'.")
  private @Nullable String deviation;

  /** Whether neither option was given. */
  public boolean areAbsent() {
    return mean == null && deviation == null;
  }

  /**
   * A model with the scaling that was asked for as its first node; the model itself where none was.
   *
   * @param file what messages call it
   * @throws SpecException if an option cannot be read, is missing beside the other, or does not fit
   *     the model
   */
  public Model over(Model model, Path file) {
    if (areAbsent()) {
      return model;
    }
    List<Double> means = numbers("--mean", mean, "--deviation");
    List<Double> deviations = numbers("--deviation", deviation, "--mean");
    for (double value : deviations) {
      if (!(value > 0)) {
        throw new SpecException(
            "--deviation is '%s'; its numbers must be positive".formatted(deviation));
      }
    }
    if (means.size() != deviations.size()) {
      throw new SpecException(
          "--mean has %s numbers, but --deviation %s".formatted(means.size(), deviations.size()));
    }
    InputScaling scaling = InputScaling.ofPixels(means, deviations);
    try {
      return Standardization.withScaling(model, scaling.mean(), scaling.scale());
    } catch (IllegalArgumentException e) {
      throw new SpecException("--mean and --deviation: %s: %s".formatted(file, e.getMessage()));
    }
  }

  private static List<Double> numbers(String option, @Nullable String text, String other) {
    if (text == null) {
      throw new SpecException("%s is missing beside %s".formatted(option, other));
    }
    try {
      List<Double> numbers = NumberList.parse(text);
      if (!numbers.isEmpty() && numbers.stream().allMatch(Double::isFinite)) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      // Said below, for every fault alike.
    }
    throw new SpecException(
        "%s is '%s'; it must be numbers such as '0.5 0.4 0.3'".formatted(option, text));
  }
}
