package dev.ockham.core.data;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of decoded data in the user's cache. A file holds numbers, then a text about them (its
 * footer), the length of the text as a 32-bit number, the CRC-32C of all that, and a 64-bit number
 * that says whole files and their form. It is written under another name and gets its own when it
 * is whole.
 */
public final class DecodedFolder {

  /** Reads a footer that has all its members; one flipped letter in the name of one makes null. */
  static final JsonMapper WHOLE =
      JsonMapper.builder()
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** Ends of names of whole files. */
  static final List<String> SUFFIXES = List.of(".pixels", ".examples");

  private static final String UNFINISHED = ".part";

  /** Bytes of numbers, or of a packed source, from which on a file is worth its place. */
  static final long WORTH_A_FILE = 16L << 20;

  /** Bytes of all files together; the ones that were used the longest ago go first. */
  private static final long MOST = 64L << 30;

  /** What a disk must have left beside a new file. */
  private static final long SPARE = 256L << 20;

  private static final Duration ABANDONED = Duration.ofDays(1);
  private static final int TAIL = 2 * Integer.BYTES + Long.BYTES;

  /** Bytes that are summed at once; people hear of files that are larger. */
  private static final long AT_ONCE = 1L << 28;

  private static final int LONGEST_FOOTER = 1 << 28;

  private final Path path;

  /**
   * A folder, which need not exist.
   *
   * @param path {@link DataLocations#decoded()}
   */
  public DecodedFolder(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * Where what is decoded from a source is kept: a name that people can tell, and behind it what
   * tells sources and ways of reading apart.
   *
   * @param place a file or folder that exists
   * @param way how it is read
   */
  Path file(Path place, String way, String suffix) throws IOException {
    String key = place.toRealPath() + "\0" + way;
    byte[] hash = ContentHash.digest("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    Path last = place.getFileName();
    String plain = (last == null ? "root" : last.toString()).replaceAll("[^A-Za-z0-9._-]", "_");
    String shown = plain.substring(0, Math.min(plain.length(), 40));
    return path.resolve(shown + "-" + HexFormat.of().formatHex(hash, 0, 12) + suffix);
  }

  /**
   * Maps the numbers of a file until nobody can reach them any more.
   *
   * @param footer of the file
   * @return nothing if a byte of the file is another one than when it was written
   */
  static Optional<MemorySegment> numbers(Path file, Footer footer, DownloadListener listener)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long summed = channel.size() - TAIL + Integer.BYTES;
      MemorySegment all =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
      int sum = sum(all.asSlice(0, summed), file.getFileName().toString(), listener);
      return sum == footer.sum() ? Optional.of(all.asSlice(0, footer.numbers())) : Optional.empty();
    }
  }

  private static int sum(MemorySegment bytes, String name, DownloadListener listener) {
    CRC32C sum = new CRC32C();
    for (long at = 0; at < bytes.byteSize(); at += AT_ONCE) {
      long size = Math.min(AT_ONCE, bytes.byteSize() - at);
      sum.update(bytes.asSlice(at, size).asByteBuffer());
      if (bytes.byteSize() > AT_ONCE) {
        listener.progress(name, at + size, bytes.byteSize());
      }
    }
    return (int) sum.getValue();
  }

