package dev.ockham.report.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunOwner;
import dev.ockham.report.page.Chromium;
import dev.ockham.report.page.SampleRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a headless browser, with runs that begin, die, go on and are stopped meanwhile. */
@Timeout(180)
@Tag("long")
class WatchBrowserTest {

  private static final String REQUIRED = "OCKHAM_REQUIRE_CHROMIUM";
  private static final String DATA = "document.documentElement.dataset";
  private static final String DEAD = "999999999 2026-01-01T00:00:00Z\n";

  private static Optional<Chromium> chromium = Optional.empty();

  @TempDir private Path temp;

  @BeforeAll
  static void findChromium() {
    chromium = Chromium.find();
    if (System.getenv(REQUIRED) != null) {
      assertThat(chromium).as("a Chromium on the PATH").isPresent();
    }
    assumeTrue(chromium.isPresent(), "no chromium or google-chrome on the PATH: page not opened");
  }

  private static String pill(String run) {
    return ("[...document.querySelectorAll('.run')].find((r) =>"
            + " r.querySelector('button').textContent ==="
            + " '%s')?.querySelector('.status').textContent")
        .formatted(run);
  }

  private static RunFolder begun(Path root) throws IOException {
    RunFolder folder = SampleRuns.begun(root, "mlp:784-20-10", "sparse-vd");
    Files.write(folder.lock(), RunOwner.current().encoded());
    return folder;
  }

  @Test
  void aRunIsWatchedThroughAKillAResumeAndAStop() throws Exception {
    Path runs = Files.createDirectories(temp.resolve("runs"));
    Path work = Files.createDirectories(temp.resolve("work"));
    try (WatchServer server = WatchServer.start(runs, 0);
        LiveChromium page =
            new LiveChromium(chromium.orElseThrow().program(), server.address(), work)) {
      page.show(390, 800, false);
      page.await("document.getElementById('link').textContent === 'live'");
      assertThat(page.evaluate("document.getElementById('none').hidden")).isEqualTo("false");

      RunFolder one = begun(runs.resolve("one"));
      SampleRuns.epochs(one, 3);
      SampleRuns.checkpoint(one);
      page.await(DATA + ".received === '3'");
      assertThat(page.evaluate(pill("one"))).isEqualTo("running");

      Files.writeString(one.lock(), DEAD);
      page.await(pill("one") + " === 'killed'");

      List<String> lines = Files.readAllLines(one.metrics());
      Files.write(one.lock(), RunOwner.current().encoded());
      Files.writeString(one.metrics(), lines.get(0) + "\n" + lines.get(1) + "\n");
      page.await(DATA + ".anew === '1' && " + pill("one") + " === 'running'");
      Files.writeString(one.metrics(), String.join("\n", lines) + "\n");
      page.await("document.querySelector('.run .far').textContent.startsWith('epoch 3 of 4')");

      RunFolder two = begun(runs.resolve("two"));
      SampleRuns.epochs(two, 2);
      page.await(
          DATA + ".runs === '2' && document.querySelectorAll('.run input:checked').length === 2");
      page.await("document.querySelectorAll('#curves figure:not([hidden])').length >= 6");

      // By keyboard alone: to the first run's name, and open it.
      page.evaluate("document.querySelector('.run input').focus()");
      page.press("Tab", 9, "");
      page.press("Enter", 13, "\r");
      page.await("!document.getElementById('detail').hidden");
      page.await(DATA + ".detail === 'one@3'");
      page.await("document.querySelector('#look img').naturalWidth > 0");
      for (int width : new int[] {390, 900, 1600}) {
        page.show(width, 900, width == 900);
        page.await("innerWidth === %s".formatted(width));
        page.evaluate("dispatchEvent(new Event('resize'))");
        page.await(
            "document.documentElement.scrollWidth <= innerWidth && "
                + "(([drawn, all]) => drawn === all && all >= 7)("
                + DATA
                + ".charts.split('/'))");
      }

      page.evaluate("document.querySelector('.run .acts button').click()");
      assertThat(one.stop()).doesNotExist();
      page.evaluate("document.querySelector('.run .acts button').click()");
      page.await(pill("one") + " === 'stopping'");
      assertThat(one.stop()).exists();

      SampleRuns.finished(runs.resolve("done"), "mlp:784-20-10", "sparse-vd");
      String worth = "[...document.querySelectorAll('.run .worth')].map((run) => run.textContent)";
      page.await(
          worth + ".some((text) => /error 5 %.* of the weights gone, file .*KB/.test(text))");

      assertThat(page.evaluate(DATA + ".errors ?? 'none'")).isEqualTo("none");
      assertThat(page.evaluate(DATA + ".disorder ?? 'none'")).isEqualTo("none");
    }
  }
}
