package dev.ockham.core.run;

import dev.ockham.runtime.file.MalformedFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where in a run a checkpoint was made. With the spec and the data this is all that training needs
 * to go on: noise and order are functions of it.
 *
 * @param epoch epochs that are complete
 * @param stepInEpoch steps done of the next one
 * @param step steps done since the run began
 * @param adamSteps steps since Adam's moments were last zero
 * @param nllSum summed NLL of the unfinished epoch's examples, in nats
 * @param examples examples behind that sum
 * @param seconds wall-clock spent on the unfinished epoch
 */
public record Position(
    int epoch,
    int stepInEpoch,
    long step,
    long adamSteps,
    double nllSum,
    long examples,
    double seconds) {

  private static final String FORMAT = "ockham-checkpoint";
  private static final String VERSION = "2";

  /** Of files that have no checksum. */
  private static final String UNCHECKED = "1";

  /** The beginning of a run. */
  public static final Position START = new Position(0, 0, 0, 0, 0, 0, 0);

  /** After a step over the given number of examples with the given summed NLL. */
  public Position afterStep(double nll, int count) {
    return new Position(
        epoch, stepInEpoch + 1, step + 1, adamSteps + 1, nllSum + nll, examples + count, seconds);
  }

  /** The position at the beginning of the next epoch. */
  public Position nextEpoch() {
    return new Position(epoch + 1, 0, step, adamSteps, 0, 0, 0);
  }

  /** The same position with another time spent on the unfinished epoch. */
  public Position withSeconds(double spent) {
    return new Position(epoch, stepInEpoch, step, adamSteps, nllSum, examples, spent);
  }

  /** The same position with Adam's step count set. */
  public Position withAdamSteps(long count) {
    return new Position(epoch, stepInEpoch, step, count, nllSum, examples, seconds);
  }

  SortedMap<String, String> toMetadata() {
    return new TreeMap<>(
        Map.of(
            "format", FORMAT,
            "version", VERSION,
            "epoch", Integer.toString(epoch),
            "step_in_epoch", Integer.toString(stepInEpoch),
            "step", Long.toString(step),
            "adam_steps", Long.toString(adamSteps),
            "nll_sum", Double.toHexString(nllSum),
            "examples", Long.toString(examples),
            "seconds", Double.toString(seconds)));
  }

  /**
   * Reads what {@link #toMetadata} wrote.
   *
   * @param checked whether the file has a checksum, which holds
   * @throws MalformedFileException naming the field that is missing or wrong
   */
  static Position of(Map<String, String> metadata, boolean checked, Path file)
      throws MalformedFileException {
    require(metadata, "format", FORMAT, file);
    String version = text(metadata, "version");
    require(metadata, "version", version.equals(UNCHECKED) && !checked ? version : VERSION, file);
    if (version.equals(VERSION) && !checked) {
      throw new MalformedFileException(
          file, 8, "__metadata__.checksum", "is missing: the file was damaged or changed");
    }
    return new Position(
        (int) whole(metadata, "epoch", Integer.MAX_VALUE, file),
        (int) whole(metadata, "step_in_epoch", Integer.MAX_VALUE, file),
        whole(metadata, "step", Long.MAX_VALUE, file),
        whole(metadata, "adam_steps", Long.MAX_VALUE, file),
        number(metadata, "nll_sum", file),
        whole(metadata, "examples", Long.MAX_VALUE, file),
        number(metadata, "seconds", file));
  }

  private static long whole(Map<String, String> metadata, String field, long most, Path file)
      throws MalformedFileException {
    try {
      long value = Long.parseLong(text(metadata, field));
      if (value >= 0 && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, together with numbers out of range.
    }
    throw new MalformedFileException(
        file,
        8,
        "__metadata__." + field,
        "'%s' is not a whole number from 0 to %s".formatted(text(metadata, field), most));
  }

  private static double number(Map<String, String> metadata, String field, Path file)
      throws MalformedFileException {
    try {
      double value = Double.parseDouble(text(metadata, field));
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, together with infinities and NaN.
    }
    throw new MalformedFileException(
        file,
        8,
        "__metadata__." + field,
        "'%s' is not a finite number".formatted(text(metadata, field)));
  }

  private static String text(Map<String, String> metadata, String field) {
    return metadata.getOrDefault(field, "");
  }

  private static void require(
      Map<String, String> metadata, String field, String expected, Path file)
      throws MalformedFileException {
    if (!expected.equals(metadata.get(field))) {
      throw new MalformedFileException(
          file,
          8,
          "__metadata__." + field,
          "expected '%s', found '%s'".formatted(expected, text(metadata, field)));
    }
  }
}
