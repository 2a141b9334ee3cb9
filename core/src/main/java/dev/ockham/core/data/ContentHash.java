package dev.ockham.core.data;

import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The identity of a data set's contents, whatever files they came from. */
final class ContentHash {
  /** IDX magic number of float32 values, without the number of dimensions. */
  private static final int FLOATS = 0x0D00;

  /** IDX magic number of int32 values, without the number of dimensions. */
  private static final int INTS = 0x0C00;

  private ContentHash() {}

  /**
   * SHA-256 over the four unpacked IDX files one after the other: training images, training labels,
   * test images, test labels. Anyone can check it: {@code zcat train-images* train-labels*
   * t10k-images* t10k-labels* | sha256sum}. The headers are hashed too, so that the same bytes in
   * another shape are another data set. Float features are hashed the same way, as IDX files of
   * type 0x0D (float32) with labels of type 0x0C (int32).
   *
   * @return 64 lower-case hexadecimal digits
   */
  static String of(Examples train, Examples test) {
    MessageDigest sha256 = digest("SHA-256");
    try (var sink = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      for (Examples examples : List.of(train, test)) {
        switch (examples) {
          case Images images -> {
            IdxFile.writeImages(images, sink);
            IdxFile.writeLabels(images, sink);
          }
          case Features features -> write(features, sink);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a digest cannot fail to be written", e);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void write(Features features, OutputStream sink) throws IOException {
    Shape shape = features.shape();
    // Vectors are hashed as images of one row and column each, as they always were.
    List<Integer> dims = shape.rank() == 1 ? List.of(shape.dim(0), 1, 1) : shape.dims();
    ByteBuffer header =
        ByteBuffer.allocate((2 + dims.size()) * Integer.BYTES)
            .putInt(FLOATS | (1 + dims.size()))
            .putInt(features.count());
    dims.forEach(header::putInt);
    sink.write(header.array());
    ByteBuffer example = ByteBuffer.allocate(shape.size() * Float.BYTES);
    for (int i = 0; i < features.count(); i++) {
      example.asFloatBuffer().put(features.values(i));
      sink.write(example.array());
    }
    ByteBuffer labels = ByteBuffer.allocate((2 + features.count()) * Integer.BYTES);
    labels.putInt(INTS | 1).putInt(features.count());
    for (int i = 0; i < features.count(); i++) {
      labels.putInt(features.label(i));
    }
    sink.write(labels.array());
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
