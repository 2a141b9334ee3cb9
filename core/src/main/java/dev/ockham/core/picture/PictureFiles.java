package dev.ockham.core.picture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The pictures in a folder, or in a zip archive, by their paths. What hides itself (names that
 * begin with a dot, {@code __MACOSX}, {@code Thumbs.db}, {@code desktop.ini}) is not there; other
 * files are {@linkplain #others told apart} from pictures by the ends of their names.
 */
public sealed interface PictureFiles extends Closeable
    permits PictureFolder, PictureArchive, SinglePicture {

  /** Bytes of a file that is read at once. */
  long LARGEST_FILE = 1L << 28;

  /**
   * One picture.
   *
   * @param path names of folders and the file, with slashes between them
   * @param size bytes of the file
   * @param stored bytes that it takes on disk, packed or not
   */
  record Entry(String path, long size, long stored) {}

  /** The folder, archive or file. */
  Path place();

  /** All pictures, in the order of their paths, the same on every machine. */
  List<Entry> entries();

  /** Paths of the files that are no pictures, and, with a slash at the end, of empty folders. */
  List<String> others();

  /** What messages call a picture: its path from anywhere, with the archive before it. */
  String where(Entry entry);

  /**
   * The bytes of a picture. May be called by several threads.
   *
   * @throws PictureException if they are not what the archive says of them
   * @throws IOException if they cannot be read
   */
  byte[] read(Entry entry) throws IOException;

  /**
   * Lists a folder, or an archive. Nothing is unpacked yet.
   *
   * @throws PictureException if a file is no archive, or names of entries are not to be trusted
   * @throws IOException if it cannot be read
   */
  static PictureFiles open(Path place) throws IOException {
    return open(place, PictureFiles::isNamedPicture);
  }

  /**
   * Lists files of another kind, such as sounds.
   *
   * @param wanted tells by its path whether a file is of the kind
   */
  static PictureFiles open(Path place, Predicate<String> wanted) throws IOException {
    return Files.isDirectory(place)
        ? PictureFolder.open(place, wanted)
        : PictureArchive.open(place, wanted);
  }

  /** A picture in a file of its own. */
  static PictureFiles single(Path file) throws IOException {
    return new SinglePicture(file, Files.size(file));
  }

  /**
   * Refuses a file that is too large to be read at once.
   *
   * @throws PictureException naming the place and the size
   */
  static void requireReadable(String place, long size) throws PictureException {
    if (size > LARGEST_FILE) {
      throw new PictureException(place, "has %s bytes, more than %s".formatted(size, LARGEST_FILE));
    }
  }

  /** Whether a file begins as a zip archive does, one without entries included. */
  static boolean isArchive(byte[] head) {
    return head.length >= 4
        && head[0] == 'P'
        && head[1] == 'K'
        && ((head[2] == 3 && head[3] == 4) || (head[2] == 5 && head[3] == 6));
  }

  /** Whether a name of a file or folder says that it is not for people's eyes. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || Set.of("__MACOSX", "Thumbs.db", "desktop.ini").contains(name);
  }

  /** Whether a path ends as that of a picture. */
  static boolean isNamedPicture(String path) {
    return PictureReader.suffixes().contains(suffix(path));
  }

  /** Whether a path ends as that of a picture in a format that is not read. */
  static boolean isUnreadPicture(String path) {
    return Set.of("avif", "heic", "heif", "jxl", "jp2", "svg", "psd", "dng", "cr2", "nef", "arw")
        .contains(suffix(path));
  }

  private static String suffix(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
