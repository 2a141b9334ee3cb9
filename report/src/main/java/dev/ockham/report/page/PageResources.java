package dev.ockham.report.page;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What every page carries with it: style, script and the charting library. */
public final class PageResources {

  private static final String LIBRARY = "org.webjars.npm/chart.js";

  private PageResources() {}

  /**
   * A file beside this class.
   *
   * @param name such as {@code report.css}
   */
  public static String own(String name) throws IOException {
    return read("/dev/ockham/report/page/" + name);
  }

  /**
   * A file of the page that watches runs.
   *
   * @param name such as {@code watch.js}
   */
  public static String watch(String name) throws IOException {
    return read("/dev/ockham/report/watch/" + name);
  }

  /** Version of the charting library on the class path; the build file alone chooses it. */
  static String chartVersion() throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(read("/META-INF/maven/" + LIBRARY + "/pom.properties")));
    return properties.getProperty("version", "unknown");
  }

  /** Chart.js with its licence, without the address of a source map that no page has beside it. */
  public static String chartLibrary() throws IOException {
    String folder = "/META-INF/resources/webjars/chart.js/%s/".formatted(chartVersion());
    String script =
        "/*\n" + read(folder + "LICENSE.md") + "*/\n" + read(folder + "dist/chart.umd.js");
    if (script.contains("</script")) {
      throw new IOException("the charting library cannot stand in a script element");
    }
    return script.replaceFirst("//# sourceMappingURL=\\S*\\s*$", "");
  }

  private static String read(String resource) throws IOException {
    try (InputStream in = PageResources.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
