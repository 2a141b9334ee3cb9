package dev.ockham.core.augment;

import java.util.ArrayList;
import java.util.List;

/**
 * How training examples are changed each time they are seen; all but mixup are for pictures.
 * Changes are made in the order of the components; a number of 0 leaves one out.
 *
 * @param flip whether half of the pictures are mirrored, left to right
 * @param crop pixels of black that are put around a picture, of which a window of its own size is
 *     then cut at a place that is drawn; to 1,024
 * @param shift most part of a side that a picture is moved along, both ways; below 1
 * @param rotate most degrees that it is turned about its middle, both ways; to 180
 * @param brightness most part by which all its numbers become larger or smaller; to 1
 * @param cutout side of a square, in pixels, that gets the colour of the mean; its middle may be
 *     any pixel (arXiv:1708.04552); to 1,024
 * @param mixup α of the Beta(α, α) by which an example of any kind is mixed with another one, as
 *     {@link Mixup} draws it; to 2
 */
public record Augmentation(
    boolean flip,
    int crop,
    double shift,
    double rotate,
    double brightness,
    int cutout,
    double mixup) {

  /** What means that nothing is changed. */
  public static final String NONE = "none";

  /** Nothing is changed. */
  public static final Augmentation NOTHING = new Augmentation(false, 0, 0, 0, 0, 0, 0);

  private static final String KNOWN =
      "flip, crop:N, shift:F, rotate:DEGREES, brightness:F, cutout:N, mixup:F";
  private static final int MOST_PIXELS = 1024;

  /** The largest α of mixup; beyond it, shares hardly differ from a half. */
  public static final double MOST_MIXUP = 2;

  private static final double HALF_TURN = 180;

  /** Checks that the numbers are in range. */
  public Augmentation {
    requireRange("crop", crop, MOST_PIXELS);
    requireRange("shift", shift, Math.nextDown(1.0));
    requireRange("rotate", rotate, HALF_TURN);
    requireRange("brightness", brightness, 1);
    requireRange("cutout", cutout, MOST_PIXELS);
    requireRange("mixup", mixup, MOST_MIXUP);
  }

  private static void requireRange(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(
          "%s is %s; it must be from 0 to %s"
              .formatted(name, shown(value), most < 1 ? "below 1" : shown(most)));
    }
  }

  private static String shown(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** Whether nothing is changed. */
  public boolean isNothing() {
    return equals(NOTHING);
  }

  /** Whether the numbers of each example stay, mixing left aside. */
  public boolean keepsEach() {
    return new Augmentation(flip, crop, shift, rotate, brightness, cutout, 0).isNothing();
  }

  /**
   * Reads changes, such as {@code flip,crop:4}, in any order.
   *
   * @param text {@link #NONE}, or changes with commas between them
   * @throws IllegalArgumentException naming the change that is not known, comes twice or is out of
   *     range
   */
  public static Augmentation parse(String text) {
    Augmentation all = NOTHING;
    if (text.strip().equals(NONE)) {
      return all;
    }
    List<String> seen = new ArrayList<>();
    for (String part : text.strip().split("\\s*,\\s*|\\s+", -1)) {
      int colon = part.indexOf(':');
      String name = colon < 0 ? part : part.substring(0, colon);
      String value = colon < 0 ? "" : part.substring(colon + 1);
      if (seen.contains(name)) {
        throw new IllegalArgumentException("'" + name + "' comes twice");
      }
      seen.add(name);
      all = all.with(name, value, part);
    }
    return all;
  }

  private Augmentation with(String name, String value, String part) {
    return switch (name) {
      case "flip" -> {
        if (!value.isEmpty()) {
          throw wrong(part);
        }
        yield new Augmentation(true, crop, shift, rotate, brightness, cutout, mixup);
      }
      case "crop" ->
          new Augmentation(flip, whole(value, part), shift, rotate, brightness, cutout, mixup);
      case "shift" ->
          new Augmentation(flip, crop, number(value, part), rotate, brightness, cutout, mixup);
      case "rotate" ->
          new Augmentation(flip, crop, shift, number(value, part), brightness, cutout, mixup);
      case "brightness" ->
          new Augmentation(flip, crop, shift, rotate, number(value, part), cutout, mixup);
      case "cutout" ->
          new Augmentation(flip, crop, shift, rotate, brightness, whole(value, part), mixup);
      case "mixup" ->
          new Augmentation(flip, crop, shift, rotate, brightness, cutout, number(value, part));
      default -> throw wrong(part);
    };
  }

  private static int whole(String value, String part) {
    if (!value.matches("[0-9]{1,6}")) {
      throw wrong(part);
    }
    return Integer.parseInt(value);
  }

  private static double number(String value, String part) {
    if (!value.matches("[0-9]{1,6}(\\.[0-9]{1,12})?|\\.[0-9]{1,12}")) {
      throw wrong(part);
    }
    return Double.parseDouble(value);
  }

  private static IllegalArgumentException wrong(String part) {
    return new IllegalArgumentException("'" + part + "' is not understood; known are " + KNOWN);
  }
}
