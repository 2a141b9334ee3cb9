package dev.ockham.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of Markdown, and what it tells its reader to follow or to run.
 *
 * @param path where it is
 * @param text all of it
 */
record PrintedPage(Path path, String text) {

  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern INLINE_COMMAND = Pattern.compile("`(\\./ockham [^`]+)`");
  private static final Pattern INLINE_CODE = Pattern.compile("`[^`\\n]*`");
  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^ '\"]+)+");

  static PrintedPage of(Path path) throws IOException {
    return new PrintedPage(path, Files.readString(path));
  }

  /** A page by its path in the repository. */
  static PrintedPage named(String name) throws IOException {
    return of(SourceTree.root().resolve(name));
  }

  /** All pages that a reader may open, in the order of their paths. */
  static List<PrintedPage> all() throws IOException {
    Path root = SourceTree.root();
    List<Path> paths =
        new ArrayList<>(
            List.of(
                root.resolve("README.md"),
                root.resolve("CONTRIBUTING.md"),
                root.resolve("results/README.md")));
    for (String folder : List.of("docs", "docs/notes", "docs/guide/en", "docs/guide/ko")) {
      try (Stream<Path> files = Files.list(root.resolve(folder))) {
        files.filter(path -> path.toString().endsWith(".md")).forEach(paths::add);
      }
    }
    Collections.sort(paths);
    List<PrintedPage> pages = new ArrayList<>();
    for (Path path : paths) {
      pages.add(of(path));
    }
    return pages;
  }

  @Override
  public String toString() {
    return SourceTree.name(path);
  }

  /** The page from one heading to the next of its kind. */
  PrintedPage section(String heading) {
    int start = text.indexOf(heading + "\n");
    if (start < 0) {
      throw new AssertionError(this + " has no heading '" + heading + "'");
    }
    String level = heading.substring(0, heading.indexOf(' ') + 1);
    int end = text.indexOf("\n" + level, start);
    return new PrintedPage(path, text.substring(start, end < 0 ? text.length() : end));
  }

  /** What is in blocks of code of a language, {@code ""} for those without one. */
  List<String> blocks(String language) {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals(language)) {
        blocks.add(block.group(2));
      }
    }
    return blocks;
  }

  /** Command lines in blocks, in their order, without the name of the launcher and comments. */
  List<String> commands() {
    List<String> commands = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      for (String line : block.group(2).replaceAll("\\\\\\n *", "").lines().toList()) {
        if (line.startsWith("./ockham ")) {
          commands.add(arguments(line));
        }
      }
    }
    return commands;
  }

  /** Those in running text. */
  List<String> inlineCommands() {
    List<String> commands = new ArrayList<>();
    Matcher inline = INLINE_COMMAND.matcher(BLOCK.matcher(text).replaceAll(""));
    while (inline.find()) {
      commands.add(arguments(inline.group(1)));
    }
    return commands;
  }

  private static String arguments(String line) {
    return line.substring("./ockham ".length()).replaceFirst(" +#.*", "").strip();
  }

  /** The words of a command as a shell would cut them. */
  static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(word.group().replaceAll("['\"]", ""));
    }
    return words;
  }

  /** Where links and pictures lead, places of the web left out. */
  List<String> links() {
    String prose = INLINE_CODE.matcher(BLOCK.matcher(text).replaceAll("")).replaceAll("`code`");
    List<String> links = new ArrayList<>();
    Matcher link = LINK.matcher(prose);
    while (link.find()) {
      if (!link.group(1).startsWith("https://")) {
        links.add(link.group(1));
      }
    }
    return links;
  }

  /** Names of places within the page, as web views of Markdown make them of headings. */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    Matcher heading = HEADING.matcher(BLOCK.matcher(text).replaceAll(""));
    while (heading.find()) {
      String plain = heading.group(1).replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
      anchors.add(
          plain
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N}\\- _]", "")
              .strip()
              .replace(' ', '-'));
    }
    return anchors;
  }
}
