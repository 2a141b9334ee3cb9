package dev.ockham.core.data;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * The Maven repository that libraries are fetched from: one that the user names, the mirror of
 * Maven Central in the settings of the user or of the Maven on this machine, or Maven Central
 * itself.
 *
 * @param base its address, which ends with a slash; {@code file:} for a folder
 */
public record MavenRepository(URI base) {

  /** The variable that names one: an address or a folder. */
  public static final String VARIABLE = "OCKHAM_MAVEN";

  private static final URI CENTRAL = URI.create("https://repo.maven.apache.org/maven2/");

  /** Where settings have the value of a variable, {@code ${env.NAME}}, or of a property. */
  private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]+)}");

  /** Each name by which a mirror in settings says that it stands for Maven Central, too. */
  private static final List<String> CENTRAL_NAMES = List.of("*", "external:*", "central");

  /**
   * The one for this process.
   *
   * @throws IOException if the variable or settings of Maven cannot be read
   */
  public static MavenRepository ofProcess() throws IOException {
    List<Path> settings = new ArrayList<>();
    settings.add(Path.of(System.getProperty("user.home"), ".m2", "settings.xml"));
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path maven = Path.of(folder, "mvn");
      if (!folder.isBlank() && Files.isExecutable(maven)) {
        // Links lead to its bin, beside which it has what holds for all users.
        settings.add(maven.toRealPath().resolveSibling("../conf/settings.xml").normalize());
      }
    }
    return of(System.getenv().getOrDefault(VARIABLE, ""), settings);
  }

  /**
   * Chooses one.
   *
   * @param named what the variable says; blank for nothing
   * @param settings of Maven, the first that has a mirror counts; they need not exist
   * @throws MalformedDataException if settings are no XML
   * @throws IOException if they cannot be read, or what is named is no address
   */
  static MavenRepository of(String named, List<Path> settings) throws IOException {
    if (!named.isBlank()) {
      return new MavenRepository(withSlash(address(named.strip())));
    }
    for (Path file : settings) {
      Optional<URI> mirror = mirror(file);
      if (mirror.isPresent()) {
        return new MavenRepository(withSlash(mirror.get()));
      }
    }
    return new MavenRepository(CENTRAL);
  }

  /** The address of one of its files, such as {@code org/slf4j/slf4j-api/2.0.17/...jar}. */
  public URI resolve(String place) {
    return base.resolve(place);
  }

  /** The folder, if it is one on this machine. */
  public Optional<Path> folder() {
    return "file".equals(base.getScheme()) ? Optional.of(Path.of(base)) : Optional.empty();
  }

  private static URI address(String named) throws IOException {
    try {
      return named.matches("(https?|file):.*") ? URI.create(named) : Path.of(named).toUri();
    } catch (IllegalArgumentException e) {
      throw new IOException("%s=%s is no address: %s".formatted(VARIABLE, named, e.getMessage()));
    }
  }

  private static URI withSlash(URI address) {
    String text = address.toString();
    return text.endsWith("/") ? address : URI.create(text + "/");
  }

  private static Optional<URI> mirror(Path settings) throws IOException {
    if (!Files.isRegularFile(settings)) {
      return Optional.empty();
    }
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      Document document;
      try (var in = Files.newInputStream(settings)) {
        var builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        document = builder.parse(in);
      }
      for (Element mirror : elements(document.getDocumentElement(), "mirror")) {
        if (standsForCentral(text(mirror, "mirrorOf"))) {
          return Optional.of(URI.create(filled(text(mirror, "url"))));
        }
      }
      return Optional.empty();
    } catch (ParserConfigurationException e) {
      throw new AssertionError("every Java platform reads XML without document types", e);
    } catch (SAXException | IllegalArgumentException e) {
      throw new MalformedDataException(
          settings.toString(), MalformedDataException.WHOLE_FILE, String.valueOf(e.getMessage()));
    }
  }

  /** Variables and properties in settings have their values; what has none stays as it is. */
  private static String filled(String text) {
    return PLACE
        .matcher(text)
        .replaceAll(place -> {
          String name = place.group(1);
          @Nullable String value =
              name.startsWith("env.")
                  ? System.getenv(name.substring("env.".length()))
                  : System.getProperty(name);
          return Matcher.quoteReplacement(value == null ? place.group() : value);
        });
  }

  private static boolean standsForCentral(String mirrorOf) {
    List<String> names = Stream.of(mirrorOf.split(",", -1)).map(String::strip).toList();
    return !names.contains("!central") && names.stream().anyMatch(CENTRAL_NAMES::contains);
  }

  private static String text(Element parent, String name) {
    return elements(parent, name).stream()
        .findFirst()
        .map(element -> element.getTextContent().strip())
        .orElse("");
  }

  private static List<Element> elements(Element parent, String name) {
    var nodes = parent.getElementsByTagName(name);
    return Stream.iterate(0, i -> i < nodes.getLength(), i -> i + 1)
        .map(nodes::item)
        .map(Element.class::cast)
        .toList();
  }
}
