package dev.ockham.core.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What tells, without reading them, whether files have changed: names, sizes and times. */
final class SourceState {

  private SourceState() {}

  /**
   * The state of a file, or of all files in a folder and below.
   *
   * @return 64 lower-case hexadecimal digits
   */
  static String of(Path place) throws IOException {
    MessageDigest digest = ContentHash.digest("SHA-256");
    List<Path> files;
    try (Stream<Path> all = Files.walk(place, FileVisitOption.FOLLOW_LINKS)) {
      files = all.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path file : files) {
      BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
      if (facts.isRegularFile()) {
        String line =
            "%s\0%s\0%s\n"
                .formatted(
                    place.relativize(file),
                    facts.size(),
                    facts.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Bytes of a file, or of all files in a folder and below. */
  static long bytes(Path place) throws IOException {
    try (Stream<Path> all = Files.walk(place, FileVisitOption.FOLLOW_LINKS)) {
      return all.mapToLong(file -> Files.isRegularFile(file) ? file.toFile().length() : 0).sum();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
