package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkFiles;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ockham's jars on the machine of a task, with libtorch for its platform.
 *
 * @param entries of a class path as that machine has it, or names of files that Spark brings there
 * @param sent whether Spark brings them
 */
record TaskJars(List<String> entries, boolean sent) implements Serializable {

  /** Behind a folder: all jars in it, as Java has it. */
  private static final String ALL = "*";

  private static final String JAR = ".jar";

  /** Copies the list. */
  TaskJars {
    entries = List.copyOf(entries);
  }

  /** Jars that each machine has. */
  static TaskJars there(String classPath) {
    return new TaskJars(List.of(classPath.split(File.pathSeparator, -1)), false);
  }

  /**
   * Jars of this machine, which executors fetch from it before their first task.
   *
   * @throws ScoringException naming what is no jar, or has the name of another one
   */
  static TaskJars sent(String classPath, JavaSparkContext spark) throws IOException {
    Set<String> names = new HashSet<>();
    List<Path> jars = jars(classPath);
    for (Path jar : jars) {
      if (!Files.isRegularFile(jar)) {
        throw new ScoringException(
            "--class-path: %s: %s; only jars can be sent to workers"
                .formatted(jar, Files.isDirectory(jar) ? "is a folder" : "there is no such file"));
      }
      if (!names.add(name(jar))) {
        throw new ScoringException("%s: another jar to send has its name".formatted(jar));
      }
    }
    for (Path jar : jars) {
      spark.addFile(jar.toUri().toString());
    }
    return new TaskJars(jars.stream().map(TaskJars::name).toList(), true);
  }

  private static List<Path> jars(String classPath) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath().normalize();
      if (!name(path).equals(ALL)) {
        jars.add(path);
      } else if (!Files.isDirectory(path.resolveSibling(""))) {
        throw new ScoringException(entry + ": there is no such folder");
      } else {
        try (Stream<Path> files = Files.list(path.resolveSibling(""))) {
          files.filter(file -> name(file).endsWith(JAR)).sorted().forEach(jars::add);
        }
      }
    }
    return jars;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /**
   * The class path on this machine.
   *
   * @param host name of this machine
   * @throws ScoringException naming what this machine lacks
   */
  String classPath(String host) {
    if (sent) {
      return String.join(File.pathSeparator, entries.stream().map(SparkFiles::get).toList());
    }
    for (String entry : entries) {
      if (!Files.exists(Path.of(entry.endsWith(ALL) ? entry.replaceFirst("\\*$", "") : entry))) {
        throw new ScoringException(
            "%s lacks %s; --class-path names Ockham's jars there, or --send-jars sends them"
                .formatted(host, entry));
      }
    }
    return String.join(File.pathSeparator, entries);
  }
}
