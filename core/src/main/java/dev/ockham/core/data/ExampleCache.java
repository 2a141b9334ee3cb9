package dev.ockham.core.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Encoded examples of tables and arrays in files that are mapped into memory, so that they are
 * encoded once and need no heap. A file belongs to its sources, by their paths, and to the way they
 * are read; it is made anew where sizes or times of the sources are others than they were. What is
 * small is encoded on the heap each time instead.
 */
public final class ExampleCache {
  private static final String SUFFIX = ".examples";

  /** Raised where the same source, read the same way, would become other numbers than before. */
  private static final int READING = 1;

  private final @Nullable DecodedFolder folder;
  private final long worthAFile;
  private final DownloadListener listener;

  private ExampleCache(@Nullable Path folder, long worthAFile, DownloadListener listener) {
    this.folder = folder == null ? null : new DecodedFolder(folder);
    this.worthAFile = worthAFile;
    this.listener = listener;
  }

  /**
   * A cache in a folder.
   *
   * @param folder {@link DataLocations#decoded()}; need not exist
   */
  public static ExampleCache in(Path folder, DownloadListener listener) {
    return new ExampleCache(folder, DecodedFolder.WORTH_A_FILE, listener);
  }

  /** As {@link #in}, with files for all that is larger than some bytes. */
  static ExampleCache in(Path folder, long worthAFile, DownloadListener listener) {
    return new ExampleCache(folder, worthAFile, listener);
  }

  /** Keeps nothing: all examples are on the heap. */
  public static ExampleCache none(DownloadListener listener) {
    return new ExampleCache(null, Long.MAX_VALUE, listener);
  }

  /** Where numbers of examples go while sources are read. */
  public static final class Room {
    private final List<RowStore> stores = new ArrayList<>();
    private final @Nullable DecodedFolder folder;
    private final long mostOnHeap;
    private final DownloadListener listener;

    private Room(@Nullable DecodedFolder folder, long mostOnHeap, DownloadListener listener) {
      this.folder = folder;
      this.mostOnHeap = mostOnHeap;
      this.listener = listener;
    }

    /**
     * An empty list; the first one is for the training part, the second for the test part.
     *
     * @param place what messages call the source
     */
    public RowStore store(Path place) {
      RowStore store = new RowStore(place.toString(), folder, mostOnHeap, listener);
      stores.add(store);
      return store;
    }
  }

  /** Reads sources where the cache does not have them. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads everything.
     *
     * @param room gives lists for the numbers of both parts, over which the examples then are
     * @param heard what hears how it goes
     */
    Dataset read(Room room, DownloadListener heard) throws IOException;
  }

  /**
   * The data set in some files.
   *
   * @param name what it is called
   * @param sources files, or folders with files; at least one
   * @param way how they are read; another way has a file of its own
   */
  public Dataset read(String name, List<Path> sources, String way, Source source)
      throws IOException {
    DecodedFolder in = folder;
    Path file = null;
    String state = "";
    if (in != null) {
      state = state(sources);
      file = in.file(sources.getFirst(), key(sources, way), SUFFIX);
      Optional<Known> known = known(name, file, state);
      if (known.isPresent()) {
        known.get().notices().forEach(listener::notice);
        return known.get().data();
      }
    }
    Room room = new Room(in, worthAFile, listener);
    try {
      RememberedNotices heard = new RememberedNotices(listener);
      Dataset made = source.read(room, heard);
      heard.tell();
      if (file == null || !publish(made, room, file, state, heard.lines())) {
        return made;
      }
      Path done = file;
      return known(name, file, state)
          .orElseThrow(() -> new IOException(done + ": cannot be read back"))
          .data();
    } finally {
      for (RowStore store : room.stores) {
        store.close();
      }
    }
  }

  private record Known(Dataset data, List<String> notices) {}

  private static String key(List<Path> sources, String way) throws IOException {
    StringBuilder key = new StringBuilder();
    key.append(READING).append(ByteOrder.nativeOrder()).append('\0').append(way);
    for (Path source : sources) {
      key.append('\0').append(source.toRealPath());
    }
    return key.toString();
  }

  private static String state(List<Path> sources) throws IOException {
    MessageDigest digest = ContentHash.digest("SHA-256");
    for (Path source : sources) {
      digest.update(SourceState.of(source).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Optional<Known> known(String name, Path file, String state) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Optional<DecodedFolder.Footer> text = DecodedFolder.footer(file, ExampleFooter.MAGIC);
    Optional<ExampleFooter> footer = text.flatMap(ExampleFooter::parse);
    if (footer.isEmpty() || !footer.get().state().equals(state)) {
      return stale(
          file, footer.isEmpty() ? "is no cache of this version" : "its source has changed");
    }
    Optional<MemorySegment> numbers = DecodedFolder.numbers(file, text.orElseThrow(), listener);
    if (numbers.isEmpty()) {
      return stale(file, "is damaged");
    }
    Dataset data = footer.get().dataset(name, numbers.get());
    DecodedFolder.used(file);
    return Optional.of(new Known(data, footer.get().notices()));
  }

  private Optional<Known> stale(Path file, String reason) throws IOException {
    listener.notice("%s: %s; reading the source again".formatted(file, reason));
    Files.deleteIfExists(file);
    return Optional.empty();
  }

  /** Whether a data set is worth a file, and has one now. */
  private boolean publish(Dataset data, Room room, Path file, String state, List<String> notices)
      throws IOException {
    long bytes = room.stores.stream().mapToLong(RowStore::bytes).sum();
    boolean must = room.stores.stream().anyMatch(RowStore::filed);
    if (!must && bytes < worthAFile) {
      return false;
    }
    RowStore train = room.stores.getFirst();
    DecodedFolder.Unfinished unfinished = train.intoFile();
    if (unfinished == null) {
      if (must) {
        throw new IOException(
            file + ": the training part is in memory, but there is no room for the test part");
      }
      return false;
    }
    if (data.test() != data.train()) {
      train.append(numbers(data.test()));
    }
    for (MemorySegment part : ExampleFooter.behindValues(data)) {
      train.append(part);
    }
    String footer = ExampleFooter.of(data, state, notices).json();
    train.release();
    unfinished.publish(file, footer, ExampleFooter.MAGIC);
    return true;
  }

  private static MemorySegment numbers(Examples examples) {
    return switch (examples) {
      case Images images -> images.pixels();
      case Features features -> features.values();
    };
  }
}
