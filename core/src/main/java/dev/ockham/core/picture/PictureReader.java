package dev.ockham.core.picture;

import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns files into pictures: PNG, and whatever else ImageIO knows. Of a file with several pictures
 * the first is read. Sizes are checked before anything of that size is allocated. Not for several
 * threads.
 */
public final class PictureReader implements AutoCloseable {

  /** What the most patient packer makes of zeros: deflate's 258 bytes from 2 bits. */
  static final long BEST_PACKING = 1032;

  private static final long MOST_PIXELS = 1L << 26;

  /** The first eight bytes of a PNG, as one number. */
  private static final long PNG = 0x89504E470D0A1A0AL;

  private static final int PNG_HEADER = 26;

  /** Of other formats: eight pixels a byte, packed. */
  private static final long MOST_PIXELS_PER_BYTE = 8 * BEST_PACKING;

  private static final Set<String> SUFFIXES =
      Stream.of(ImageIO.getReaderFileSuffixes())
          .filter(suffix -> !suffix.isEmpty())
          .map(suffix -> suffix.toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  private final ImageReader png = ImageIO.getImageReadersByFormatName("png").next();

  /** Says whether a size is the right one, before the picture is read. */
  @FunctionalInterface
  public interface SizeCheck {
    /** Any size will do. */
    SizeCheck NONE = (height, width) -> {};

    /**
     * Looks at a size, in pixels.
     *
     * @throws IOException if it is not the right one
     */
    void check(int height, int width) throws IOException;
  }

  /** Ends of the names of files that can be read, in lower case and without a dot. */
  public static Set<String> suffixes() {
    return SUFFIXES;
  }

  /** Whether bytes begin as a picture of a known format does. */
  public static boolean isPicture(byte[] head) {
    return number(head, 0, Long.BYTES) == PNG || readers(new ByteArrayImageInput(head)).hasNext();
  }

  /**
   * Reads a picture. A pixel that lets the background through is mixed with it.
   *
   * @param place what messages call it
   * @param file its bytes
   * @param background what is behind it, 0 (black) to 255
   * @param size looks at the size first
   * @throws PictureException naming the place and what is wrong
   * @throws IOException what {@code size} throws
   */
  public Picture read(String place, byte[] file, int background, SizeCheck size)
      throws IOException {
    boolean isPng = number(file, 0, Long.BYTES) == PNG;
    ImageInputStream in = new ByteArrayImageInput(file);
    ImageReader reader = isPng ? png : other(in);
    if (reader == null) {
      throw new PictureException(place, "is no picture that can be read");
    }
    try {
      reader.setInput(in, true, true);
      requireJustified(place, file, isPng, reader, size);
      return decoded(place, reader, background);
    } finally {
      if (isPng) {
        reader.setInput(null);
      } else {
        reader.dispose();
      }
    }
  }

  private static Picture decoded(String place, ImageReader reader, int background)
      throws PictureException {
    try {
      return Pixels.of(reader.read(0), background);
    } catch (IOException | RuntimeException e) {
      throw PictureException.broken(place, e);
    }
  }

  private static void requireJustified(
      String place, byte[] file, boolean isPng, ImageReader reader, SizeCheck size)
      throws IOException {
    int height;
    int width;
    try {
      height = reader.getHeight(0);
      width = reader.getWidth(0);
    } catch (IOException | RuntimeException e) {
      throw PictureException.broken(place, e);
    }
    String claims = "the picture is %s×%s (height × width), ".formatted(height, width);
    long pixels = (long) height * width;
    if (pixels > MOST_PIXELS) {
      throw new PictureException(place, claims + "more than " + MOST_PIXELS + " pixels");
    }
    boolean held =
        isPng
            ? pngBytes(file, height, width) <= BEST_PACKING * file.length
            : pixels <= MOST_PIXELS_PER_BYTE * file.length;
    if (!held) {
      throw new PictureException(
          place, claims + "which a file of " + file.length + " bytes cannot hold");
    }
    size.check(height, width);
  }

  /** Bytes of the unpacked rows, by the bits and the kind of colour in the header. */
  private static long pngBytes(byte[] file, int height, int width) {
    if (file.length < PNG_HEADER) {
      return 0;
    }
    int samples =
        switch (file[25]) {
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> 1;
        };
    long bits = (long) width * samples * (file[24] & 0xFF);
    return height * (1 + Math.ceilDiv(bits, Byte.SIZE));
  }

  private static @Nullable ImageReader other(ImageInputStream in) {
    Iterator<ImageReader> readers = readers(in);
    return readers.hasNext() ? readers.next() : null;
  }

  private static Iterator<ImageReader> readers(ImageInputStream in) {
    return ImageIO.getImageReaders(in);
  }

  private static long number(byte[] bytes, int at, int length) {
    long number = 0;
    for (int i = at; i < at + length; i++) {
      number = number << Byte.SIZE | (i < bytes.length ? bytes[i] & 0xFF : 0);
    }
    return number;
  }

  @Override
  public void close() {
    png.dispose();
  }
}
