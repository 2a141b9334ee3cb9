package dev.ockham.report.watch;

import dev.ockham.report.page.Chromium;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Takes pictures of the page that a running {@code ockham watch} serves, for people to look at: in
 * three widths, in light and dark, with the first run opened.
 */
final class WatchPictures {

  private WatchPictures() {}

  /** Takes the page's address, the folder of the pictures, and words in the name of a run. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    @Nullable String run = arguments.length > 2 ? arguments[2] : null;
    Path work = Files.createTempDirectory("watch");
    try (LiveChromium page =
        new LiveChromium(Chromium.find().orElseThrow().program(), URI.create(arguments[0]), work)) {
      page.await("document.documentElement.dataset.runs > 0");
      if (run != null) {
        page.evaluate(
            "[...document.querySelectorAll('.name button')].find((b) => b.textContent.includes('%s')).click()"
                .formatted(run));
      }
      Thread.sleep(4000);
      for (int width : new int[] {390, 900, 1600}) {
        for (boolean dark : new boolean[] {false, true}) {
          page.show(width, 1000, dark);
          Thread.sleep(1500);
          String name = width + (dark ? "-dark" : "-light");
          page.picture(folder.resolve(name + ".png"), true);
          page.evaluate("scrollTo(0, 0)");
          page.picture(folder.resolve(name + "-top.png"), false);
          page.evaluate("document.getElementById('detail').scrollIntoView()");
          page.picture(folder.resolve(name + "-detail.png"), false);
        }
      }
      System.out.println(page.evaluate("JSON.stringify(document.documentElement.dataset)"));
    }
  }
}
