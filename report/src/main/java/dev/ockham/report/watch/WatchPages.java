package dev.ockham.report.watch;

import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunOwner;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.StopRequest;
import dev.ockham.report.event.ScoreHistory;
import dev.ockham.report.page.FirstLayer;
import dev.ockham.report.page.PageResources;
import dev.ockham.report.page.ReportPage;
import dev.ockham.report.page.ReportedRun;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the server answers but for the events. No file is served as it is: there is the page, what
 * it needs, and what is drawn of a run. A run is asked for by the key that it was announced with.
 */
final class WatchPages {

  private static final int MOST_HISTORIES = 8;
  private static final JsonMapper JSON = new JsonMapper();

  private final RunFinder finder;

  /** Reports and pictures hold all weights of a network; one at a time is enough. */
  private final Semaphore drawing = new Semaphore(1, true);

  private final Map<RunFolder, ScoreHistory> histories =
      new LinkedHashMap<>(MOST_HISTORIES, 0.75f, true);

  WatchPages(RunFinder finder) {
    this.finder = finder;
  }

  /**
   * Answers a request that was granted.
   *
   * @param method of HTTP
   * @param what is asked for, by its path behind the secret
   * @param address the whole address
   */
  Reply answer(String method, String what, URI address) {
    try {
      List<String> asked = asked(address);
      return switch (method) {
        case "GET" -> page(what, asked);
        case "POST" ->
            what.equals("stop")
                ? stop(asked)
                : Reply.refused(405, "only 'stop' is asked for by POST");
        default -> Reply.refused(405, "GET or POST");
      };
    } catch (IOException | RuntimeException e) {
      return Reply.refused(409, String.valueOf(e.getMessage()));
    }
  }

  private Reply page(String what, List<String> asked) throws IOException {
    return switch (what) {
      case "" -> Reply.of("text/html", PageResources.watch("watch.html"));
      case "parts.js", "watch.js" -> script(PageResources.watch(what));
      case "watch.css" -> Reply.of("text/css", PageResources.watch("watch.css"));
      case "report.css" -> Reply.of("text/css", PageResources.own("report.css"));
      case "charts.js" -> script(PageResources.own("charts.js"));
      case "chart.js" -> script(PageResources.chartLibrary());
      case "scores" -> scores(asked);
      case "picture" -> drawn(() -> picture(asked));
      case "report" -> drawn(() -> report(asked));
      default -> Reply.refused(404, "there is no such page");
    };
  }

  private static Reply script(String text) {
    return Reply.of("text/javascript", text);
  }

  /** Makes a reply for which all weights of a network are read. */
  private interface Drawing {
    Reply make() throws IOException;
  }

  private Reply drawn(Drawing picture) throws IOException {
    drawing.acquireUninterruptibly();
    try {
      return picture.make();
    } finally {
      drawing.release();
    }
  }

  /** The keys of the runs that are asked for: the values of {@code run} in the query. */
  private static List<String> asked(URI address) {
    String query = address.getRawQuery();
    List<String> asked = new ArrayList<>();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      if (pair.startsWith("run=")) {
        asked.add(URLDecoder.decode(pair.substring("run=".length()), StandardCharsets.UTF_8));
      }
    }
    return asked;
  }

  /** A run by its key. A key is never made a path: it is one that was found, or nothing. */
  private RunFolder run(String key) throws RunException {
    RunFolder run = finder.runs().get(key);
    if (run == null) {
      throw new RunException("there is no such run here (any more)");
    }
    return run;
  }

  private RunFolder only(List<String> asked) throws RunException {
    if (asked.size() != 1) {
      throw new RunException("one run=KEY is needed");
    }
    return run(asked.getFirst());
  }

  private Reply stop(List<String> asked) throws IOException {
    RunFolder run = only(asked);
    boolean trains =
        RunRecord.read(run).status() == RunRecord.Status.RUNNING
            && RunOwner.of(run).map(RunOwner::isAlive).orElse(true);
    if (!trains) {
      throw new RunException("the run does not train now, so there is nothing to stop");
    }
    StopRequest.make(run);
    return Reply.of("application/json", "{}");
  }

  private Reply scores(List<String> asked) throws IOException {
    RunFolder run = only(asked);
    ScoreHistory history;
    synchronized (histories) {
      history = histories.computeIfAbsent(run, ScoreHistory::new);
      if (histories.size() > MOST_HISTORIES) {
        histories.remove(histories.keySet().iterator().next());
      }
    }
    return Reply.of("application/json", JSON.writeValueAsString(history.layers()));
  }

  private Reply picture(List<String> asked) throws IOException {
    RunFolder run = only(asked);
    if (!run.hasCheckpoint()) {
      throw new RunException("there is no checkpoint yet");
    }
    return Reply.ofPicture(FirstLayer.of(run).png());
  }

  private Reply report(List<String> asked) throws IOException {
    List<ReportedRun> runs = new ArrayList<>();
    for (String key : asked) {
      runs.add(ReportedRun.read(finder.title(key), run(key)));
    }
    return Reply.ofReport(ReportPage.html(runs));
  }
}
