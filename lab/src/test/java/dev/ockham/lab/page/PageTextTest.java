package dev.ockham.lab.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Words with slots, and what becomes of a slot or a number that is left over. */
class PageTextTest {

  private static final String WORDS =
      """
      = A title
      of two lines

      What is {it}?

      == First

      It is {number:%.1f}, {it},
      and {verdict}.

      {nothing}

      [text yes] fine at {number:%.2f}

      [text no] not fine

      [figure curve] How {it}
      bends.

      [table numbers] In nats, {it}
      | a | {it}

      [paper] Somebody, arXiv:0000.00000
      Says so
      and so.

      [numbers theirs] Of theirs
      | a | b
      | x | {number:%.0f}

      == Second

      Nothing else.
      """;

  private static PageText filled() {
    return PageText.ofText(WORDS)
        .put("it", "α {it} $1")
        .put("number", 2.25)
        .put("nothing", "")
        .choose("verdict", "yes")
        .chart("curve", Plot.wide("t", "x", "y").chart())
        .rows("numbers", List.of(List.of("1", "2")));
  }

  @Test
  void theFileSaysWhereEverythingStands() {
    LabPage page = filled().page("test", Map.of("n", 1));
    assertThat(page.title()).isEqualTo("A title of two lines");
    assertThat(page.question()).isEqualTo("What is α {it} $1?");
    assertThat(page.findings()).extracting(Finding::heading).containsExactly("First", "Second");
    Finding first = page.findings().getFirst();
    assertThat(first.sentences()).containsExactly("It is 2.3, α {it} $1, and fine at 2.25.");
    assertThat(first.figures().getFirst().caption()).isEqualTo("How α {it} $1 bends.");
    assertThat(first.tables())
        .containsExactly(
            new Table("In nats, α {it} $1", List.of("a", "α {it} $1"), List.of(List.of("1", "2"))));
    assertThat(first.paper().orElseThrow())
        .isEqualTo(
            Paper.of(
                "Somebody, arXiv:0000.00000",
                "Says so and so.",
                new Table("Of theirs", List.of("a", "b"), List.of(List.of("x", "2")))));
    assertThat(page.findings().getLast().sentences()).containsExactly("Nothing else.");
  }

  @Test
  void nothingIsLeftOverOnEitherSide() {
    assertThatThrownBy(() -> filled().put("other", 1)).hasMessageContaining("{other}");
    assertThatThrownBy(() -> filled().choose("verdict", "maybe")).hasMessageContaining("maybe");
    assertThatThrownBy(() -> filled().rows("more", List.of()).page("test", Map.of()))
        .hasMessageContaining("more");
    assertThatThrownBy(
            () -> filled().chart("more", Plot.wide("", "", "").chart()).page("test", Map.of()))
        .hasMessageContaining("more");
    assertThatThrownBy(() -> filled().rows("theirs", List.of()).page("test", Map.of()))
        .hasMessageContaining("theirs");
    assertThatThrownBy(() -> PageText.ofText(WORDS).page("test", Map.of()))
        .hasMessageContaining("{number} has no value");
    assertThatThrownBy(() -> PageText.ofText("= T\n\nQ\n\nearly").page("test", Map.of()))
        .hasMessageContaining("early");
    assertThatThrownBy(
            () -> PageText.ofText("= T\n\nQ\n\n== H\n\n[figure f] c").page("test", Map.of()))
        .hasMessageContaining("[figure f]");
    assertThatThrownBy(() -> PageText.of(PageTextTest.class, "none"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("none.txt");
  }
}
