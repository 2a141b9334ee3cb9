package dev.ockham.report.watch;

import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The runs in a folder, found anew at most once a second: folders with a {@code run.json}, up to
 * {@value #DEEPEST} folders deep, or the folder itself. Symbolic links to folders are not followed,
 * so that nothing outside is shown.
 */
final class RunFinder {

  private static final int DEEPEST = 4;
  private static final int MOST_RUNS = 500;
  private static final int MOST_FOLDERS = 20_000;
  private static final long NANOS_BETWEEN_LOOKS = 1_000_000_000;

  /** The key of the folder itself, where it is a run. */
  private static final String SELF = ".";

  private final Path root;
  private SortedMap<String, RunFolder> found = Collections.emptySortedMap();
  private long lookedAt;
  private int folders;

  RunFinder(Path root) {
    this.root = root;
    this.lookedAt = System.nanoTime() - NANOS_BETWEEN_LOOKS;
  }

  /** The folder in which runs are looked for. */
  Path root() {
    return root;
  }

  /** What is shown of the folder's name and a run's place in it. */
  String title(String key) {
    Path name = root.toAbsolutePath().normalize().getFileName();
    return key.equals(SELF) ? String.valueOf(name) : key;
  }

  /**
   * All runs by their path below the folder, with {@code /} between; not more than {@value
   * #MOST_RUNS}.
   */
  synchronized SortedMap<String, RunFolder> runs() {
    if (System.nanoTime() - lookedAt >= NANOS_BETWEEN_LOOKS) {
      SortedMap<String, RunFolder> now = new TreeMap<>();
      folders = 0;
      look(root, "", DEEPEST, now);
      found = Collections.unmodifiableSortedMap(now);
      lookedAt = System.nanoTime();
    }
    return found;
  }

  private void look(Path folder, String key, int deepest, SortedMap<String, RunFolder> into) {
    if (into.size() >= MOST_RUNS || ++folders > MOST_FOLDERS) {
      return;
    }
    RunFolder run = new RunFolder(folder);
    if (run.holdsRun()) {
      into.put(key.isEmpty() ? SELF : key, run);
      return;
    }
    if (deepest == 0) {
      return;
    }
    List<Path> inner;
    try (Stream<Path> entries = Files.list(folder)) {
      inner =
          entries
              .filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
              .sorted()
              .toList();
    } catch (IOException e) {
      return; // It is gone, or nobody may look into it.
    }
    for (Path each : inner) {
      String name = String.valueOf(each.getFileName());
      look(each, key.isEmpty() ? name : key + "/" + name, deepest - 1, into);
    }
  }
}
