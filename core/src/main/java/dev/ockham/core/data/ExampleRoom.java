package dev.ockham.core.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Room for numbers of examples that are taken from others: on the heap, or, where they are many, in
 * a file without a name that is mapped into memory, since what they are taken from may be larger
 * than the heap.
 */
public final class ExampleRoom {

  private static final long MOST_ON_HEAP = 256L << 20;

  /** What the disk must have left beside a file. */
  private static final long SPARE = 256L << 20;

  private ExampleRoom() {}

  /**
   * Room for some bytes; it lasts as long as somebody can reach it.
   *
   * @throws UncheckedIOException if they are too many for the heap, and no file can hold them
   */
  public static MemorySegment of(long bytes) {
    return onHeap(bytes) ? MemorySegment.ofArray(new byte[(int) bytes]) : mapped(bytes);
  }

  /** Room for some float32 numbers, as {@link #of}. */
  public static MemorySegment ofFloats(long numbers) {
    long bytes = Math.multiplyExact(numbers, (long) Float.BYTES);
    return onHeap(bytes) ? MemorySegment.ofArray(new float[(int) numbers]) : mapped(bytes);
  }

  private static boolean onHeap(long bytes) {
    return bytes <= Math.min(MOST_ON_HEAP, Runtime.getRuntime().maxMemory() / 8);
  }

  private static MemorySegment mapped(long bytes) {
    try {
      Path folder = Path.of(System.getProperty("java.io.tmpdir"));
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < bytes + SPARE) {
        throw new IOException(
            "%s has %s bytes left, %s are needed".formatted(folder, free, bytes + SPARE));
      }
      Path file = Files.createTempFile("ockham-", ".examples");
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s bytes of examples are too many for the heap, and no file can hold them: %s"
              .formatted(bytes, DatasetResolver.reason(e)),
          e);
    }
  }
}
