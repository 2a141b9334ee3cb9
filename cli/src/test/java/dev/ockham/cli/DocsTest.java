package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/**
 * Every page leads where it says, is reached from the first one, and prints commands that exist.
 */
class DocsTest {

  private static final int MOST_README_BYTES = 9_000;
  private static final long LARGEST_PICTURE = 300_000;

  static List<PrintedPage> pages() throws IOException {
    return PrintedPage.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeads(PrintedPage page) throws IOException {
    List<String> dead = new ArrayList<>();
    for (String link : page.links()) {
      String file = link.replaceFirst("#.*", "");
      Path target = file.isEmpty() ? page.path() : page.path().resolveSibling(file).normalize();
      if (!Files.exists(target)) {
        dead.add(link);
      } else if (link.endsWith(".gif") || link.endsWith(".png")) {
        assertThat(Files.size(target)).as(link).isBetween(1L, LARGEST_PICTURE);
      } else if (link.contains("#")) {
        String anchor = link.substring(link.indexOf('#') + 1);
        if (!PrintedPage.of(target).anchors().contains(anchor)) {
          dead.add(link);
        }
      }
    }
    assertThat(dead).as("%s has links that lead nowhere", page).isEmpty();
  }

  /** Those of the guide are the business of GuideTest. */
  @Test
  void everyCommandIsUnderstood() throws IOException {
    CommandLine line = Ockham.commandLine();
    Set<String> seen = new HashSet<>();
    for (PrintedPage page : pages()) {
      if (!page.toString().contains("guide")) {
        for (String command : page.commands()) {
          if (seen.add(command)) {
            parse(line, page, command);
          }
        }
        for (String command : page.inlineCommands()) {
          if (seen.add(command)) {
            mentioned(line, page, command);
          }
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(100);
  }

  private static void parse(CommandLine line, PrintedPage page, String command) {
    List<String> words = PrintedPage.words(command);
    words.removeIf(word -> word.equals("…") || word.equals("..."));
    try {
      assertThat(line.parseArgs(words.toArray(String[]::new)).hasSubcommand())
          .as("%s: %s", page, command)
          .isTrue();
    } catch (ParameterException e) {
      throw new AssertionError(page + ": " + command, e);
    }
  }

  /** Running text may leave out what a command needs besides. */
  private static void mentioned(CommandLine line, PrintedPage page, String command) {
    try {
      parse(line, page, command);
    } catch (AssertionError e) {
      if (!(e.getCause() instanceof MissingParameterException)) {
        throw e;
      }
    }
  }

  @Test
  void theFirstPageLeadsToAllOthers() throws IOException {
    Set<String> reached = new TreeSet<>();
    Deque<Path> open = new ArrayDeque<>(List.of(SourceTree.root().resolve("README.md")));
    while (!open.isEmpty()) {
      Path path = open.removeFirst();
      if (reached.add(SourceTree.name(path))) {
        for (String link : PrintedPage.of(path).links()) {
          String file = link.replaceFirst("#.*", "");
          if (file.endsWith(".md")) {
            open.add(path.resolveSibling(file).normalize());
          }
        }
      }
    }
    assertThat(reached).containsAll(pages().stream().map(PrintedPage::toString).toList());
  }

  /** What is not on the index is found by luck alone. */
  @Test
  void theIndexNamesEveryPageBesideIt() throws IOException {
    Path docs = SourceTree.root().resolve("docs");
    List<String> named = PrintedPage.named("docs/README.md").links();
    for (PrintedPage page : pages()) {
      Path name = docs.relativize(page.path());
      if (name.getNameCount() == 1 && !name.endsWith("README.md")) {
        assertThat(named).contains(name.toString());
      }
    }
  }

  @Test
  void theFirstPageIsShort() throws IOException {
    String readme = PrintedPage.named("README.md").text();
    assertThat(readme.getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(MOST_README_BYTES);
  }

  /** The example of the first page is what a run of it said. */
  @Test
  void theFirstPageShowsWhatWasSaid() throws IOException {
    String said =
        Files.readString(SourceTree.root().resolve("results/compress/clothes.txt")).strip();
    assertThat(PrintedPage.named("README.md").blocks("")).contains(said + "\n");
    String measured =
        Files.readString(SourceTree.root().resolve("results/compress/clothes-test.txt"));
    String error =
        measured.lines().filter(line -> line.startsWith("error ")).findFirst().orElseThrow();
    assertThat(Files.readString(SourceTree.root().resolve("README.md")))
        .contains("from 12.10 % error to " + error.substring("error".length()).strip() + ",");
  }
}
