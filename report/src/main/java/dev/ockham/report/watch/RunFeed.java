package dev.ockham.report.watch;

import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The runs of a folder as one client has seen them so far. */
final class RunFeed {

  private final RunFinder finder;
  private final EventStream out;
  private final SortedMap<String, WatchedRun> watched = new TreeMap<>();

  RunFeed(RunFinder finder, EventStream out) {
    this.finder = finder;
    this.out = out;
  }

  /** Says which runs there are; all that was told before holds no longer. */
  void greet() throws IOException {
    out.send(
        "hello",
        Map.of(
            "folder", finder.root().toAbsolutePath().normalize().toString(),
            "runs", List.copyOf(finder.runs().keySet())));
  }

  /**
   * Sends what is new.
   *
   * @return whether there is more at once
   * @throws IOException if the client is gone
   */
  boolean look() throws IOException {
    SortedMap<String, RunFolder> runs = finder.runs();
    for (String key : List.copyOf(watched.keySet())) {
      if (!runs.containsKey(key)) {
        watched.remove(key);
        out.send("gone", Map.of("run", key));
      }
    }
    boolean more = false;
    for (Map.Entry<String, RunFolder> run : runs.entrySet()) {
      WatchedRun each =
          watched.computeIfAbsent(
              run.getKey(), key -> new WatchedRun(key, finder.title(key), run.getValue()));
      more |= each.poll(out);
    }
    out.flush();
    return more;
  }
}
