package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The first sentence of what is public stands alone, as an editor shows it without its neighbours.
 */
class JavadocTest {

  /** Javadoc, annotations, and what it describes, if that is public. */
  private static final Pattern PUBLIC =
      Pattern.compile(
          "/\\*\\*\\s+(?:\\* )?([^\\n*]*)" // the first line
              + "[^*]*+(?:\\*(?!/)[^*]*+)*+\\*/\\s+" // the rest, to the first end
              + "(?:@[^\\n]*\\n\\s*)*public ");

  /** Words that point at a sentence somewhere else. */
  private static final Pattern LEANS =
      Pattern.compile(
          "(?:Its|Those|Both|That of|Them|They|It|Likewise|Also)\\b.*"
              + "|(?:These|This),.*"
              + "|This (?:with|beside)\\b.*"
              + "|The same(?:,| (?:for|with|by|where|in|of|and)\\b).*");

  @Test
  void firstSentencesStandAlone() throws IOException {
    List<String> leaning = new ArrayList<>();
    int read = 0;
    for (Path file : SourceTree.javaFiles()) {
      if (SourceTree.name(file).contains("/src/main/")) {
        Matcher javadoc = PUBLIC.matcher(Files.readString(file));
        while (javadoc.find()) {
          read++;
          if (LEANS.matcher(javadoc.group(1)).matches()) {
            leaning.add(SourceTree.name(file) + ": " + javadoc.group(1));
          }
        }
      }
    }
    assertThat(read).isGreaterThan(1000);
    assertThat(leaning).as("first sentences that lean on others").isEmpty();
  }
}
