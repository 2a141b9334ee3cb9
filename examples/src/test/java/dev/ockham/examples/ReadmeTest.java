package dev.ockham.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** README and docs/java.md show what the compiler has seen. */
class ReadmeTest {

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("ockham.root"), "set by the build"));

  @Test
  void showsTheFirstExampleAsItIs() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/java.md"));
    assertThat("package dev.ockham.examples;\n\n" + between(page, "```java\n", "```"))
        .isEqualTo(program("MakeItBayesian"));
  }

  @Test
  void showsTwelveLinesOfAProgramThatRuns() throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));
    String shown = between(readme, "```java\n", "```");
    assertThat(shown.lines()).hasSize(12);
    assertThat(program("FirstNetwork")).contains(shown.indent(4));
  }

  private static String program(String name) throws Exception {
    return Files.readString(
        ROOT.resolve("examples/src/main/java/dev/ockham/examples/" + name + ".java"));
  }

  @Test
  void namesTheVersionsOfTheBuild() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/java.md"));
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    assertThat(page)
        .contains(
            "<artifactId>ockham-train</artifactId>\n      <version>"
                + between(pom, "<version>", "</version>")
                + "</version>",
            "org.bytedeco:pytorch:" + between(pom, "<pytorch.version>", "<"),
            "org.bytedeco:openblas:" + between(pom, "<openblas.version>", "<"),
            "org.bytedeco:javacpp:" + between(pom, "<javacpp.version>", "<"));
  }

  /**
   * The pom is a whole one. Not with {@code maven.compiler.release}: the compiler plugin that Maven
   * 3.8 brings ignores it, and compiles for Java 5.
   */
  @Test
  void showsAPomThatCompilesForTheJavaOfTheBuild() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/java.md"));
    String release =
        between(Files.readString(ROOT.resolve("pom.xml")), "<maven.compiler.release>", "<");
    String shown = between(page, "```xml\n", "```");
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(shown)));
    assertThat(pom.getDocumentElement().getTagName()).isEqualTo("project");
    assertThat(text(pom, "maven.compiler.source")).containsExactly(release);
    assertThat(text(pom, "maven.compiler.target")).containsExactly(release);
    assertThat(text(pom, "artifactId")).containsExactly("my-model", "ockham-train");
  }

  private static List<String> text(Document pom, String tag) {
    NodeList found = pom.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }

  private static String between(String text, String before, String after) {
    int start = text.indexOf(before) + before.length();
    return text.substring(start, text.indexOf(after, start));
  }
}
