package dev.ockham.core.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gets a data set out of a Debian package without root: {@code apt-get download} into a temporary
 * folder, then {@code dpkg-deb -x}. Nothing is installed.
 */
final class DebianDownload {
  private final List<Path> executables;
  private final DownloadListener listener;

  /** What to do with the folder that the package would have installed. */
  @FunctionalInterface
  interface Use {
    void accept(Path folder) throws IOException;
  }

  DebianDownload(List<Path> executables, DownloadListener listener) {
    this.executables = executables;
    this.listener = listener;
  }

  /** Whether this machine has the two commands. */
  boolean available() {
    return executable("apt-get").isPresent() && executable("dpkg-deb").isPresent();
  }

  /**
   * Downloads and unpacks a package, hands the data set's folder to {@code use} and deletes
   * everything again.
   *
   * @throws IOException if a command fails, with the first line it complained with
   */
  void fetch(String debianPackage, String dataset, Use use) throws IOException {
    Path temporary = Files.createTempDirectory("ockham-apt-");
    try {
      listener.notice("apt-get download " + debianPackage);
      run(temporary, List.of(require("apt-get"), "-q", "download", debianPackage));
      Path archive = onlyArchive(temporary, debianPackage);
      Path unpacked = temporary.resolve("unpacked");
      run(temporary, List.of(require("dpkg-deb"), "-x", archive.toString(), unpacked.toString()));
      use.accept(unpacked.resolve("usr/share/datasets").resolve(dataset));
    } finally {
      deleteTree(temporary);
    }
  }

  private static Path onlyArchive(Path folder, String debianPackage) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".deb"))
          .findFirst()
          .orElseThrow(
              () -> new IOException("apt-get download " + debianPackage + " left no .deb file"));
    }
  }

  private static void run(Path folder, List<String> command) throws IOException {
    Path log = folder.resolve("command.log");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "exit status " + status + complaint(log).map(line -> ": " + line).orElse(""));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(command.getFirst() + ": interrupted");
    } finally {
      process.destroy();
    }
  }

  /** The first error line of apt or dpkg, or else the last line of all. */
  private static Optional<String> complaint(Path log) throws IOException {
    List<String> lines =
        Files.readString(log, StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    return lines.stream()
        .filter(line -> line.startsWith("E:") || line.startsWith("dpkg-deb: error"))
        .findFirst()
        .or(() -> lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast()));
  }

  private String require(String command) throws IOException {
    return executable(command)
        .map(Path::toString)
        .orElseThrow(() -> new IOException(command + " is not on this machine"));
  }

  private Optional<Path> executable(String command) {
    return executables.stream()
        .map(folder -> folder.resolve(command))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
