package dev.ockham.cli.console;

import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetResolver;
import java.io.IOException;
import java.io.PrintWriter;

/** Finds data for a command, showing downloads and long reading. */
public final class DataSource {

  private DataSource() {}

  /** The data of a name or path, wherever they are. */
  public static Dataset find(String name, PrintWriter err) throws IOException {
    try (DownloadProgress progress = new DownloadProgress(err)) {
      return new DatasetResolver(DataLocations.ofProcess(), progress).resolve(name);
    }
  }
}
