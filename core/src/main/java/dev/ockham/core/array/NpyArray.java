package dev.ockham.core.array;

import dev.ockham.core.data.ExampleRoom;
import dev.ockham.core.data.MalformedDataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** An array of numbers, of a file that is mapped or of an archive. Immutable. */
public final class NpyArray {
  private static final int CHUNK = 1 << 20;

  private final String name;
  private final NpyHeader header;
  private final MemorySegment bytes;
  private final ByteOrder order;

  private NpyArray(String name, NpyHeader header, MemorySegment bytes) {
    this.name = name;
    this.header = header;
    this.bytes = bytes;
    this.order = header.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /**
   * Maps a file; its memory lives as long as anyone uses the array.
   *
   * @throws MalformedDataException if it is no such file, or longer or shorter than it says
   */
  public static NpyArray map(Path file) throws IOException {
    String name = file.toString();
    try (FileChannel channel = FileChannel.open(file);
        InputStream in = Channels.newInputStream(channel)) {
      NpyHeader header = NpyHeader.read(in, name);
      long wanted = wanted(header, name);
      long there = channel.size() - header.offset();
      requireSize(name, wanted, there);
      MemorySegment bytes =
          wanted == 0
              ? MemorySegment.ofArray(new byte[0])
              : channel.map(FileChannel.MapMode.READ_ONLY, header.offset(), wanted, Arena.ofAuto());
      return new NpyArray(name, header, bytes);
    }
  }

  /**
   * Reads a stream to its end.
   *
   * @param size bytes that the stream has, as far as its archive says
   */
  static NpyArray read(InputStream in, String name, long size) throws IOException {
    NpyHeader header = NpyHeader.read(in, name);
    long wanted = wanted(header, name);
    requireSize(name, wanted, size - header.offset());
    MemorySegment bytes = room(wanted, name);
    byte[] chunk = new byte[(int) Math.min(wanted, CHUNK)];
    for (long done = 0; done < wanted; ) {
      int read = in.readNBytes(chunk, 0, (int) Math.min(chunk.length, wanted - done));
      if (read == 0) {
        requireSize(name, wanted, done);
      }
      MemorySegment.copy(chunk, 0, bytes, ValueLayout.JAVA_BYTE, done, read);
      done += read;
    }
    if (in.read() >= 0) {
      throw wrong(name, "is longer than its header says");
    }
    return new NpyArray(name, header, bytes);
  }

  private static MemorySegment room(long bytes, String name) throws MalformedDataException {
    try {
      return ExampleRoom.of(bytes);
    } catch (UncheckedIOException e) {
      MalformedDataException wrong =
          wrong(name, "needs %s bytes: %s".formatted(bytes, e.getMessage()));
      wrong.initCause(e);
      throw wrong;
    }
  }

  /**
   * Numbers in memory.
   *
   * @param like whose kind and order they have
   */
  static NpyArray of(NpyHeader like, String name, List<Integer> shape, MemorySegment bytes) {
    return new NpyArray(name, new NpyHeader(like.kind(), like.bigEndian(), false, shape, 0), bytes);
  }

  /** Refuses a file that is longer or shorter than its header says. */
  static void requireSize(NpyHeader header, String name, long there) throws MalformedDataException {
    requireSize(name, wanted(header, name), there);
  }

  NpyHeader header() {
    return header;
  }

  private static long wanted(NpyHeader header, String name) throws MalformedDataException {
    try {
      return Math.multiplyExact(header.count(), (long) header.kind().bytes());
    } catch (ArithmeticException e) {
      throw wrong(name, "is of shape " + header.shape() + ", which no file can hold");
    }
  }

  private static void requireSize(String name, long wanted, long there)
      throws MalformedDataException {
    if (there != wanted) {
      throw wrong(name, "has %s bytes of numbers, but its header says %s".formatted(there, wanted));
    }
  }

  static MalformedDataException wrong(String name, String fault) {
    return new MalformedDataException(name, MalformedDataException.WHOLE_FILE, fault);
  }

  /** What messages call it. */
  String name() {
    return name;
  }

  /** Sizes; none for a single number. */
  public List<Integer> shape() {
    return header.shape();
  }

  NpyKind kind() {
    return header.kind();
  }

  /** How many numbers there are. */
  public long count() {
    return header.count();
  }

  /**
   * A number, in the order in which the last index runs fastest.
   *
   * @param index from 0
   */
  public double number(long index) {
    long at = header.fortran() ? fortran(index) : index;
    return switch (header.kind()) {
      case BOOL, UINT8 -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      case INT8 -> bytes.get(ValueLayout.JAVA_BYTE, at);
      case INT16 -> bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), 2 * at);
      case UINT16 -> bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), 2 * at) & 0xFFFF;
      case FLOAT16 ->
          Float.float16ToFloat(
              bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), 2 * at));
      case INT32 -> bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 4 * at);
      case UINT32 ->
          bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 4 * at) & 0xFFFFFFFFL;
      case FLOAT32 -> bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), 4 * at);
      case INT64 -> bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), 8 * at);
      case FLOAT64 -> bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), 8 * at);
    };
  }

  /** Where a number is whose first index runs fastest. */
  private long fortran(long index) {
    long rest = index;
    long stride = header.count();
    long at = 0;
    for (int axis = shape().size() - 1; axis >= 0; axis--) {
      int size = shape().get(axis);
      stride /= size;
      at += rest % size * stride;
      rest /= size;
    }
    return at;
  }

  /**
   * Neighbouring numbers as float32.
   *
   * @param from the first, as {@link #number} counts
   * @param into receives as many as it is long
   * @throws MalformedDataException naming one that is not finite
   */
  void floats(long from, float[] into) throws MalformedDataException {
    for (int i = 0; i < into.length; i++) {
      into[i] = (float) number(from + i);
      if (!Float.isFinite(into[i])) {
        throw wrong(
            name,
            "number %s of shape %s is %s, not a finite number of 32 bits"
                .formatted(from + i, shape(), number(from + i)));
      }
    }
  }

  /** All numbers as float32, refusing those that are none. */
  float[] floats() throws MalformedDataException {
    if (count() > (Integer.MAX_VALUE - 8)
        || count() * Float.BYTES > Runtime.getRuntime().maxMemory() / 2) {
      throw wrong(name, "has %s numbers, which do not fit into memory".formatted(count()));
    }
    float[] floats = new float[(int) count()];
    floats(0, floats);
    return floats;
  }
}
