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
    String readme = Files.readString(ROOT.resolve("README.md"));
    String release =
        between(Files.readString(ROOT.resolve("pom.xml")), "<maven.compiler.release>", "<");
    String shown = between(readme, "```xml\n", "```");
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
