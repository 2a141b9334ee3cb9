package dev.ockham.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A published file that is known by its contents, wherever it comes from.
 *
 * @param sha256 SHA-256 of the contents, 64 lower-case hexadecimal digits
 */
public record PinnedFile(String sha256) {
  private static final int CHUNK = 1 << 16;

  /**
   * Whether a file is there and has these contents.
   *
   * @throws IOException if it is there and cannot be read
   */
  public boolean is(Path file) throws IOException {
    return Files.isRegularFile(file) && sha256Of(file).equals(sha256);
  }

  /**
   * Fetches the file over HTTP; what an interruption leaves is continued by a later call.
   *
   * @param source its address
   * @param target where it shall be; its folder is made
   * @throws MalformedDataException if what comes has other contents
   * @throws IOException if the server refuses, the connection keeps breaking or the disk fails
   */
  public void fetch(URI source, Path target, DownloadListener listener) throws IOException {
    Files.createDirectories(target.toAbsolutePath().getParent());
    try (Downloader downloader = new Downloader(DownloadPolicy.STANDARD, listener)) {
      downloader.fetch(source, target, this::check);
    }
  }

  private void check(Path file) throws IOException {
    String found = sha256Of(file);
    if (!found.equals(sha256)) {
      throw new MalformedDataException(
          file.toString(),
          MalformedDataException.WHOLE_FILE,
          "sha256 is " + found + ", it must be " + sha256);
    }
  }

  private static String sha256Of(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[CHUNK];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
