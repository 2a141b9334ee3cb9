package dev.ockham.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Opens pages in a headless browser: every chart must draw, and nothing may complain. Skipped where
 * there is no Chromium, unless {@value #REQUIRED} is set, as CI does.
 */
class BrowserTest {

  private static final String REQUIRED = "OCKHAM_REQUIRE_CHROMIUM";
  private static final Pattern ROOT = Pattern.compile("<html[^>]*>");
  private static final int DESKTOP = 1280;
  private static final int PHONE = 390;

  private static Optional<Chromium> chromium = Optional.empty();

  @TempDir Path root;

  @BeforeAll
  static void findChromium() {
    chromium = Chromium.find();
    if (System.getenv(REQUIRED) != null) {
      assertThat(chromium)
          .as("a Chromium on the PATH, which " + REQUIRED + " asks for")
          .isPresent();
    }
    assumeTrue(chromium.isPresent(), "no chromium or google-chrome on the PATH: pages not opened");
  }

  /**
   * The attributes that the page's script sets on its root element, and the width that it had. A
   * window of Chromium is never narrower than 500 pixels, so the page is in a frame of its own.
   */
  private String opened(String html, int width) throws IOException, InterruptedException {
    Files.writeString(root.resolve("page.html"), html);
    Path frame =
        Files.writeString(
            root.resolve("frame.html"),
            """
            <!doctype html>
            <html><body>
            <iframe src="page.html" style="border: 0; width: %spx; height: 900px"></iframe>
            <script>
              onload = () => Object.assign(
                document.documentElement.dataset,
                frames[0].document.documentElement.dataset,
                { width: frames[0].innerWidth });
            </script>
            </body></html>
            """
                .formatted(width));
    var found = ROOT.matcher(chromium.orElseThrow().open(frame, root));
    assertThat(found.find()).isTrue();
    assertThat(found.group()).contains("data-width=\"" + width + "\"");
    return found.group();
  }

  private String page(String... runs) throws IOException {
    List<ReportedRun> reported = new ArrayList<>();
    for (int i = 0; i < runs.length; i += 2) {
      Path folder = root.resolve("run" + i);
      reported.add(
          ReportedRun.read(
              "run " + i,
              runs[i + 1].isEmpty()
                  ? SampleRuns.begun(folder, runs[i], "sparse-vd")
                  : SampleRuns.finished(folder, runs[i], runs[i + 1])));
    }
    return ReportPage.html(reported);
  }

  private void drawsAll(String html, int charts, int maps, int width)
      throws IOException, InterruptedException {
    assertThat(opened(html, width))
        .contains("data-charts=\"%s/%s\"".formatted(charts, charts))
        .contains("data-maps=\"%s/%s\"".formatted(maps, maps))
        .contains("data-overflow=\"0\"")
        .doesNotContain("data-errors");
  }

  @Test
  void oneRunDrawsEveryChart() throws Exception {
    drawsAll(page("lenet-300-100", "sparse-vd"), 11, 1, DESKTOP);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "random"})
  void weightsThatAScheduleHasSetToZeroAreDrawn(String method) throws Exception {
    drawsAll(page("lenet-300-100", method), 9, 1, DESKTOP);
  }

  @Tag("long")
  @Test
  void severalRunsDrawEveryChartOnAPhone() throws Exception {
    // 9 shared; per pruned run one for each layer and one of their sparsities.
    drawsAll(
        page("mlp:784-20-10", "none", "mlp:784-20-10", "sparse-vd", "lenet-5-caffe", "sparse-vd"),
        9 + 3 + 5,
        2,
        PHONE);
  }

  @Tag("long")
  @Test
  void reliabilityIsDrawnAndItsTablesFitOnAPhone() throws Exception {
    RunFolder folder = SampleRuns.finished(root.resolve("run"), "mlp:784-20-10", "sparse-vd");
    SampleQuality.ofClasses(10).write(folder, null);
    String html = ReportPage.html(List.of(ReportedRun.read("run", folder)));
    // One more than without.
    drawsAll(html, 8 + 2 + 1, 1, PHONE);
  }

  private String sliding(String moves) throws IOException {
    RunFolder folder = SampleRuns.finished(root.resolve("run"), "mlp:784-20-10", "sparse-vd");
    SampleCurves.write(folder);
    String html = ReportPage.html(List.of(ReportedRun.read("run", folder)));
    assertThat(html).contains("&lt;coat&gt;").doesNotContain("<coat>");
    return html.replace("</body>", "<script>" + moves + "</script></body>");
  }

  /** Moved as arrow keys move it; the numbers and the command are those of where it stands. */
  @Tag("long")
  @Test
  void theSliderShowsTheNetworkThatItStandsAt() throws Exception {
    String html =
        sliding(
            """
            const figure = document.querySelector(".chooser");
            const range = figure.querySelector("input");
            const before = figure.querySelector("img").src;
            range.focus();
            range.stepUp();
            range.dispatchEvent(new Event("input", { bubbles: true }));
            const cards = [...figure.querySelectorAll(".cards b")].map((b) => b.textContent);
            Object.assign(document.documentElement.dataset, {
              cards: cards.join("|"),
              command: figure.querySelector("code").textContent,
              picture: before !== figure.querySelector("img").src,
              spoken: range.getAttribute("aria-valuetext"),
              usable: !range.disabled && document.activeElement === range,
            });
            """);
    for (int width : new int[] {PHONE, DESKTOP}) {
      assertThat(opened(html, width))
          .contains("data-sliders=\"1/1\"")
          .contains("data-charts=\"12/12\"")
          .contains("data-overflow=\"0\"")
          .contains("data-cards=\"3.50 %|")
          .contains("|5.0 µs|none")
          .contains(" --sparsity 0.93 --bits float32 --out small.safetensors\"")
          .contains("data-picture=\"true\"")
          .contains("error 3.50 %")
          .contains("data-usable=\"true\"")
          .doesNotContain("data-errors");
    }
  }

  @Tag("long")
  @Test
  void aDenseRunDrawsWhatItHas() throws Exception {
    drawsAll(page("mlp:784-20-10", "none"), 4, 0, DESKTOP);
  }

  @Test
  void aRunThatHasOnlyBegunOpensWithoutComplaint() throws Exception {
    drawsAll(page("lenet-300-100", ""), 0, 0, PHONE);
  }

  @Test
  void aChartThatDoesNotDrawIsSeen() throws Exception {
    String html = page("mlp:784-20-10", "none").replace("<canvas id=\"error\"", "<canvas id=\"x\"");
    assertThat(opened(html, DESKTOP)).contains("data-charts=\"3/4\"").contains("data-errors=\"");
  }
}
