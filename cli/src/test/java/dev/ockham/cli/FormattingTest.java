package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every Java file is as google-java-format leaves it; a plain build looks at those that changed
 * lately. With {@code -Dockham.format=write} the test formats the files instead of complaining; it
 * lives here because a Maven plugin would run in Maven's own JVM, which may be too old for the
 * formatter.
 */
class FormattingTest {

  private static final String FIX =
      "mvn -q test -pl cli -am -Dtest=FormattingTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dockham.format=write";

  /** What is not committed, and what the last commits touched; all files where git cannot say. */
  @Test
  void filesThatChangedLatelyAreFormatted() throws IOException {
    requireFormatted(SourceTree.changedJavaFiles());
  }

  @Tag("long")
  @Test
  void everyFileIsFormatted() throws IOException {
    requireFormatted(SourceTree.javaFiles());
  }

  private static void requireFormatted(List<Path> files) throws IOException {
    boolean write = "write".equals(System.getProperty("ockham.format"));
    Formatter formatter = new Formatter();
    List<String> unformatted = new ArrayList<>();
    for (Path file : write ? SourceTree.javaFiles() : files) {
      String source = Files.readString(file);
      String formatted = format(formatter, file, source);
      if (!formatted.equals(source)) {
        if (write) {
          Files.writeString(file, formatted);
        } else {
          unformatted.add(SourceTree.name(file));
        }
      }
    }
    assertThat(unformatted).as("files that are not formatted; to format them: %s", FIX).isEmpty();
  }

  private static String format(Formatter formatter, Path file, String source) {
    try {
      return formatter.formatSourceAndFixImports(source);
    } catch (FormatterException e) {
      throw new AssertionError(SourceTree.name(file) + " cannot be formatted: " + e, e);
    }
  }
}
