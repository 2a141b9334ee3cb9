package dev.ockham.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/reliability.md says of the attacks is what the last campaigns gave. */
class FiguresTest {

  private static final Path PAGE = Targets.ROOT.resolve("docs/reliability.md");

  @Test
  void whatTheTableHasWasAttackedLongEnough() throws IOException {
    List<Figures> figures = FiguresTable.committed();
    assertThat(Targets.all())
        .extracting(Targets.Target::name)
        .containsAll(figures.stream().map(Figures::reader).toList());
    assertThat(figures).isNotEmpty().allMatch(each -> each.enough(1_000_000, 600));
  }

  @Test
  void thePageHasTheTables() throws IOException {
    String page = Files.readString(PAGE);
    String expected = with(page, "attacks", FiguresTable.table(FiguresTable.committed()));
    expected = with(expected, "damage", FiguresTable.damage());
    if ("write".equals(System.getProperty("ockham.fuzz.table"))) {
      Files.writeString(PAGE, expected);
    } else {
      assertThat(page)
          .as("tables in %s; -Dockham.fuzz.table=write writes them anew", PAGE)
          .isEqualTo(expected);
    }
  }

  private static String with(String page, String name, String table) {
    String begin = "<!-- The tests of module fuzz write this table of " + name + ". -->\n";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf("<!-- End of the table. -->\n", from);
    assertThat(page).as("%s", PAGE).contains(begin);
    assertThat(to).as("end of the table of %s in %s", name, PAGE).isPositive();
    return page.substring(0, from) + table + page.substring(to);
  }
}