  /** The time of a file says when it was used last; a cache that cannot be written is used too. */
  static void used(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      return;
    }
  }

  /**
   * What stands behind a file's numbers.
   *
   * @param text the footer
   * @param numbers bytes before it
   * @param sum CRC-32C of all that is before the sum
   */
  record Footer(String text, long numbers, int sum) {}

  /** The footer of a file; nothing where it has none of this form, or is not whole. */
  static Optional<Footer> footer(Path file, long form) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < TAIL) {
        return Optional.empty();
      }
      ByteBuffer tail = bytes(channel, size - TAIL, TAIL);
      int length = tail.getInt();
      int sum = tail.getInt();
      if (tail.getLong() != form || length <= 0 || length > Math.min(LONGEST_FOOTER, size - TAIL)) {
        return Optional.empty();
      }
      byte[] text = bytes(channel, size - TAIL - length, length).array();
      return Optional.of(
          new Footer(new String(text, StandardCharsets.UTF_8), size - TAIL - length, sum));
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  /**
   * Begins a file, if the disk has room, and deletes what others have left unfinished and, if all
   * files are too many, the oldest.
   *
   * @param bytes that it will have, or has at least
   */
  Unfinished begin(long bytes) throws IOException {
    Files.createDirectories(path);
    tidy(bytes);
    requireRoom(bytes);
    return new Unfinished(Files.createTempFile(path, "decoding-", UNFINISHED));
  }

  /** Refuses what the disk has no room for. */
  void requireRoom(long bytes) throws IOException {
    FileStore disk = Files.getFileStore(path);
    if (disk.getUsableSpace() < bytes + SPARE) {
      throw new IOException(
          "the disk has %s bytes left, %s are needed"
              .formatted(disk.getUsableSpace(), bytes + SPARE));
    }
  }

  private void tidy(long bytes) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(path)) {
      files =
          all.filter(Files::isRegularFile)
              .sorted(Comparator.comparing(DecodedFolder::time))
              .toList();
    }
    long kept = 0;
    for (Path file : files) {
      kept += isWhole(file) ? file.toFile().length() : 0;
    }
    for (Path file : files) {
      if (isWhole(file) && kept + bytes > MOST) {
        kept -= file.toFile().length();
        Files.deleteIfExists(file);
      } else if (file.toString().endsWith(UNFINISHED)
          && time(file).toInstant().isBefore(Instant.now().minus(ABANDONED))
          && !WriterLock.isHeld(file)) {
        Files.deleteIfExists(file);
        Files.deleteIfExists(WriterLock.of(file));
      }
    }
  }

  private static boolean isUnfinished(Path file) {
    return file.toString().endsWith(UNFINISHED) || file.toString().endsWith(WriterLock.SUFFIX);
  }

  private static boolean isWhole(Path file) {
    return SUFFIXES.stream().anyMatch(file.toString()::endsWith);
  }

  private static FileTime time(Path file) {
    return FileTime.fromMillis(file.toFile().lastModified());
  }

  /**
   * Deletes all files; the folder stays.
   *
   * @return bytes that were freed
   */
  public long clear() throws IOException {
    long freed = 0;
    if (Files.isDirectory(path)) {
      try (Stream<Path> all = Files.list(path)) {
        for (Path file : all.toList()) {
          if (isWhole(file) || isUnfinished(file)) {
            freed += file.toFile().length();
            Files.deleteIfExists(file);
          }
        }
      }
    }
    return freed;
  }

  /** A file that is being written. */
  static final class Unfinished {
    private final Path path;
    private final WriterLock lock;
    private final Arena arena = Arena.ofShared();

    private Unfinished(Path path) {
      this.path = path;
      lock = WriterLock.take(path);
    }

    Path path() {
      return path;
    }

    /** Maps its first bytes, to write them, until it is published or deleted. */
    MemorySegment map(long bytes) throws IOException {
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      }
    }

    /** Writes the footer at its end, and gives it its name. */
    void publish(Path file, String text, long form) throws IOException {
      arena.close();
      byte[] footer = text.getBytes(StandardCharsets.UTF_8);
      append(ByteBuffer.allocate(footer.length + Integer.BYTES).put(footer).putInt(footer.length));
      int sum;
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
          Arena reading = Arena.ofConfined()) {
        MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), reading);
        sum = sum(all, file.getFileName().toString(), DownloadListener.SILENT);
      }
      append(ByteBuffer.allocate(Integer.BYTES + Long.BYTES).putInt(sum).putLong(form));
      PartFile.publish(path, file);
      lock.release();
    }

    private void append(ByteBuffer end) throws IOException {
      end.flip();
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.APPEND)) {
        while (end.hasRemaining()) {
          channel.write(end);
        }
      }
    }

    void delete() throws IOException {
      if (arena.scope().isAlive()) {
        arena.close();
      }
      Files.deleteIfExists(path);
      lock.release();
    }
  }
}
