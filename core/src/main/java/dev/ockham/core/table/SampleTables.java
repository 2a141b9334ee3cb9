package dev.ockham.core.table;

import dev.ockham.core.data.Dataset;
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
   * A table that comes with Ockham.
   *
   * @param name what {@code --data} calls it
   * @param description what it is, and its licence
   * @param label the column to predict where nobody says another
   * @param text the column that holds a text to predict from; empty where there is none
   */
  public record Sample(String name, String description, String label, String text) {}

  /** Reads a table that is a file, as {@link TableData} does. */
  @FunctionalInterface
  public interface Reading {
    /**
     * Reads it.
     *
     * @param name what the data set is called
     */
    Dataset read(String name, Path file, DataSpec data) throws IOException;
  }

  private static final List<Sample> ALL =
      List.of(
          new Sample(
              "iris",
              "150 flowers of 3 species by 4 lengths; R. A. Fisher, CC BY 4.0 (UCI)",
              "species",
              ""),
          new Sample(
              "yacht",
              "resistance of 308 hulls by 6 numbers; Gerritsma, Onnink and Versluis, CC BY 4.0"
                  + " (UCI)",
              "resistance",
              ""),
          new Sample(
              "meals",
              "400 sentences that praise a meal or complain of it; made by a program, CC0 1.0",
              "opinion",
              "text"));

  private SampleTables() {}

  /** All tables that come with Ockham. */
  public static List<Sample> all() {
    return ALL;
  }

  /** The one of a name. */
  public static Optional<Sample> named(String name) {
    return ALL.stream().filter(sample -> sample.name().equals(name)).findFirst();
  }

  /** Reads a sample table as a data set. */
  public static Dataset read(Sample sample, DataSpec data, Reading reading) throws IOException {
    DataSpec labelled =
        data.table().label().isEmpty()
            ? data.withTable(data.table().labelled(sample.label()))
            : data;
    if (labelled.text().column().isEmpty()) {
      labelled = labelled.withText(labelled.text().ofColumn(sample.text()));
    }
    String file = sample.name() + ".csv";
    URL url = SampleTables.class.getResource(file);
    if (url == null) {
      throw new FileNotFoundException("this build has no table " + file);
    }
    try {
      if (url.openConnection() instanceof JarURLConnection jar) {
        Path archive = Path.of(jar.getJarFileURL().toURI());
        try (FileSystem inside = FileSystems.newFileSystem(archive)) {
          return read(sample, inside.getPath("/" + jar.getEntryName()), labelled, reading);
        }
      }
      return read(sample, Path.of(url.toURI()), labelled, reading);
    } catch (URISyntaxException e) {
      throw new IOException("the jar's own address is none: " + url, e);
    }
  }

  private static Dataset read(Sample sample, Path file, DataSpec data, Reading reading)
      throws IOException {
    Dataset read = reading.read(sample.name(), file, data);
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
