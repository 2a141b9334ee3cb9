package dev.ockham.core.array;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.file.ForeignFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Arrays by name: the entries of an {@code .npz} archive, or the files of a folder. */
final class ArrayFiles {
  static final String NPY = ".npy";
  static final String NPZ = ".npz";

  /** Bytes that one packed byte can stand for. */
  private static final long MOST_UNPACKED = 1032;

  private static final long SLACK = 1 << 20;

  private ArrayFiles() {}

  /** All arrays there are, their names in lower case without the ending. */
  static Map<String, NpyArray> read(Path place) throws IOException {
    return Files.isDirectory(place) ? ofFolder(place) : ofArchive(place);
  }

  private static Map<String, NpyArray> ofFolder(Path folder) throws IOException {
    Map<String, NpyArray> arrays = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(NPY)) {
          arrays.put(key(name), NpyArray.map(file));
        }
      }
    }
    return arrays;
  }

  private static Map<String, NpyArray> ofArchive(Path file) throws IOException {
    Map<String, NpyArray> arrays = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        String name = file + "/" + entry.getName();
        if (!entry.getName().endsWith(NPY)) {
          throw NpyArray.wrong(name, "is no array, as all entries of an .npz file are");
        }
        if (entry.getSize() > MOST_UNPACKED * entry.getCompressedSize() + SLACK) {
          throw NpyArray.wrong(
              name,
              "claims to unpack %s bytes to %s, which no array can"
                  .formatted(entry.getCompressedSize(), entry.getSize()));
        }
        try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
          if (arrays.put(key(entry.getName()), NpyArray.read(in, name, entry.getSize())) != null) {
            throw NpyArray.wrong(name, "is there twice");
          }
        }
      }
    } catch (ZipException e) {
      String other = ForeignFormat.of(file);
      boolean told = !other.isEmpty() && !other.equals("a zip archive");
      MalformedDataException wrong =
          NpyArray.wrong(
              file.toString(), "is no .npz file: " + (told ? "it is " + other : e.getMessage()));
      wrong.initCause(e);
      throw wrong;
    }
    return arrays;
  }

  private static String key(String file) {
    return file.substring(0, file.length() - NPY.length()).toLowerCase(Locale.ROOT);
  }
}
