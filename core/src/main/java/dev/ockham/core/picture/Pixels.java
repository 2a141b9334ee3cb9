package dev.ockham.core.picture;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * What ImageIO decoded, as 8-bit numbers. Samples are taken as the file has them, without a gamma
 * or a colour profile; more than 8 bits are rounded. A palette of greys is grey.
 */
final class Pixels {

  private static final int MOST = 255;
  private static final int HALF = 128;

  private final BufferedImage image;
  private final int background;
  private final int channels;
  private final int height;
  private final int width;
  private final byte[] pixels;

  private Pixels(BufferedImage image, int background) {
    this.image = image;
    this.background = background;
    channels = isGrey(image.getColorModel()) ? 1 : Picture.COLOURS;
    height = image.getHeight();
    width = image.getWidth();
    pixels = new byte[channels * height * width];
  }

  /**
   * The numbers of a decoded picture.
   *
   * @throws PictureException naming the place if they are no whole numbers of at most 16 bits, or
   *     if only another background shows what there is
   */
  static Picture of(String place, BufferedImage image, int background) throws PictureException {
    requireWhole(place, image);
    Picture picture = on(image, background);
    if (image.getColorModel().hasAlpha()) {
      requireSeen(place, image, picture, background);
    }
    return picture;
  }

  /**
   * Refuses a picture whose ink is as dark, or as bright, as what is behind it: whoever looks at it
   * elsewhere sees what is not read.
   */
  private static void requireSeen(
      String place, BufferedImage image, Picture picture, int background) throws PictureException {
    int other = background < HALF ? MOST : 0;
    int contrast = contrast(picture);
    if (contrast < HALF && contrast(on(image, other)) > 2 * contrast) {
      throw new PictureException(
          place,
          "lets through what is behind it, and on a background of %s there is nothing to be seen, on %s there is; predict --invert reads it on white, data.background is for training"
              .formatted(background, other));
    }
  }

  /** The difference of the brightest number and the darkest. */
  private static int contrast(Picture picture) {
    int least = MOST;
    int most = 0;
    for (byte pixel : picture.pixels()) {
      least = Math.min(least, pixel & 0xFF);
      most = Math.max(most, pixel & 0xFF);
    }
    return Math.max(0, most - least);
  }

  private static Picture on(BufferedImage image, int background) {
    Pixels result = new Pixels(image, background);
    if (image.getColorModel() instanceof ComponentColorModel inks
        && inks.getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
      result.takeInks(inks);
    } else if (!(image.getColorModel() instanceof ComponentColorModel model)
        || !hasSamples(model)) {
      result.convert();
    } else if (!model.hasAlpha()
        && image.getRaster().getDataBuffer() instanceof DataBufferByte
        && image.getSampleModel() instanceof PixelInterleavedSampleModel
        && model.getComponentSize(0) == Byte.SIZE) {
      result.copy();
    } else {
      result.takeSamples(model);
    }
    return new Picture(result.channels, result.height, result.width, result.pixels);
  }

  private static void requireWhole(String place, BufferedImage image) throws PictureException {
    String numbers =
        switch (image.getRaster().getDataBuffer().getDataType()) {
          case DataBuffer.TYPE_FLOAT, DataBuffer.TYPE_DOUBLE -> "floating-point numbers";
          case DataBuffer.TYPE_SHORT -> "signed numbers";
          case DataBuffer.TYPE_INT ->
              image.getColorModel() instanceof ComponentColorModel ? "numbers of 32 bits" : "";
          default -> "";
        };
    if (!numbers.isEmpty()) {
      throw notWhole(place, numbers);
    }
  }

  /** Says which numbers a picture has that are no pixels. */
  static PictureException notWhole(String place, String numbers) {
    return new PictureException(
        place, "holds " + numbers + "; pixels are whole numbers of at most 16 bits");
  }

  private static boolean isGrey(ColorModel model) {
    if (model instanceof IndexColorModel palette) {
      int[] colours = new int[palette.getMapSize()];
      palette.getRGBs(colours);
      for (int colour : colours) {
        if ((colour & 0xFF) != (colour >> 8 & 0xFF) || (colour & 0xFF) != (colour >> 16 & 0xFF)) {
          return false;
        }
      }
      return true;
    }
    return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  private static boolean hasSamples(ComponentColorModel model) {
    int kind = model.getColorSpace().getType();
    return kind == ColorSpace.TYPE_GRAY || kind == ColorSpace.TYPE_RGB;
  }

  /** Whole bytes, one after another. */
  private void copy() {
    Raster raster = image.getRaster();
    PixelInterleavedSampleModel layout = (PixelInterleavedSampleModel) image.getSampleModel();
    DataBufferByte buffer = (DataBufferByte) raster.getDataBuffer();
    byte[] bytes = buffer.getData();
    int start =
        buffer.getOffset()
            - raster.getSampleModelTranslateY() * layout.getScanlineStride()
            - raster.getSampleModelTranslateX() * layout.getPixelStride();
    for (int channel = 0; channel < channels; channel++) {
      int offset = start + layout.getBandOffsets()[channel];
      for (int y = 0; y < height; y++) {
        int from = offset + y * layout.getScanlineStride();
        int to = (channel * height + y) * width;
        for (int x = 0; x < width; x++) {
          pixels[to + x] = bytes[from + x * layout.getPixelStride()];
        }
      }
    }
  }

  private void takeSamples(ComponentColorModel model) {
    Raster raster = image.getRaster();
    int alpha = raster.getNumBands() - 1;
    boolean mixed = model.hasAlpha() && model.isAlphaPremultiplied();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int opaque = model.hasAlpha() ? sample(model, raster, alpha, x, y) : MOST;
        for (int channel = 0; channel < channels; channel++) {
          int value = sample(model, raster, channel, x, y);
          if (mixed) { // With black already.
            int behind = ((MOST - opaque) * background + MOST / 2) / MOST;
            pixels[(channel * height + y) * width + x] = (byte) Math.min(MOST, value + behind);
          } else {
            put(channel, y, x, value, opaque);
          }
        }
      }
    }
  }

  /** Amounts of ink, of which 0 is none. */
  private void takeInks(ComponentColorModel model) {
    Raster raster = image.getRaster();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int light = MOST - sample(model, raster, Picture.COLOURS, x, y);
        for (int channel = 0; channel < channels; channel++) {
          int value = (MOST - sample(model, raster, channel, x, y)) * light;
          put(channel, y, x, (value + MOST / 2) / MOST, MOST);
        }
      }
    }
  }

  private static int sample(ComponentColorModel model, Raster raster, int band, int x, int y) {
    int bits = model.getComponentSize(band);
    long most = (1L << bits) - 1;
    return (int) ((MOST * (raster.getSample(x, y, band) & most) + most / 2) / most);
  }

  /** Palettes, and what else only knows its colours as red, green and blue. */
  private void convert() {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int argb = image.getRGB(x, y);
        for (int channel = 0; channel < channels; channel++) {
          put(channel, y, x, argb >> (8 * (2 - channel)) & 0xFF, argb >>> 24);
        }
      }
    }
  }

  private void put(int channel, int y, int x, int value, int opaque) {
    int mixed = (opaque * value + (MOST - opaque) * background + MOST / 2) / MOST;
    pixels[(channel * height + y) * width + x] = (byte) mixed;
  }
}
