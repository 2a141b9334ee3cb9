package dev.ockham.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The list by which an installation knows the jars that it fetches. */
final class NativeList {

  private NativeList() {}

  /**
   * Writes it: SHA-256, bytes, and place in a Maven repository, a jar a line.
   *
   * @param jars empty where libtorch is not published for the platform
   */
  static void write(List<Path> jars, String platform, Path target) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# What the first training fetches for %s: SHA-256, bytes, place.".formatted(platform));
    for (Path jar : jars) {
      lines.add("%s %s %s".formatted(sha256(jar), Files.size(jar), Distribution.inRepository(jar)));
    }
    Files.write(target, lines);
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
