package dev.ockham.cli.console;

import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.table.SampleTables;
import java.nio.file.Files;
import java.nio.file.Path;

/** What records keep of the data that a command names. */
public final class DataPath {

  private DataPath() {}

  /**
   * The absolute path of what is there, so that a record is right in any folder; the name of a
   * known set stays, whatever lies in this one.
   */
  public static String absolute(String data) {
    boolean known =
        DatasetCatalog.standard().names().contains(data) || SampleTables.named(data).isPresent();
    return !known && Files.exists(Path.of(data))
        ? Path.of(data).toAbsolutePath().normalize().toString()
        : data;
  }
}
