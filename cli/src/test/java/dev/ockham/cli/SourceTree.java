package dev.ockham.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** The project's own files, for the tests that look at sources instead of classes. */
final class SourceTree {

  private SourceTree() {}

  /** The folder of the project's outermost pom. */
  static Path root() {
    return Path.of(
        Objects.requireNonNull(
            System.getProperty("ockham.root"), "the build sets the property ockham.root"));
  }

  /** All Java files, of every module, main and test, in a fixed order. */
  static List<Path> javaFiles() throws IOException {
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
            if (file.toString().endsWith(".java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    if (files.isEmpty()) {
      throw new IllegalStateException("no Java files below " + root());
    }
    Collections.sort(files);
    return files;
  }

  /** A file as messages name it. */
  static String name(Path file) {
    return root().relativize(file).toString();
  }
}
