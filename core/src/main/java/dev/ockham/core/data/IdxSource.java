package dev.ockham.core.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Bytes that should be an IDX file, in a folder or in the jar.
 *
 * @param name how messages call it
 * @param size its length in bytes as stored, packed or not
 * @param file where it is, if it is a file
 * @param opener opens the stored bytes from the start; the caller closes the stream
 */
record IdxSource(String name, long size, Optional<Path> file, Opener opener) {
  private static final int BUFFER_BYTES = 1 << 16;

  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  static IdxSource ofFile(Path file) throws IOException {
    return new IdxSource(
        file.toString(),
        Files.size(file),
        Optional.of(file),
        () -> {
          try {
            return Files.newInputStream(file);
          } catch (AccessDeniedException e) {
            // The JDK's message is the bare path.
            throw new IOException(file + ": permission denied", e);
          }
        });
  }

  static IdxSource ofBytes(String name, byte[] bytes) {
    return new IdxSource(
        name, bytes.length, Optional.empty(), () -> new ByteArrayInputStream(bytes));
  }

  /** An open stream over the unpacked contents. */
  record Unpacked(InputStream stream, boolean packed) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /** Opens the contents and unpacks them if their first two bytes are gzip's. */
  Unpacked open() throws IOException {
    InputStream stored = new BufferedInputStream(opener.open(), BUFFER_BYTES);
    try {
      stored.mark(2);
      boolean packed = stored.read() == GzipInput.MAGIC_0 && stored.read() == GzipInput.MAGIC_1;
      stored.reset();
      return new Unpacked(packed ? new GzipInput(stored, name) : stored, packed);
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  /**
   * Hash of the bytes as they are stored.
   *
   * @param algorithm a name {@link MessageDigest} knows
   * @return lower-case hexadecimal
   */
  String storedHash(String algorithm) throws IOException {
    try (InputStream stored = opener.open()) {
      return hash(algorithm, stored);
    }
  }

  /**
   * Hash of the unpacked contents, so that any packing of the same data has the same hash.
   *
   * @param algorithm a name {@link MessageDigest} knows
   * @return lower-case hexadecimal
   */
  String unpackedHash(String algorithm) throws IOException {
    try (Unpacked contents = open()) {
      return hash(algorithm, contents.stream());
    }
  }

  private static String hash(String algorithm, InputStream contents) throws IOException {
    MessageDigest digest = ContentHash.digest(algorithm);
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = contents.read(buffer); read >= 0; read = contents.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
