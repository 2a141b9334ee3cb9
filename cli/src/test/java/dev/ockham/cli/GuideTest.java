package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Keeps the guide alive: what it quotes is there, what it tells to run can be parsed, and both
 * languages say it alike.
 */
class GuideTest {

  private static final Path GUIDE = SourceTree.root().resolve("docs/guide");
  private static final List<String> LANGUAGES = List.of("en", "ko");
  private static final long LARGEST_PICTURE = 150_000;

  /** A link to code: file and member, path, and a piece of the line. */
  private static final Pattern CODE =
      Pattern.compile("^\\[(\\w+\\.java): [^\\]]+\\]\\(([^)]+)\\) — `([^`]+)`$", Pattern.MULTILINE);

  private static final Pattern ANY_LINK = Pattern.compile("(!?)\\[[^\\]]*\\]\\(([^)#]+)\\)");
  private static final Pattern COMMANDS = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FORMULA = Pattern.compile("\\$\\$(.+?)\\$\\$", Pattern.DOTALL);

  private static final Pattern INLINE = Pattern.compile("(?<![\\p{L}$])\\$`([^`]+)`\\$");

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String language : LANGUAGES) {
      try (Stream<Path> files = Files.list(GUIDE.resolve(language))) {
        pages.addAll(files.filter(f -> f.toString().endsWith(".md")).sorted().toList());
      }
    }
    return pages;
  }

  private static List<List<String>> all(Pattern pattern, Path page) throws IOException {
    List<List<String>> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(Files.readString(page));
    while (matcher.find()) {
      List<String> groups = new ArrayList<>();
      for (int i = 1; i <= matcher.groupCount(); i++) {
        groups.add(matcher.group(i));
      }
      found.add(groups);
    }
    return found;
  }

  /** Command lines of a page without the name of the launcher. */
  private static List<String> commands(Path page) throws IOException {
    List<String> lines = new ArrayList<>();
    for (List<String> block : all(COMMANDS, page)) {
      lines.addAll(block.getFirst().lines().filter(line -> !line.isBlank()).toList());
    }
    return lines;
  }

  private static String file(Path path) {
    return String.valueOf(path.getFileName());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void quotedCodeIsThere(Path page) throws IOException {
    for (List<String> link : all(CODE, page)) {
      Path source = page.resolveSibling(link.get(1)).normalize();
      assertThat(source).as(link.toString()).isRegularFile().hasFileName(link.get(0));
      assertThat(Files.readString(source).contains(link.get(2))).as(link.toString()).isTrue();
    }
    long links = all(ANY_LINK, page).stream().filter(l -> l.get(1).endsWith(".java")).count();
    assertThat(all(CODE, page)).as("every link to code quotes its line").hasSize((int) links);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linkedFilesAreThereAndPicturesAreSmall(Path page) throws IOException {
    for (List<String> link : all(ANY_LINK, page)) {
      if (!link.get(1).startsWith("https://")) {
        Path target = page.resolveSibling(link.get(1)).normalize();
        assertThat(target).as(link.get(1)).isRegularFile();
        if (!link.getFirst().isEmpty()) {
          assertThat(Files.size(target)).as(link.get(1)).isBetween(1L, LARGEST_PICTURE);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commandsAreUnderstood(Path page) throws IOException {
    for (String line : commands(page)) {
      assertThat(line).startsWith("./ockham ");
      String[] arguments = line.substring("./ockham ".length()).split(" ", -1);
      try {
        CommandLine.ParseResult parsed = Ockham.commandLine().parseArgs(arguments);
        assertThat(parsed.hasSubcommand()).as(line).isTrue();
      } catch (ParameterException e) {
        throw new AssertionError(file(page) + ": " + line, e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyStepHasFormulaCodeCommandAndPicture(Path page) throws IOException {
    if (Character.isDigit(file(page).charAt(0))) {
      assertThat(commands(page)).isNotEmpty();
      assertThat(all(FORMULA, page)).isNotEmpty();
      assertThat(all(CODE, page)).isNotEmpty();
      assertThat(all(ANY_LINK, page)).anyMatch(link -> link.getFirst().equals("!"));
    }
  }

  /** From each page one turn leads to the next, to the one before and to all of them. */
  @Test
  void pagesLeadToTheirNeighbours() throws IOException {
    for (String language : LANGUAGES) {
      List<Path> inOrder =
          pages().stream()
              .filter(page -> file(page.resolveSibling("").normalize()).equals(language))
              .filter(page -> !file(page).equals("README.md"))
              .toList();
      for (int i = 0; i < inOrder.size(); i++) {
        List<String> neighbours = new ArrayList<>(List.of("README.md"));
        if (i > 0) {
          neighbours.add(file(inOrder.get(i - 1)));
        }
        if (i + 1 < inOrder.size()) {
          neighbours.add(file(inOrder.get(i + 1)));
        }
        List<String> lines = Files.readAllLines(inOrder.get(i));
        for (String line : List.of(lines.get(3), lines.getLast())) {
          assertThat(neighbours.stream().map(name -> "](" + name + ")"))
              .as("%s", inOrder.get(i))
              .allMatch(line::contains);
        }
      }
    }
  }

  /**
   * GitHub sets inline formulas beside Korean letters and brackets only in the form with backticks,
   * and its Markdown takes backslashes before signs away.
   */
  @ParameterizedTest
  @MethodSource("pages")
  void formulasSurviveMarkdown(Path page) throws IOException {
    String text = COMMANDS.matcher(Files.readString(page)).replaceAll("");
    String rest = FORMULA.matcher(INLINE.matcher(text).replaceAll("")).replaceAll("");
    assertThat(rest).as("formulas in another form").doesNotContain("$");
    for (Pattern pattern : List.of(FORMULA, INLINE)) {
      for (List<String> formula : all(pattern, page)) {
        assertThat(formula.getFirst()).doesNotContainPattern("\\\\[^A-Za-z]").doesNotContain("\n");
      }
    }
  }

  /** Only words differ: pages, links, quoted code, commands and displayed formulas are the same. */
  @Test
  void bothLanguagesHaveTheSameSkeleton() throws IOException {
    List<List<Path>> byLanguage = new ArrayList<>();
    for (String language : LANGUAGES) {
      byLanguage.add(
          pages().stream()
              .filter(page -> file(page.resolveSibling("").normalize()).equals(language))
              .toList());
    }
    List<Path> english = byLanguage.get(0);
    List<Path> korean = byLanguage.get(1);
    assertThat(english).hasSizeGreaterThanOrEqualTo(8);
    assertThat(korean.stream().map(GuideTest::file))
        .containsExactlyElementsOf(english.stream().map(GuideTest::file).toList());
    for (int i = 0; i < english.size(); i++) {
      String name = file(english.get(i));
      assertThat(all(CODE, korean.get(i))).as(name).isEqualTo(all(CODE, english.get(i)));
      assertThat(commands(korean.get(i))).as(name).isEqualTo(commands(english.get(i)));
      assertThat(targets(korean.get(i))).as(name).isEqualTo(targets(english.get(i)));
      assertThat(formulas(korean.get(i))).as(name).isEqualTo(formulas(english.get(i)));
    }
  }

  /** Links in order; the switch to the other language is a link to the same page. */
  private static List<String> targets(Path page) throws IOException {
    return all(ANY_LINK, page).stream()
        .map(link -> link.get(1).replaceFirst("^\\.\\./(en|ko)/", "../LANGUAGE/"))
        .toList();
  }

  /** Displayed formulas, words inside them left out. */
  private static List<String> formulas(Path page) throws IOException {
    return all(FORMULA, page).stream()
        .map(f -> f.getFirst().replaceAll("\\\\text\\{[^}]*\\}", "").replaceAll("\\s+", " "))
        .toList();
  }
}
