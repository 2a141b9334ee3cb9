package dev.ockham.core.data;

import dev.ockham.core.data.ClassFolders.Splits;
import dev.ockham.core.picture.PictureException;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decoded pictures in files that are mapped into memory, so that they are decoded once and need no
 * heap. A file belongs to a source, by its path, and to the rules of pictures; it is made anew
 * where names, sizes or times of the source's files are others than they were. What is small is
 * decoded into memory each time instead.
 */
final class PictureCache {

  /** Ends of names of files in the cache. */
  static final String SUFFIX = ".pixels";

  private static final String UNFINISHED = ".part";

  /** Pixels, or bytes of packed pictures, from which on a file is worth its place. */
  private static final long WORTH_A_FILE = 16L << 20;

  /** Bytes of all files together; the ones that were used the longest ago go first. */
  private static final long MOST = 64L << 30;

  /** What a disk must have left beside a new file. */
  private static final long SPARE = 256L << 20;

  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path folder;
  private final PictureRules rules;
  private final boolean verify;
  private final long worthAFile;
  private final DownloadListener listener;

  /** The file under construction; null where pixels are on the heap. */
  private @Nullable Unfinished part;

  /**
   * A cache in a folder, which need not exist.
   *
   * @param verify whether contents are read through and compared with their hash before use
   */
  PictureCache(Path folder, PictureRules rules, boolean verify, DownloadListener listener) {
    this(folder, rules, verify, WORTH_A_FILE, listener);
  }

  PictureCache(
      Path folder, PictureRules rules, boolean verify, long worthAFile, DownloadListener listener) {
    this.worthAFile = worthAFile;
    this.folder = folder;
    this.rules = rules;
    this.verify = verify;
    this.listener = listener;
  }

  /** Pictures, the hash of their contents, and what people are to know of them. */
  record Decoded(Splits splits, String contentHash, List<String> notices) {
    /** Copies the list. */
    Decoded {
      notices = List.copyOf(notices);
    }
  }

  /**
   * The pictures of a folder or zip archive.
   *
   * @throws DatasetNotFoundException if there are no pictures
   * @throws MalformedDataException naming the file or entry that is wrong, and its value
   */
  Decoded read(Path place) throws IOException {
    return read(place, (room, heard) -> ClassFolders.read(place, rules, room, heard));
  }

  /** Reads pictures where the cache does not have them. */
  @FunctionalInterface
  interface Source {
    /**
     * Reads everything.
     *
     * @param room where pixels go
     * @param heard what hears how it goes
     */
    Splits read(PictureLoading.Room room, DownloadListener heard) throws IOException;
  }

  /**
   * The pictures of a file or folder that somebody else can read.
   *
   * @param place whose state says whether anything has changed
   */
  Decoded read(Path place, Source source) throws IOException {
    String state = SourceState.of(place);
    Path file = folder.resolve(name(place, rules));
    Optional<Decoded> known = known(file, state);
    if (known.isEmpty() && rules.channels() != 0) {
      // Pictures that were read with as many channels as they have may be the same.
      known =
          known(folder.resolve(name(place, rules.withChannels(0))), state)
              .filter(decoded -> decoded.splits().train().channels() == rules.channels());
    }
    if (known.isPresent()) {
      known.get().notices().forEach(listener::notice);
      return known.get();
    }
    if (Files.exists(file)) {
      Files.delete(file);
    }
    List<String> notices = new ArrayList<>();
    boolean worth = SourceState.bytes(place) >= worthAFile;
    try {
      Splits splits =
          source.read((bytes, claim) -> room(place, bytes, claim, worth), heard(notices));
      String hash = ContentHash.of(splits.train(), splits.test());
      if (part == null) {
        return new Decoded(splits, hash, notices);
      }
      part.publish(file, PictureCacheFooter.of(state, splits, hash, notices));
      part = null;
      return known(file, state).orElseThrow(() -> new IOException(file + ": cannot be read back"));
    } finally {
      discard();
    }
  }

  /** What a person is told while a file is made is told again where it is used. */
  private DownloadListener heard(List<String> notices) {
    return new DownloadListener() {
      @Override
      public void progress(String file, long bytesDone, long bytesTotal) {
        listener.progress(file, bytesDone, bytesTotal);
      }

      @Override
      public void reading(String place, int done, int total) {
        listener.reading(place, done, total);
      }

      @Override
      public void notice(String line) {
        notices.add(line);
        listener.notice(line);
      }
    };
  }

