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
 * Room for pixels that are taken from others: on the heap, or, where they are many, in a file
 * without a name that is mapped into memory, since what they are taken from may be larger than the
 * heap.
 */
final class PixelRoom {

  private static final long MOST_ON_HEAP = 256L << 20;

  private PixelRoom() {}

  /** Room for some bytes; it lasts as long as somebody can reach it. */
  static MemorySegment of(long bytes) {
    return bytes <= Math.min(MOST_ON_HEAP, Runtime.getRuntime().maxMemory() / 8)
        ? MemorySegment.ofArray(new byte[(int) bytes])
        : mapped(bytes);
  }

  private static MemorySegment mapped(long bytes) {
    try {
      Path file = Files.createTempFile("ockham-", ".pixels");
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
          "%s bytes of pixels are too many for the heap, and no file can hold them"
              .formatted(bytes),
          e);
    }
  }
}
