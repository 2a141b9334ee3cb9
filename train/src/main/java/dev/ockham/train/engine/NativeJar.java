package dev.ockham.train.engine;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.PinnedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A jar of native libraries that an installation fetches when it first trains.
 *
 * @param place in a Maven repository, with slashes
 * @param bytes its size, at least 1
 * @param contents what it holds
 */
record NativeJar(String place, long bytes, PinnedFile contents) {

  /** A hash, a size and a place without a way out of the repository. */
  private static final String LINE =
      "[0-9a-f]{64} [1-9]\\d{0,11} (?:[\\w-][\\w.-]*/)+[\\w.-]+\\.jar";

  /**
   * Reads a list of them: a jar a line, as SHA-256, bytes and place; lines that begin with {@code
   * #} are remarks.
   *
   * @throws MalformedDataException if a line is something else
   * @throws IOException if it cannot be read
   */
  static List<NativeJar> read(Path list) throws IOException {
    List<NativeJar> jars = new ArrayList<>();
    long offset = 0;
    for (String line : Files.readAllLines(list)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        if (!line.matches(LINE)) {
          throw new MalformedDataException(
              list.toString(), offset, "'" + line + "' is not SHA-256, bytes and a jar's place");
        }
        String[] words = line.split(" ", -1);
        jars.add(new NativeJar(words[2], Long.parseLong(words[1]), new PinnedFile(words[0])));
      }
      offset += line.length() + 1L;
    }
    return jars;
  }

  /** Its name without a folder. */
  String name() {
    return place.substring(place.lastIndexOf('/') + 1);
  }
}
