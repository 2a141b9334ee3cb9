package dev.ockham.core.spec;

import dev.ockham.core.augment.Augmentation;
import dev.ockham.runtime.data.PictureRules;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which data, and how it is split.
 *
 * @param name {@code mnist}, {@code fashion-mnist}, {@code fashion-mnist-mini}, a folder of IDX
 *     files, a folder or zip archive of pictures in class folders, a table or arrays; {@code
 *     +random-labels} or {@code +random-labels=SEED} behind it replaces every label by a draw
 * @param validation fraction of the training images held out for validation, in [0, 1)
 * @param splitSeed seed of that choice; apart from the run's seed, so that runs of several seeds
 *     are judged on the same images
 * @param inputDeviation standard deviation that inputs are scaled to, from 0.001 to 1000: that of
 *     all pixels of a channel together, or of each float feature
 * @param mean what is subtracted from inputs first: one number, or one for each channel, where 1 is
 *     the brightest a pixel can be; of float features one, or one for each. Empty: as measured on
 *     the training examples
 * @param deviation the standard deviation that inputs are taken to have, in the same form
 * @param target what the label columns of a table are
 * @param columns what columns of a table are, as {@link ColumnKinds} reads it; found where not said
 * @param table how a table is read
 * @param size what size pictures in class folders get: {@link #ORIGINAL}, {@code 32} for a square,
 *     or {@code 32x48}, height by width
 * @param fit how a picture of other proportions becomes one of that size
 * @param channels 1 for brightness, 3 for colour; 0 for 3 if any picture has colour
 * @param background what is behind pixels that let it through, 0 (black) to 255
 * @param augment how training pictures are changed each time they are seen, as {@link
 *     Augmentation#parse} reads it; {@link Augmentation#NONE} for not at all
 * @param text how texts become tokens
 * @param audio how sounds become numbers
 */
public record DataSpec(
    @Doc(
            "mnist, fashion-mnist, fashion-mnist-mini, a folder, a zip, a table or arrays;"
                + " +random-labels=SEED may follow.")
        String name,
    @Doc("Fraction of the training images held out for validation, from 0 to 0.9.")
        double validation,
    @Doc("Seed of the split; apart from training.seed, so that seeds compare on equal images.")
        long splitSeed,
    @Doc("Standard deviation that inputs are scaled to; pixels from 0 to 1 have about 0.3.")
        double inputDeviation,
    @Doc(
            value =
                "Mean of the inputs, one for each channel, of pixels from 0 to 1, such as"
                    + " 0.485 0.456 0.406; empty: measured.",
            unrecorded = "[]")
        List<Double> mean,
    @Doc(
            value = "Standard deviation of the inputs, as data.mean; empty: measured.",
            unrecorded = "[]")
        List<Double> deviation,
    @Doc(
            value = "What the label columns of a table are: auto, classes, labels or numbers.",
            unrecorded = "auto")
        TargetKind target,
    @Doc(
            value =
                "Kinds of a table's columns where those found are wrong, such as"
                    + " 'zip=category age=number'; also boolean and drop.",
            unrecorded = "")
        String columns,
    @Doc("How a table is read.") TableSpec table,
    @Doc(
            value =
                "Size of pictures in class folders: original, 32 for a square, or 32x48"
                    + " (height x width).",
            unrecorded = DataSpec.ORIGINAL)
        String size,
    @Doc(
            value =
                "Pictures of other proportions: crop scales them to cover data.size and cuts the"
                    + " middle out; stretch scales height and width each by itself.",
            unrecorded = "crop")
        PictureRules.Fit fit,
    @Doc(
            value =
                "Channels of pictures in class folders: 1 (brightness), 3, or 0 for 3 if any has"
                    + " colour.",
            unrecorded = "0")
        int channels,
    @Doc(value = "Behind transparent pixels: 0 (black) to 255 (white).", unrecorded = "0")
        int background,
    @Doc(
            value =
                "Changes of training pictures, such as flip,crop:4; none, or any of flip, crop:N,"
                    + " shift:F, rotate:DEGREES, brightness:F, cutout:N; and mixup:F, of examples"
                    + " of any kind, with which the loss is a pseudo-likelihood.",
            unrecorded = "none")
        String augment,
    @Doc("How texts become tokens.") TextSpec text,
    @Doc("How sounds become numbers.") AudioSpec audio) {

  /** Pictures stay as large as they are, and must be of one size. */
  public static final String ORIGINAL = "original";

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,5})(?:x([0-9]{1,5}))?");

  /** Checks the name and the numbers. */
  public DataSpec {
    if (name.isBlank()) {
      throw new SpecException("data.name is empty; name a data set or a folder");
    }
    Require.between("data.validation", validation, 0, 0.9);
    Require.between("data.input_deviation", inputDeviation, 1e-3, 1e3);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    mean.forEach(value -> Require.finite("data.mean", value));
    deviation.forEach(value -> Require.positive("data.deviation", value));
    ColumnKinds.parse(columns);
    pictures(size, fit, channels, background);
    augmentation(augment);
  }

  /** These settings for data of another name. */
  public DataSpec named(String other) {
    return new DataSpec(
        other,
        validation,
        splitSeed,
        inputDeviation,
        mean,
        deviation,
        target,
        columns,
        table,
        size,
        fit,
        channels,
        background,
        augment,
        text,
        audio);
  }

  /** How training pictures are changed each time they are seen. */
  public Augmentation augmentation() {
    return augmentation(augment);
  }

  private static Augmentation augmentation(String text) {
    try {
      return Augmentation.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SpecException("data.augment: " + e.getMessage());
    }
  }

  /** What becomes of pictures in class folders. */
  public PictureRules pictures() {
    return pictures(size, fit, channels, background);
  }

  /** These settings with other rules of pictures. */
  public DataSpec with(PictureRules rules) {
    return new DataSpec(
        name,
        validation,
        splitSeed,
        inputDeviation,
        mean,
        deviation,
        target,
        columns,
        table,
        rules.height() == 0 ? ORIGINAL : rules.height() + "x" + rules.width(),
        rules.fit(),
        rules.channels(),
        rules.background(),
        augment,
        text,
        audio);
  }

  private static PictureRules pictures(
      String size, PictureRules.Fit fit, int channels, int background) {
    int height = 0;
    int width = 0;
    if (!size.equals(ORIGINAL)) {
      Matcher sides = SIZE.matcher(size);
      height = sides.matches() ? Integer.parseInt(sides.group(1)) : 0;
      width = height > 0 && sides.group(2) != null ? Integer.parseInt(sides.group(2)) : height;
      if (height < 1 || width < 1 || Math.max(height, width) > PictureRules.LONGEST_SIDE) {
        throw new SpecException(
            ("data.size must be original, a side such as 32, or height x width such as 32x48, from"
                    + " 1 to %s, not '%s'")
                .formatted(PictureRules.LONGEST_SIDE, size));
      }
    }
    try {
      return new PictureRules(height, width, fit, channels, background);
    } catch (IllegalArgumentException e) {
      throw new SpecException("data: " + e.getMessage());
    }
  }

  /** These settings with others of tables. */
  public DataSpec withTable(TableSpec other) {
    return new DataSpec(
        name,
        validation,
        splitSeed,
        inputDeviation,
        mean,
        deviation,
        target,
        columns,
        other,
        size,
        fit,
        channels,
        background,
        augment,
        text,
        audio);
  }

  /** These settings with others of texts. */
  public DataSpec withText(TextSpec other) {
    return new DataSpec(
        name,
        validation,
        splitSeed,
        inputDeviation,
        mean,
        deviation,
        target,
        columns,
        table,
        size,
        fit,
        channels,
        background,
        augment,
        other,
        audio);
  }

  /** The defaults of everything. */
  public static DataSpec defaults() {
    return new DataSpec(
        "mnist",
        0.1,
        0,
        1,
        List.of(),
        List.of(),
        TargetKind.AUTO,
        "",
        TableSpec.defaults(),
        ORIGINAL,
        PictureRules.Fit.CROP,
        0,
        0,
        Augmentation.NONE,
        TextSpec.defaults(),
        AudioSpec.defaults());
  }
}
