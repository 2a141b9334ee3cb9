package dev.ockham.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The README shows what the compiler has seen. */
class ReadmeTest {

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("ockham.root"), "set by the build"));

  @Test
  void showsTheFirstExampleAsItIs() throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));
    String program =
        Files.readString(
            ROOT.resolve("examples/src/main/java/dev/ockham/examples/MakeItBayesian.java"));
    int start = readme.indexOf("```java\n") + "```java\n".length();
    String shown = readme.substring(start, readme.indexOf("```", start));
    assertThat("package dev.ockham.examples;\n\n" + shown).isEqualTo(program);
  }

  @Test
  void namesTheVersionsOfTheBuild() throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    assertThat(readme)
        .contains(
            "<version>" + between(pom, "<version>", "</version>") + "</version>",
            "org.bytedeco:pytorch:" + between(pom, "<pytorch.version>", "<"),
            "org.bytedeco:openblas:" + between(pom, "<openblas.version>", "<"),
            "org.bytedeco:javacpp:" + between(pom, "<javacpp.version>", "<"));
  }

  private static String between(String text, String before, String after) {
    int start = text.indexOf(before) + before.length();
    return text.substring(start, text.indexOf(after, start));
  }
}
