package dev.ockham.core.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The images of an IDX file one after the other, without their labels and without holding all of
 * them. Packed with gzip or not, as {@link IdxFile} reads them.
 */
public final class IdxImageStream implements Closeable {
  private final IdxSource source;
  private final InputStream in;
  private final int count;
  private final int height;
  private final int width;
  private int given;

  private IdxImageStream(IdxSource source, InputStream in, int[] sizes) {
    this.source = source;
    this.in = in;
    this.count = sizes[0];
    this.height = sizes[1];
    this.width = sizes[2];
  }

  /**
   * Opens a file and reads its header; the caller closes the stream.
   *
   * @throws MalformedDataException if the header is not that of grey images, or promises more than
   *     the file can hold
   */
  public static IdxImageStream open(Path file) throws IOException {
    IdxSource source = IdxSource.ofFile(file);
    IdxSource.Unpacked contents = source.open();
    try {
      int[] sizes = IdxFile.readSizes(contents.stream(), source, IdxFile.Kind.IMAGES);
      long expected =
          IdxFile.expectedValues(sizes, IdxFile.MAX_VALUES, source, IdxFile.Kind.IMAGES);
      IdxFile.requirePossible(expected, source, contents.packed(), IdxFile.Kind.IMAGES);
      return new IdxImageStream(source, contents.stream(), sizes);
    } catch (IOException | RuntimeException e) {
      contents.close();
      throw e;
    }
  }

  /** How many images the file has, at least 1. */
  public int count() {
    return count;
  }

  /** Rows per image. */
  public int height() {
    return height;
  }

  /** Columns per image. */
  public int width() {
    return width;
  }

  /**
   * Reads the next image.
   *
   * @param pixels receives {@code [height, width]} unsigned bytes
   * @return false if there is none left; the file is then known to end there
   * @throws MalformedDataException if the file ends too early, goes on too long or is packed badly
   */
  public boolean next(byte[] pixels) throws IOException {
    int size = Math.multiplyExact(height, width);
    Objects.checkFromIndexSize(0, size, pixels.length);
    long at = IdxFile.Kind.IMAGES.headerBytes() + (long) given * size;
    if (given == count) {
      if (in.read() >= 0) {
        throw new MalformedDataException(
            source.name(), at, "more bytes follow the %s images of the header".formatted(count));
      }
      return false;
    }
    int read = in.readNBytes(pixels, 0, size);
    if (read < size) {
      throw new MalformedDataException(
          source.name(),
          at + read,
          "truncated: the header promises %s images, the file ends in number %s"
              .formatted(count, given + 1));
    }
    given++;
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
