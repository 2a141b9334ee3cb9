package dev.ockham.core.picture;

import dev.ockham.runtime.file.ForeignFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
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

  /** Pixels that a progressive JPEG may pass over; cameras and editors make about ten passes. */
  private static final long MOST_SCANNED = 1L << 31;

  /** Four bytes decoded, three as colours, three the right way up, and as much again to spare. */
  private static final int BYTES_PER_PIXEL = 20;

  private static final int PNG_HEADER = 26;

  /** Of other formats: eight pixels a byte, packed. */
  private static final long MOST_PIXELS_PER_BYTE = 8 * BEST_PACKING;

  private static final Set<String> SUFFIXES =
      Stream.of(ImageIO.getReaderFileSuffixes())
          .filter(suffix -> !suffix.isEmpty())
          .map(suffix -> suffix.toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  /** Lossless WebP stores a plane of one colour in no space at all. */
  private static final long MOST_WEBP_PIXELS = 1L << 24;

  /** One reader of each format, as they are dear to make. */
  private final Map<Kind, ImageReader> readers = new EnumMap<>(Kind.class);

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
    return Kind.of(head) == Kind.PNG || candidates(new ByteArrayImageInput(head)).hasNext();
  }

  /**
   * Reads a picture, the right way up. A pixel that lets the background through is mixed with it.
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
    Kind kind = Kind.of(file);
    ImageInputStream in = new ByteArrayImageInput(file);
    ImageReader reader = reader(kind, in);
    if (reader == null) {
      String other = file.length == 0 ? "empty" : ForeignFormat.of(file);
      throw new PictureException(
          place, "is no picture that can be read" + (other.isEmpty() ? "" : ": it is " + other));
    }
    requireWhole(place, file, kind);
    boolean done = false;
    try {
      reader.setInput(in, true, true);
      Orientation orientation = Orientation.of(file);
      requireJustified(place, file, kind, reader, orientation, size);
      Picture stored = decoded(place, file, kind, reader, background);
      done = true;
      return orientation.applied(stored);
    } finally {
      reader.setInput(null);
      if (kind == Kind.OTHER || !done) {
        readers.remove(kind);
        reader.dispose();
      }
    }
  }

  /** Decoders of these formats would make up what is cut off. */
  private static void requireWhole(String place, byte[] file, Kind kind) throws PictureException {
    boolean whole =
        switch (kind) {
          case JPEG -> JpegSegments.isWhole(file);
          case WEBP -> file.length >= riffBytes(file);
          case PNG, GIF, TIFF, OTHER -> true;
        };
    if (!whole) {
      throw new PictureException(
          place, "broken picture: the file is cut off, it has %s bytes".formatted(file.length));
    }
    if (kind == Kind.TIFF) {
      TiffSamples.requirePlain(place, file);
    }
  }

  private static long riffBytes(byte[] file) {
    return 8
        + Integer.toUnsignedLong(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(4));
  }

  private @Nullable ImageReader reader(Kind kind, ImageInputStream in) {
    ImageReader known = readers.get(kind);
    if (known != null) {
      return known;
    }
    Iterator<ImageReader> found = candidates(in);
    ImageReader reader = found.hasNext() ? found.next() : null;
    // Of two, the one that others have added knows more of the format.
    while (reader != null && found.hasNext() && isOfJdk(reader)) {
      reader = found.next();
    }
    if (reader != null) {
      readers.put(kind, reader);
    }
    return reader;
  }

  private static boolean isOfJdk(ImageReader reader) {
    return reader.getClass().getName().startsWith("com.sun.");
  }

  private static Picture decoded(
      String place, byte[] file, Kind kind, ImageReader reader, int background)
      throws PictureException {
    try {
      Picture picture =
          kind == Kind.JPEG && JpegSegments.components(file) == Cmyk.INKS
              ? Cmyk.of(reader.readRaster(0, null), file)
              : Pixels.of(place, reader.read(0), background);
      return kind == Kind.GIF ? GifScreen.of(file).with(picture, background) : picture;
    } catch (PictureException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw PictureException.broken(place, e);
    }
  }

  private static void requireJustified(
      String place,
      byte[] file,
      Kind kind,
      ImageReader reader,
      Orientation orientation,
      SizeCheck size)
      throws IOException {
    int height;
    int width;
    long tile;
    try {
      height = reader.getHeight(0);
      width = reader.getWidth(0);
      boolean tiled = reader.isImageTiled(0);
      tile = tiled ? (long) reader.getTileHeight(0) * reader.getTileWidth(0) : 0;
      if (kind == Kind.GIF) {
        GifScreen screen = GifScreen.of(file);
        height = Math.max(height, screen.height());
        width = Math.max(width, screen.width());
      }
    } catch (IOException | RuntimeException e) {
      throw PictureException.broken(place, e);
    }
    String claims = "the picture is %s×%s (height × width), ".formatted(height, width);
    long pixels = (long) height * width;
    if (tile > pixels) { // Its pixels beyond the picture are decoded too.
      claims += "in a tile of %s pixels, ".formatted(tile);
      pixels = tile;
    }
    if (pixels > MOST_PIXELS) {
      throw new PictureException(place, claims + "more than " + MOST_PIXELS + " pixels");
    }
    long memory = Runtime.getRuntime().maxMemory();
    if (pixels > memory / BYTES_PER_PIXEL) {
      throw new PictureException(
          place, claims + "which needs more than the %s MB of -Xmx".formatted(memory >> 20));
    }
    requireQuick(place, file, kind, claims, pixels);
    boolean held =
        switch (kind) {
          case PNG -> pngBytes(file, height, width) <= BEST_PACKING * file.length;
          case WEBP -> pixels <= MOST_WEBP_PIXELS || pixels <= MOST_PIXELS_PER_BYTE * file.length;
          case JPEG, GIF, TIFF, OTHER -> pixels <= MOST_PIXELS_PER_BYTE * file.length;
        };
    if (!held) {
      throw new PictureException(
          place, claims + "which a file of " + file.length + " bytes cannot hold");
    }
    boolean side = orientation.onItsSide();
    size.check(side ? width : height, side ? height : width);
  }

  /** A JPEG, or one within a TIFF, is read by as many passes as it says. */
  private static void requireQuick(String place, byte[] file, Kind kind, String claims, long pixels)
      throws PictureException {
    long within = kind == Kind.TIFF ? JpegSegments.largestFrame(file) : 0;
    if (within > pixels) {
      throw new PictureException(
          place, claims + "but a JPEG in it has %s pixels".formatted(within));
    }
    long each = kind == Kind.JPEG ? pixels : within;
    if (each > 0 && each * JpegSegments.scans(file) > MOST_SCANNED) {
      throw new PictureException(
          place,
          claims
              + "in %s passes over all of it, which would take minutes"
                  .formatted(JpegSegments.scans(file)));
    }
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

  private static Iterator<ImageReader> candidates(ImageInputStream in) {
    return ImageIO.getImageReaders(in);
  }

  @Override
  public void close() {
    readers.values().forEach(ImageReader::dispose);
    readers.clear();
  }
}
