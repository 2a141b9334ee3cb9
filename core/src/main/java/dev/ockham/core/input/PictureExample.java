package dev.ockham.core.input;

import dev.ockham.core.data.MalformedDataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One picture as one example, in grey. A pixel that lets the background through counts as
 * background: black, or white where the picture is inverted. Of a file with several pictures the
 * first is read.
 */
public final class PictureExample implements Examples {

  /** A file of a few bytes can claim to be larger than any memory. */
  private static final long MOST_PIXELS = 1L << 26;

  private final PictureFit fit;
  private final GreyPicture picture;
  private boolean given;

  private PictureExample(PictureFit fit, GreyPicture picture) {
    this.fit = fit;
    this.picture = picture;
  }

  static ImageInputStream stream(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    return new MemoryCacheImageInputStream(bytes) {
      @Override
      public void close() throws IOException {
        try (bytes) { // which the super class leaves open
          super.close();
        }
      }
    };
  }

  static Iterator<ImageReader> readers(ImageInputStream in) {
    return ImageIO.getImageReaders(in);
  }

  static PictureExample open(Path file, PictureFit fit) throws IOException {
    try (ImageInputStream in = stream(file)) {
      ImageReader reader = readers(in).next();
      try {
        reader.setInput(in, true, true);
        return new PictureExample(fit, read(file, reader, fit));
      } finally {
        reader.dispose();
      }
    }
  }

  private static GreyPicture read(Path file, ImageReader reader, PictureFit fit)
      throws IOException {
    int height;
    int width;
    try {
      height = reader.getHeight(0);
      width = reader.getWidth(0);
    } catch (IOException | RuntimeException e) {
      throw broken(file, e);
    }
    if ((long) height * width > MOST_PIXELS) {
      throw new MalformedDataException(
          file.toString(),
          MalformedDataException.WHOLE_FILE,
          "the picture is %s×%s (height × width), more than %s pixels"
              .formatted(height, width, MOST_PIXELS));
    }
    fit.requireFits(file.toString(), height, width);
    try {
      return grey(reader.read(0), fit.invert() ? 255 : 0);
    } catch (IOException | RuntimeException e) {
      throw broken(file, e);
    }
  }

  /** ImageIO's readers answer broken files with unchecked exceptions of many kinds. */
  private static MalformedDataException broken(Path file, Exception reason) {
    MalformedDataException result =
        new MalformedDataException(
            file.toString(),
            MalformedDataException.WHOLE_FILE,
            "broken picture: "
                + (reason.getMessage() == null
                    ? reason.getClass().getSimpleName()
                    : reason.getMessage()));
    result.initCause(reason);
    return result;
  }

  private static GreyPicture grey(BufferedImage image, int background) {
    int height = image.getHeight();
    int width = image.getWidth();
    float[] values = new float[height * width];
    boolean plain =
        image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && image.getColorModel().getNumColorComponents() == 1;
    Raster raster = image.getRaster();
    double most = plain ? Math.pow(2, image.getColorModel().getComponentSize(0)) - 1 : 255;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int argb = image.getRGB(x, y);
        // getRGB bends grey values by a gamma that their files do not mean; their samples are
        // meant.
        double brightness =
            plain ? 255 * raster.getSample(x, y, 0) / most : luma(argb >> 16, argb >> 8, argb);
        double opaque = (argb >>> 24) / 255.0;
        values[y * width + x] = (float) (opaque * brightness + (1 - opaque) * background);
      }
    }
    return new GreyPicture(height, width, values);
  }

  /** ITU-R BT.601; exact where red, green and blue are equal. */
  private static double luma(int red, int green, int blue) {
    return (299 * (red & 0xFF) + 587 * (green & 0xFF) + 114 * (blue & 0xFF)) / 1000.0;
  }

  @Override
  public long count() {
    return 1;
  }

  @Override
  public boolean next(float[] into, int at) {
    if (given) {
      return false;
    }
    fit.write(picture, into, at);
    given = true;
    return true;
  }

  @Override
  public void close() {
    // The file is closed already.
  }
}
