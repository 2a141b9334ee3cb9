package dev.ockham.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The script that starts an installation. */
final class Launcher {

  private static final String CLASS_PATH = "@classpath@";

  private Launcher() {}

  /**
   * Writes it with the class path in it.
   *
   * @param templates folder of the scripts
   * @param jars names in {@code lib}, in their order
   * @param windows whether it is for PowerShell
   * @param stage the installation's folder
   */
  static void write(Path templates, List<String> jars, boolean windows, Path stage)
      throws IOException {
    String name = windows ? "ockham.ps1" : "ockham";
    String classPath =
        windows
            ? jars.stream().map(jar -> "'" + jar + "'").collect(Collectors.joining(", "))
            : jars.stream().map(jar -> "$lib/" + jar).collect(Collectors.joining(":"));
    Path target = Files.createDirectories(stage.resolve("bin")).resolve(name);
    String template = Files.readString(templates.resolve(name));
    Files.writeString(target, template.replace(CLASS_PATH, classPath));
    if (!windows && !target.toFile().setExecutable(true, false)) {
      throw new IOException(target + " cannot be made executable");
    }
  }
}