  /** A name that people can tell, and behind it what tells sources and rules apart. */
  private static String name(Path place, PictureRules by) throws IOException {
    String key = place.toRealPath() + "\0" + DataRules.NONE.withPicture(by).json();
    byte[] hash = ContentHash.digest("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    Path last = place.getFileName();
    String plain = (last == null ? "root" : last.toString()).replaceAll("[^A-Za-z0-9._-]", "_");
    String shown = plain.substring(0, Math.min(plain.length(), 40));
    return shown + "-" + HexFormat.of().formatHex(hash, 0, 12) + SUFFIX;
  }

  private Optional<Decoded> known(Path file, String state) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Optional<PictureCacheFooter> footer = PictureCacheFooter.read(file);
    if (footer.isEmpty() || !footer.get().state().equals(state)) {
      listener.notice(
          "%s: %s; reading the pictures again"
              .formatted(
                  file,
                  footer.isEmpty() ? "is no cache of this version" : "its source has changed"));
      return Optional.empty();
    }
    Splits splits = footer.get().splits(map(file, footer.get().pixels()));
    String hash = footer.get().contentHash();
    if (verify && !ContentHash.of(splits.train(), splits.test()).equals(hash)) {
      listener.notice(file + ": is damaged; reading the pictures again");
      return Optional.empty();
    }
    used(file);
    return Optional.of(new Decoded(splits, hash, footer.get().notices()));
  }

  private static MemorySegment map(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      // Mapped until nobody can reach the pixels any more.
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, Arena.ofAuto());
    }
  }

  /** The time of a file says when it was used last; a cache that cannot be written is used too. */
  private static void used(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      return;
    }
  }

  private MemorySegment room(Path place, long bytes, String claim, boolean worth)
      throws IOException {
    discard();
    boolean fitsHeap = bytes <= Math.min(LARGEST_ARRAY, Runtime.getRuntime().maxMemory() / 2);
    if (fitsHeap && !worth && bytes < worthAFile) {
      return MemorySegment.ofArray(new byte[(int) bytes]);
    }
    try {
      return mappedRoom(bytes);
    } catch (IOException e) {
      if (fitsHeap) {
        listener.notice(
            "%s: decoded pictures are not kept for the next time: %s"
                .formatted(folder, DatasetResolver.reason(e)));
        return MemorySegment.ofArray(new byte[(int) bytes]);
      }
      throw new PictureException(
          place.toString(),
          "%s, more than the heap, and %s cannot hold them: %s"
              .formatted(claim, folder, DatasetResolver.reason(e)));
    }
  }

  private MemorySegment mappedRoom(long bytes) throws IOException {
    Files.createDirectories(folder);
    tidy(bytes);
    FileStore disk = Files.getFileStore(folder);
    if (disk.getUsableSpace() < bytes + SPARE) {
      throw new IOException(
          "the disk has %s bytes left, %s are needed"
              .formatted(disk.getUsableSpace(), bytes + SPARE));
    }
    Unfinished file = new Unfinished(Files.createTempFile(folder, "decoding-", UNFINISHED));
    part = file;
    return file.map(bytes);
  }

  /** Deletes what others have left unfinished, and the oldest files if all are too many. */
  private void tidy(long bytes) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(Files::isRegularFile)
              .sorted(Comparator.comparing(PictureCache::time))
              .toList();
    }
    long kept = 0;
    for (Path file : files) {
      kept += file.toString().endsWith(SUFFIX) ? file.toFile().length() : 0;
    }
    for (Path file : files) {
      boolean finished = file.toString().endsWith(SUFFIX);
      if (finished && kept + bytes > MOST) {
        kept -= file.toFile().length();
        Files.deleteIfExists(file);
      } else if (!finished
          && file.toString().endsWith(UNFINISHED)
          && time(file).toInstant().isBefore(Instant.now().minus(ABANDONED))) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileTime time(Path file) {
    return FileTime.fromMillis(file.toFile().lastModified());
  }

  private void discard() throws IOException {
    if (part != null) {
      part.delete();
      part = null;
    }
  }

  /**
   * Deletes all files of a cache; its folder stays.
   *
   * @return bytes that were freed
   */
  static long clear(Path folder) throws IOException {
    long freed = 0;
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path file : all.toList()) {
          String name = file.toString();
          if (name.endsWith(SUFFIX) || name.endsWith(UNFINISHED)) {
            freed += file.toFile().length();
            Files.deleteIfExists(file);
          }
        }
      }
    }
    return freed;
  }

  /** A file that is being written. */
  private static final class Unfinished {
    private final Path path;
    private final Arena arena = Arena.ofShared();

    Unfinished(Path path) {
      this.path = path;
    }

    MemorySegment map(long bytes) throws IOException {
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      }
    }

    void publish(Path file, PictureCacheFooter footer) throws IOException {
      arena.close();
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.APPEND)) {
        footer.write(channel);
      }
      PartFile.publish(path, file);
    }

    void delete() throws IOException {
      if (arena.scope().isAlive()) {
        arena.close();
      }
      Files.deleteIfExists(path);
    }
  }
}
