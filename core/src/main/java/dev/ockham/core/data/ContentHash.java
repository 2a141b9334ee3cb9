package dev.ockham.core.data;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The identity of a data set's contents, whatever files they came from. */
final class ContentHash {
  private ContentHash() {}

  /**
   * SHA-256 over the four unpacked IDX files one after the other: training images, training labels,
   * test images, test labels. Anyone can check it: {@code zcat train-images* train-labels*
   * t10k-images* t10k-labels* | sha256sum}. The headers are hashed too, so that the same bytes in
   * another shape are another data set.
   *
   * @return 64 lower-case hexadecimal digits
   */
  static String of(Images train, Images test) {
    MessageDigest sha256 = digest("SHA-256");
    try (var sink = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      for (Images images : new Images[] {train, test}) {
        IdxFile.writeImages(images, sink);
        IdxFile.writeLabels(images, sink);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a digest cannot fail to be written", e);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
