package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every Java file is as google-java-format leaves it. With {@code -Dockham.format=write} the test
 * formats the files instead of complaining; it lives here because a Maven plugin would run in
 * Maven's own JVM, which may be too old for the formatter.
 */
class FormattingTest {

  private static final String FIX =
      "mvn -q test -pl cli -am -Dtest=FormattingTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dockham.format=write";

  @Test
  void everyFileIsFormatted() throws IOException {
    boolean write = "write".equals(System.getProperty("ockham.format"));
    Formatter formatter = new Formatter();
    List<String> unformatted = new ArrayList<>();
    for (Path file : SourceTree.javaFiles()) {
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
