package dev.ockham.core.picture;

import java.nio.ByteBuffer;

/**
 * Refuses TIFFs whose numbers decoders and viewers take for different pictures: the tags say what
 * decoded numbers no longer show.
 */
final class TiffSamples {
  private static final int BITS = 258;
  private static final int SAMPLES = 277;
  private static final int PHOTOMETRIC = 262;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;

  /** Grey (two ways round), RGB and palettes; inks; brightness and colour. */
  private static final int LAST_PLAIN = 3;

  private static final int INKS = 5;
  private static final int YCBCR = 6;

  /** CMYK, or RGB and how much of the background is seen. */
  private static final int MOST_SAMPLES = 4;

  /** Decoders make a table of so many bits for each sample of a pixel. */
  private static final int MOST_BITS = 16;

  private static final int SIGNED = 2;
  private static final int FLOATING = 3;
  private static final int COMPLEX = 5;
  private static final int COMPLEX_FLOATING = 6;

  private TiffSamples() {}

  /**
   * Looks at the tags; a file without readable ones is the decoder's to refuse.
   *
   * @throws PictureException if it holds no whole numbers, larger or more of them than are read, no
   *     colours that are read, or a sample of which nobody says what it is
   */
  static void requirePlain(String place, byte[] file) throws PictureException {
    int[] formats;
    int[] extra;
    int[] bits;
    int samples;
    int colours;
    try {
      TiffTags tags = TiffTags.of(ByteBuffer.wrap(file));
      formats = tags.values(SAMPLE_FORMAT);
      extra = tags.values(EXTRA_SAMPLES);
      bits = tags.values(BITS);
      samples = tags.value(SAMPLES, 1);
      colours = tags.value(PHOTOMETRIC, 0);
    } catch (IndexOutOfBoundsException e) {
      return;
    }
    for (int format : formats) {
      String numbers =
          switch (format) {
            case SIGNED -> "signed numbers";
            case FLOATING -> "floating-point numbers";
            case COMPLEX, COMPLEX_FLOATING -> "complex numbers";
            default -> "";
          };
      if (!numbers.isEmpty()) {
        throw Pixels.notWhole(place, numbers);
      }
    }
    for (int each : bits) {
      if (each > MOST_BITS) {
        throw Pixels.notWhole(place, "numbers of %s bits".formatted(each));
      }
    }
    if (samples > MOST_SAMPLES) {
      throw new PictureException(
          place, "has %s samples a pixel; at most %s are read".formatted(samples, MOST_SAMPLES));
    }
    if (colours > LAST_PLAIN && colours != INKS && colours != YCBCR) {
      throw new PictureException(
          place,
          "has colours of another kind (PhotometricInterpretation %s); grey, palettes, RGB, YCbCr and CMYK are read"
              .formatted(colours));
    }
    if (extra.length > 0 && (extra.length > 1 || extra[0] == 0 || colours == INKS)) {
      throw new PictureException(
          place,
          "has samples beside its colours (ExtraSamples %s) that viewers show differently; save it without them, or as transparency"
              .formatted(extra[0]));
    }
  }
}
