package dev.ockham.core.table;

import dev.ockham.core.data.DatasetNotFoundException;
import dev.ockham.core.data.MalformedDataException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a table: one, or a training and a test part. In a folder, the parts are files whose
 * names, without endings, are or end in {@code train} and {@code test}.
 *
 * @param train the table to train and validate on
 * @param test the table to test on, or null
 */
record TableFiles(Path train, @Nullable Path test) {

  /** The table to test on, if there is one, else the other. */
  Path last() {
    return test == null ? train : test;
  }

  /** What people are told of the first: its path, or its name where it lies in Ockham's own jar. */
  String shownTrain() {
    return train.getFileSystem().equals(FileSystems.getDefault()) ? train.toString() : name(train);
  }

  /** Where the examples came from, for people. */
  String origin() {
    return test == null ? train.toString() : train + " and " + test;
  }

  /** What people are told where rows are held out for want of a test part. */
  String heldOut(int held, int others) {
    return "%s has no test part; where one is needed, it is %s of its %s rows"
        .formatted(shownTrain(), held, held + others);
  }

  /**
   * Checks that a part has rows.
   *
   * @throws MalformedDataException if there are none
   */
  void requireRows(int count) throws MalformedDataException {
    if (count == 0) {
      throw new MalformedDataException(
          last().toString(), MalformedDataException.WHOLE_FILE, "has no good row");
    }
  }

  /** One file or two. */
  List<Path> all() {
    return test == null ? List.of(train) : List.of(train, test);
  }

  /** Whether a folder holds tables. */
  static boolean inFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> Files.isRegularFile(file) && Tables.isNamed(name(file)));
    }
  }

  /**
   * Finds them.
   *
   * @param place a file, or a folder that holds tables
   * @param test file of the test part, from {@code place}'s folder or the working one; empty: found
   * @param working what relative paths start from
   */
  static TableFiles of(Path place, String test, Path working) throws IOException {
    Path given = test.isEmpty() ? null : given(place, test, working);
    if (!Files.isDirectory(place)) {
      return new TableFiles(place, given);
    }
    Path train = part(place, "train");
    if (train == null) {
      throw new DatasetNotFoundException(
          place.toString(), "has tables, but none called train, such as train.csv");
    }
    return new TableFiles(train, given == null ? part(place, "test") : given);
  }

  private static Path given(Path place, String test, Path working) throws IOException {
    try {
      Path found = working.resolve(test).normalize();
      Path beside = place.resolveSibling(test).normalize();
      if (!Files.exists(found) && Files.exists(beside)) {
        return beside;
      }
      if (Files.exists(found)) {
        return found;
      }
    } catch (InvalidPathException e) {
      throw new DatasetNotFoundException(test, "not a path: " + e.getReason());
    }
    throw new DatasetNotFoundException(test, "no such file, for the test part");
  }

  private static @Nullable Path part(Path folder, String part) throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found =
          files
              .filter(file -> Files.isRegularFile(file) && Tables.isNamed(name(file)))
              .filter(file -> isPart(Tables.stem(name(file)), part))
              .sorted()
              .toList();
    }
    if (found.size() > 1) {
      throw new MalformedDataException(
          folder.toString(),
          MalformedDataException.WHOLE_FILE,
          "has two tables that may be the %s part: %s and %s"
              .formatted(part, name(found.get(0)), name(found.get(1))));
    }
    return found.isEmpty() ? null : found.getFirst();
  }

  private static boolean isPart(String stem, String part) {
    if (!stem.endsWith(part)) {
      return false;
    }
    int before = stem.length() - part.length() - 1;
    return before < 0 || !Character.isLetterOrDigit(stem.charAt(before));
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }
}
