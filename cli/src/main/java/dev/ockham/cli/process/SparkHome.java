package dev.ockham.cli.process;

import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where Spark is: its folder, as it is unpacked from a download.
 *
 * @param folder with {@code jars} in it
 */
public record SparkHome(Path folder) {

  /** The variable that names it, as Spark's own programs have it. */
  static final String VARIABLE = "SPARK_HOME";

  /**
   * Finds it: what an option names, what the variable names, where {@code spark-submit} is on the
   * path.
   *
   * @param named what the option names; null if it is not given
   * @throws SpecException if the option names something else
   * @throws IOException if it is nowhere, saying what to do
   */
  public static SparkHome find(@Nullable Path named) throws IOException {
    return find(named, System.getenv());
  }

  static SparkHome find(@Nullable Path named, Map<String, String> environment) throws IOException {
    if (named != null) {
      if (!isAt(named)) {
        throw new SpecException("--spark-home %s has no folder jars with Spark".formatted(named));
      }
      return new SparkHome(named.toAbsolutePath());
    }
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isBlank()) {
      Path folder = Path.of(variable);
      if (!isAt(folder)) {
        throw new RunException("%s=%s has no folder jars with Spark".formatted(VARIABLE, folder));
      }
      return new SparkHome(folder.toAbsolutePath());
    }
    Optional<Path> onPath =
        Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .filter(folder -> !folder.isBlank())
            .map(folder -> Path.of(folder).resolve("spark-submit"))
            .filter(Files::isExecutable)
            .findFirst();
    if (onPath.isPresent()) {
      Path bin = onPath.get().toRealPath().getParent();
      Path folder = bin == null ? null : bin.getParent();
      if (folder != null && isAt(folder)) {
        return new SparkHome(folder);
      }
    }
    throw new RunException(
        "Spark is not to be found: unpack Spark 4 from spark.apache.org, and name its folder by"
            + " --spark-home or SPARK_HOME");
  }

  private static boolean isAt(Path folder) throws IOException {
    Path jars = folder.resolve("jars");
    if (!Files.isDirectory(jars)) {
      return false;
    }
    try (Stream<Path> files = Files.list(jars)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("spark-core_"));
    }
  }

  /** Its own program, which reads its settings for YARN and Kubernetes; none in a bare folder. */
  Optional<Path> program() {
    Path program = folder.resolve("bin").resolve("spark-submit");
    return Files.isExecutable(program) ? Optional.of(program) : Optional.empty();
  }
}
