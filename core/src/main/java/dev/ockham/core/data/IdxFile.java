package dev.ockham.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The IDX format of MNIST: a big-endian header (a magic number whose third byte 8 says "unsigned
 * bytes" and whose fourth is the number of dimensions, then one 32-bit size per dimension) followed
 * by the values, last dimension fastest. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST
 * database of handwritten digits", section "File formats".
 *
 * <p>Files may be packed with gzip or not; their first bytes decide. Memory grows with what the
 * file really holds, never with what its header claims.
 */
public final class IdxFile {
  /** Image and label values are bytes, so no label can reach this. */
  static final int LABEL_LIMIT = 256;

  /** The longest array that every JVM can allocate. */
  static final long MAX_VALUES = Integer.MAX_VALUE - 8;

  /** Images rarely pack better than this; an array that must grow is copied. */
  private static final long LIKELY_EXPANSION = 8;

  private static final int FIRST_ALLOCATION = 1 << 16;
  static final int COUNT_OFFSET = 4;
  private static final int ROWS_OFFSET = 8;
  private static final int COLUMNS_OFFSET = 12;
  private static final int LABELS_HEADER_BYTES = 8;

  /** What a file holds, with the fields of its header. */
  record Kind(String title, int magic, List<String> fields) {
    static final Kind IMAGES = new Kind("images", 0x803, List.of("count", "rows", "columns"));
    private static final Kind LABELS = new Kind("labels", 0x801, List.of("count"));

    int headerBytes() {
      return 4 + 4 * fields.size();
    }
  }

  /** Sizes in header order, and the bytes that follow; a class because arrays make poor records. */
  private static final class Contents {
    private final int[] sizes;
    private final byte[] values;

    private Contents(int[] sizes, byte[] values) {
      this.sizes = sizes;
      this.values = values;
    }
  }

  private IdxFile() {}

  /**
   * Reads grey images and their labels.
   *
   * @param images file of magic number 0x803, packed with gzip or not
   * @param labels file of magic number 0x801, packed with gzip or not
   * @return at least one image, of one channel
   * @throws MalformedDataException if a file is truncated, too long, corrupt, empty or of another
   *     kind, or if the counts differ
   * @throws IOException if a file cannot be read
   */
  public static Images read(Path images, Path labels) throws IOException {
    return read(IdxSource.ofFile(images), IdxSource.ofFile(labels), LABEL_LIMIT);
  }

  /** Reads as {@link #read(Path, Path)} does and refuses labels of {@code labelLimit} or more. */
  static Images read(IdxSource images, IdxSource labels, int labelLimit) throws IOException {
    Optional<Images> mapped = IdxMapping.images(images, labels);
    if (mapped.isPresent()) {
      requireLabelsBelow(labelLimit, mapped.get(), labels);
      return mapped.get();
    }
    Contents pixels = read(images, Kind.IMAGES);
    Contents classes = read(labels, Kind.LABELS);
    if (classes.sizes[0] != pixels.sizes[0]) {
      throw new MalformedDataException(
          labels.name(),
          COUNT_OFFSET,
          "count is %s, but %s has %s images"
              .formatted(classes.sizes[0], images.name(), pixels.sizes[0]));
    }
    var result = Images.owning(1, pixels.sizes[1], pixels.sizes[2], pixels.values, classes.values);
    requireLabelsBelow(labelLimit, result, labels);
    return result;
  }

  /**
   * Checks that every label is below the number of classes.
   *
   * @param labels where the labels came from, for the message
   */
  static void requireLabelsBelow(int limit, Images images, IdxSource labels)
      throws MalformedDataException {
    for (int i = 0; i < images.count(); i++) {
      if (images.label(i) >= limit) {
        throw new MalformedDataException(
            labels.name(),
            LABELS_HEADER_BYTES + (long) i,
            "label of image %s is %s, but there are %s classes (0 to %s)"
                .formatted(i, images.label(i), limit, limit - 1));
      }
    }
  }

  /**
   * Checks that two files hold images of one size.
   *
   * @param source where {@code images} came from, for the message
   */
  static void requireSameSize(Images images, IdxSource source, Images reference)
      throws MalformedDataException {
    requireSame("rows", ROWS_OFFSET, images.height(), reference.height(), source);
    requireSame("columns", COLUMNS_OFFSET, images.width(), reference.width(), source);
  }

  private static void requireSame(
      String field, int offset, int value, int reference, IdxSource source)
      throws MalformedDataException {
    if (value != reference) {
      throw new MalformedDataException(
          source.name(),
          offset,
          "%s is %s, but the training images have %s".formatted(field, value, reference));
    }
  }

  /**
   * Writes the pixels as an unpacked IDX file: magic number 0x803 and three sizes for one channel,
   * 0x804 and four sizes {@code [count, channels, height, width]} for more. Does not close the
   * stream.
   */
  public static void writeImages(Images images, OutputStream out) throws IOException {
    boolean grey = images.channels() == 1;
    var header = ByteBuffer.allocate(grey ? 16 : 20);
    header.putInt(grey ? Kind.IMAGES.magic : Kind.IMAGES.magic + 1).putInt(images.count());
    if (!grey) {
      header.putInt(images.channels());
    }
    header.putInt(images.height()).putInt(images.width());
    out.write(header.array());
    write(images.pixels(), out);
  }

  /** Writes the labels as an unpacked IDX file. Does not close the stream. */
  public static void writeLabels(Images images, OutputStream out) throws IOException {
    out.write(
        ByteBuffer.allocate(LABELS_HEADER_BYTES)
            .putInt(Kind.LABELS.magic)
            .putInt(images.count())
            .array());
    byte[] labels = new byte[images.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) images.label(i);
    }
    out.write(labels);
  }

  private static void write(MemorySegment values, OutputStream out) throws IOException {
    byte[] block = new byte[1 << 16];
    for (long done = 0; done < values.byteSize(); ) {
      int length = (int) Math.min(block.length, values.byteSize() - done);
      MemorySegment.copy(values, ValueLayout.JAVA_BYTE, done, block, 0, length);
      out.write(block, 0, length);
      done += length;
    }
  }

  /** The labels of a file. */
  static byte[] readLabels(IdxSource labels) throws IOException {
    return read(labels, Kind.LABELS).values;
  }

  private static Contents read(IdxSource source, Kind kind) throws IOException {
    try (IdxSource.Unpacked unpacked = source.open()) {
      InputStream in = unpacked.stream();
      int[] sizes = readSizes(in, source, kind);
      long expected = expectedValues(sizes, MAX_VALUES, source, kind);
      requirePossible(expected, source, unpacked.packed(), kind);
      byte[] values = readValues(in, source, (int) expected, kind);
      if (in.read() >= 0) {
        throw new MalformedDataException(
            source.name(),
            kind.headerBytes() + expected,
            "more bytes follow the %s that the header promises (%s)"
                .formatted(expected, describe(sizes, kind)));
      }
      return new Contents(sizes, values);
    }
  }

  static int[] readSizes(InputStream in, IdxSource source, Kind kind) throws IOException {
    byte[] bytes = new byte[kind.headerBytes()];
    int read = in.readNBytes(bytes, 0, bytes.length);
    var header = ByteBuffer.wrap(bytes);
    // The magic number first: a short file of another kind is better told by it.
    if (read >= 4 && header.getInt(0) != kind.magic) {
      throw new MalformedDataException(
          source.name(),
          0,
          "magic number is 0x%08x, expected 0x%08x (%s)"
              .formatted(header.getInt(0), kind.magic, kind.title));
    }
    if (read < bytes.length) {
      throw new MalformedDataException(
          source.name(),
          read,
          "truncated: the header needs %s bytes, the file has %s".formatted(bytes.length, read));
    }
    int[] sizes = new int[kind.fields.size()];
    for (int i = 0; i < sizes.length; i++) {
      int offset = 4 + 4 * i;
      long value = Integer.toUnsignedLong(header.getInt(offset));
      if (value == 0 || value > MAX_VALUES) {
        throw new MalformedDataException(
            source.name(),
            offset,
            "%s is %s, expected 1 to %s".formatted(kind.fields.get(i), value, MAX_VALUES));
      }
      sizes[i] = (int) value;
    }
    return sizes;
  }

  /**
   * How many bytes a header promises.
   *
   * @param most how many can be read
   */
  static long expectedValues(int[] sizes, long most, IdxSource source, Kind kind)
      throws MalformedDataException {
    long product = 1;
    for (int size : sizes) {
      if (product > most / size) {
        throw new MalformedDataException(
            source.name(),
            COUNT_OFFSET,
            "the header promises more than %s bytes (%s)".formatted(most, describe(sizes, kind)));
      }
      product *= size;
    }
    return product;
  }

  /** Refuses, before anything is allocated, a header that the file is too short to keep. */
  static void requirePossible(long expected, IdxSource source, boolean packed, Kind kind)
      throws MalformedDataException {
    long most =
        packed ? source.size() * GzipInput.MAX_EXPANSION : source.size() - kind.headerBytes();
    if (expected > most) {
      throw new MalformedDataException(
          source.name(),
          packed ? COUNT_OFFSET : source.size(),
          packed
              ? "the header promises %s bytes, but %s packed bytes cannot unpack to so many"
                  .formatted(expected, source.size())
              : "truncated: the header promises %s bytes after it, the file has %s"
                  .formatted(expected, most));
    }
  }

  private static byte[] readValues(InputStream in, IdxSource source, int expected, Kind kind)
      throws IOException {
    long likely = Math.max(FIRST_ALLOCATION, LIKELY_EXPANSION * source.size());
    byte[] values = new byte[(int) Math.min(expected, likely)];
    int read = in.readNBytes(values, 0, values.length);
    while (read == values.length && read < expected) {
      values = Arrays.copyOf(values, (int) Math.min(expected, 2L * values.length));
      read += in.readNBytes(values, read, values.length - read);
    }
    if (read < expected) {
      throw new MalformedDataException(
          source.name(),
          kind.headerBytes() + (long) read,
          "truncated: the header promises %s bytes after it, there are %s"
              .formatted(expected, read));
    }
    return values;
  }

  private static String describe(int[] sizes, Kind kind) {
    var text = new StringBuilder();
    for (int i = 0; i < sizes.length; i++) {
      text.append(i == 0 ? "" : " × ").append(kind.fields.get(i)).append(' ').append(sizes[i]);
    }
    return text.toString();
  }
}
