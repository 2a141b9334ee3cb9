package dev.ockham.cli.console;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --arch}: a network by name, by text or in a file. */
public final class ArchitectureOption {

  @Option(
      names = "--arch",
      paramLabel = "A",
      description = "As in 'ockham train'. Default: ${DEFAULT-VALUE}")
  private String text = "lenet-300-100";

  /** As it is given. */
  public String text() {
    return text;
  }

  /**
   * The network that is given.
   *
   * @throws SpecException as {@link #read(String)}
   * @throws IOException as {@link #read(String)}
   */
  public Architecture read() throws IOException {
    return read(text);
  }

  /**
   * The network.
   *
   * @throws SpecException if there is none of that name, or the text describes none
   * @throws IOException if its file cannot be read, or does not hold a network
   */
  public static Architecture read(String text) throws IOException {
    try {
      return NetworkSource.read(text);
    } catch (IllegalArgumentException e) {
      throw new SpecException("--arch: " + e.getMessage());
    }
  }

  /** The same text, with the whole path where it is that of a file, for the record of a run. */
  public static String absolute(String text) {
    return NetworkSource.isFile(text)
        ? Path.of(text).toAbsolutePath().normalize().toString()
        : text;
  }
}
