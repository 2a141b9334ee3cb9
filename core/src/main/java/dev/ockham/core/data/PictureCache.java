package dev.ockham.core.data;

import dev.ockham.core.data.ClassFolders.Splits;
import dev.ockham.core.picture.PictureException;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decoded pictures in files that are mapped into memory, so that they are decoded once and need no
 * heap. A file belongs to a source, by its path, and to the rules of pictures; it is made anew
 * where names, sizes or times of the source's files are others than they were. What is small is
 * decoded into memory each time instead.
 */
final class PictureCache {

  private static final String SUFFIX = ".pixels";
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final DecodedFolder folder;
  private final PictureRules rules;
  private final long worthAFile;
  private final DownloadListener listener;

  /** The file under construction; null where pixels are on the heap. */
  private DecodedFolder.@Nullable Unfinished part;

  /** A cache in a folder, which need not exist. */
  PictureCache(Path folder, PictureRules rules, DownloadListener listener) {
    this(folder, rules, DecodedFolder.WORTH_A_FILE, listener);
  }

  PictureCache(Path folder, PictureRules rules, long worthAFile, DownloadListener listener) {
    this.worthAFile = worthAFile;
    this.folder = new DecodedFolder(folder);
    this.rules = rules;
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
    Path file = file(place, rules);
    Optional<Decoded> known = known(file, state);
    if (known.isEmpty() && rules.channels() != 0) {
      // Pictures that were read with as many channels as they have may be the same.
      known =
          known(file(place, rules.withChannels(0)), state)
              .filter(decoded -> decoded.splits().train().channels() == rules.channels());
    }
    if (known.isPresent()) {
      known.get().notices().forEach(listener::notice);
      return known.get();
    }
    if (Files.exists(file)) {
      Files.delete(file);
    }
    RememberedNotices heard = new RememberedNotices(listener);
    boolean worth = SourceState.bytes(place) >= worthAFile;
    try {
      Splits splits = source.read((bytes, claim) -> room(place, bytes, claim, worth), heard);
      heard.tell();
      String hash = ContentHash.of(splits.train(), splits.test());
      if (part == null) {
        return new Decoded(splits, hash, heard.lines());
      }
      part.publish(
          file,
          PictureCacheFooter.of(state, splits, hash, heard.lines()).json(),
          PictureCacheFooter.MAGIC);
      part = null;
      return known(file, state).orElseThrow(() -> new IOException(file + ": cannot be read back"));
    } finally {
      discard();
    }
  }

  private Path file(Path place, PictureRules by) throws IOException {
    return folder.file(place, DataRules.NONE.withPicture(by).json(), SUFFIX);
  }

  private Optional<Decoded> known(Path file, String state) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Optional<DecodedFolder.Footer> end = DecodedFolder.footer(file, PictureCacheFooter.MAGIC);
    Optional<PictureCacheFooter> footer = end.flatMap(PictureCacheFooter::parse);
    if (footer.isEmpty() || !footer.get().state().equals(state)) {
      listener.notice(
          "%s: %s; reading the pictures again"
              .formatted(
                  file,
                  footer.isEmpty() ? "is no cache of this version" : "its source has changed"));
      return Optional.empty();
    }
    Optional<MemorySegment> pixels = DecodedFolder.numbers(file, end.orElseThrow(), listener);
    if (pixels.isEmpty()) {
      listener.notice(file + ": is damaged; reading the pictures again");
      return Optional.empty();
    }
    DecodedFolder.used(file);
    PictureCacheFooter said = footer.get();
    return Optional.of(new Decoded(said.splits(pixels.get()), said.contentHash(), said.notices()));
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
                .formatted(folder.path(), DatasetResolver.reason(e)));
        return MemorySegment.ofArray(new byte[(int) bytes]);
      }
      throw new PictureException(
          place.toString(),
          "%s, more than the heap, and %s cannot hold them: %s"
              .formatted(claim, folder.path(), DatasetResolver.reason(e)));
    }
  }

  private MemorySegment mappedRoom(long bytes) throws IOException {
    DecodedFolder.Unfinished file = folder.begin(bytes);
    part = file;
    return file.map(bytes);
  }

  private void discard() throws IOException {
    if (part != null) {
      part.delete();
      part = null;
    }
  }
}
