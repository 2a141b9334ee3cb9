package dev.ockham.core.table;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.ExampleCache;
import dev.ockham.core.spec.DataSpec;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Small tables that ship inside the jar, to try things on. */
public final class SampleTables {

  /**
   * One of them.
   *
   * @param name what {@code --data} calls it
   * @param description what it is, and its licence
   * @param label the column to predict where nobody says another
   */
  public record Sample(String name, String description, String label) {}

  private static final List<Sample> ALL =
      List.of(
          new Sample(
              "iris",
              "150 flowers of 3 species by 4 lengths; R. A. Fisher, CC BY 4.0 (UCI)",
              "species"),
          new Sample(
              "yacht",
              "resistance of 308 hulls by 6 numbers; Gerritsma, Onnink and Versluis, CC BY 4.0"
                  + " (UCI)",
              "resistance"));

  private SampleTables() {}

  /** All of them. */
  public static List<Sample> all() {
    return ALL;
  }

  /** The one of a name. */
  public static Optional<Sample> named(String name) {
    return ALL.stream().filter(sample -> sample.name().equals(name)).findFirst();
  }

  /** Reads one. */
  public static Dataset read(Sample sample, DataSpec data, DownloadListener listener)
      throws IOException {
    DataSpec labelled =
        data.table().label().isEmpty()
            ? data.withTable(data.table().labelled(sample.label()))
            : data;
    String file = sample.name() + ".csv";
    URL url = SampleTables.class.getResource(file);
    if (url == null) {
      throw new FileNotFoundException("this build has no table " + file);
    }
    try {
      if (url.openConnection() instanceof JarURLConnection jar) {
        Path archive = Path.of(jar.getJarFileURL().toURI());
        try (FileSystem inside = FileSystems.newFileSystem(archive)) {
          return read(sample, inside.getPath("/" + jar.getEntryName()), labelled, listener);
        }
      }
      return read(sample, Path.of(url.toURI()), labelled, listener);
    } catch (URISyntaxException e) {
      throw new IOException("the jar's own address is none: " + url, e);
    }
  }

  private static Dataset read(Sample sample, Path file, DataSpec data, DownloadListener listener)
      throws IOException {
    Dataset read =
        TableData.read(sample.name(), file, data, Path.of(""), ExampleCache.none(listener));
    return new Dataset(
        read.name(),
        read.outputs(),
        read.rules(),
        read.train(),
        read.test(),
        read.contentHash(),
        "bundled with Ockham",
        read.testGiven());
  }
}
