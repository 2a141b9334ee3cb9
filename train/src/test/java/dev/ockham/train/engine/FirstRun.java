package dev.ockham.train.engine;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Starts libtorch in a process of its own, and prints which libraries that has mapped. */
final class FirstRun {

  private FirstRun() {}

  public static void main(String[] arguments) throws Exception {
    try {
      Libtorch.start();
    } catch (UncheckedIOException e) {
      System.out.println("refused: " + e.getMessage());
      return;
    }
    Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .map(line -> line.replaceFirst("^\\S+ \\S+ \\S+ \\S+ \\S+ *", ""))
        .filter(file -> file.matches(".*\\.so(\\.\\d+)*"))
        .distinct()
        .forEach(file -> System.out.println("mapped: " + file));
    System.out.println("started");
  }
}
