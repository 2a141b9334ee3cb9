package dev.ockham.core.data;

import dev.ockham.core.target.ClassLabels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Large IDX files that are not packed: mapped into memory, so that they need no heap. */
final class IdxMapping {

  /** Smaller files are read; then nothing happens to the pixels if a file changes later. */
  static final long LEAST = 64L << 20;

  private static final long MOST = 1L << 46;

  private IdxMapping() {}

  /**
   * The images of a file that is large and not packed; nothing of another one.
   *
   * @throws MalformedDataException if it is one, and not what it should be
   */
  static Optional<Images> images(IdxSource images, IdxSource labels) throws IOException {
    if (images.file().isEmpty() || images.size() < LEAST) {
      return Optional.empty();
    }
    int[] sizes;
    try (IdxSource.Unpacked unpacked = images.open()) {
      if (unpacked.packed()) {
        return Optional.empty();
      }
      sizes = IdxFile.readSizes(unpacked.stream(), images, IdxFile.Kind.IMAGES);
    }
    int header = IdxFile.Kind.IMAGES.headerBytes();
    long expected = IdxFile.expectedValues(sizes, MOST, images, IdxFile.Kind.IMAGES);
    IdxFile.requirePossible(expected, images, false, IdxFile.Kind.IMAGES);
    if (images.size() > header + expected) {
      throw new MalformedDataException(
          images.name(),
          header + expected,
          "more bytes follow the %s that the header promises".formatted(expected));
    }
    byte[] classes = IdxFile.readLabels(labels);
    if (classes.length != sizes[0]) {
      throw new MalformedDataException(
          labels.name(),
          IdxFile.COUNT_OFFSET,
          "count is %s, but %s has %s images".formatted(classes.length, images.name(), sizes[0]));
    }
    MemorySegment pixels = map(images.file().get(), header, expected);
    return Optional.of(Images.of(1, sizes[1], sizes[2], pixels, ClassLabels.of(classes)));
  }

  private static MemorySegment map(Path file, long from, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      // Mapped until nobody can reach the pixels any more.
      return channel.map(FileChannel.MapMode.READ_ONLY, from, bytes, Arena.ofAuto());
    }
  }
}
