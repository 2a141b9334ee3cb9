package dev.ockham.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** The project's own files, for the tests that look at sources instead of classes. */
final class SourceTree {

  private static final int COMMITS = 20;

  private SourceTree() {}

  /** The folder of the project's outermost pom. */
  static Path root() {
    return Path.of(
        Objects.requireNonNull(
            System.getProperty("ockham.root"), "the build sets the property ockham.root"));
  }

  /** All Java files, of every module, main and test, in a fixed order. */
  static List<Path> javaFiles() throws IOException {
    return files(name -> name.endsWith(".java"));
  }

  /** All pages, scripts and styles among the resources of main code, in a fixed order. */
  static List<Path> pageFiles() throws IOException {
    return files(
        name -> name.contains("src/main/resources/") && name.matches(".*\\.(js|css|html)"));
  }

  /** The files whose names, from the root and with '/', are wanted; there must be some. */
  private static List<Path> files(Predicate<String> wanted) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.equals(root()) ? "" : String.valueOf(folder.getFileName());
            return name.equals("target") || name.startsWith(".")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (wanted.test(name(file).replace('\\', '/'))) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    if (files.isEmpty()) {
      throw new IllegalStateException("no such files below " + root());
    }
    Collections.sort(files);
    return files;
  }

  /**
   * The Java files that differ from those of {@value #COMMITS} commits ago, in a fixed order; all
   * of them where git does not know.
   */
  static List<Path> changedJavaFiles() throws IOException {
    List<Path> all = javaFiles();
    try {
      Set<String> names =
          new HashSet<>(git("diff", "--name-only", "--relative", "HEAD~" + COMMITS));
      names.addAll(git("ls-files", "--others", "--exclude-standard"));
      all.removeIf(file -> !names.contains(name(file).replace('\\', '/')));
      return all;
    } catch (IOException e) {
      return javaFiles(); // no git, no clone, or one without that many commits
    }
  }

  /** The lines that git says in the project's folder. */
  private static List<String> git(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("git", "-c", "core.quotePath=false"));
    line.addAll(List.of(words));
    Process process =
        new ProcessBuilder(line)
            .directory(root().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> said = process.inputReader().lines().toList();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("git " + String.join(" ", words) + " fails");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return said;
  }

  /** A file as messages name it. */
  static String name(Path file) {
    return root().relativize(file).toString();
  }
}
