package dev.ockham.core.data;

import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;
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
  /** IDX magic number of unsigned bytes, without the number of dimensions. */
  private static final int BYTES = 0x0800;

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
   * type 0x0D (float32) with labels of type 0x0C (int32). Sets of labels are hashed as bytes, and
   * numbers as float32, of two dimensions.
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
            write(images.targets(), Byte.BYTES, sink);
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
    write(features.targets(), Integer.BYTES, sink);
  }

  /**
   * Classes are hashed as bytes with images and as int32 with features, as they always were; where
   * a byte is too narrow, as int32.
   */
  private static void write(Targets targets, int classBytes, OutputStream sink) throws IOException {
    int count = targets.count();
    switch (targets) {
      case NoTargets _ -> writeClasses(ClassLabels.of(new int[count]), classBytes, sink);
      case ClassLabels classes ->
          writeClasses(classes, classes.max() > 0xFF ? Integer.BYTES : classBytes, sink);
      case LabelSets sets -> {
        ByteBuffer bytes = buffer(BYTES | 2, count, sets.outputs(), Byte.BYTES);
        for (int i = 0; i < count; i++) {
          for (int label = 0; label < sets.outputs(); label++) {
            bytes.put((byte) (sets.has(i, label) ? 1 : 0));
          }
        }
        sink.write(bytes.array(), bytes.arrayOffset(), bytes.position());
      }
      case Numbers numbers -> {
        ByteBuffer bytes = buffer(FLOATS | 2, count, numbers.outputs(), Float.BYTES);
        for (int i = 0; i < count; i++) {
          for (int output = 0; output < numbers.outputs(); output++) {
            bytes.putFloat(numbers.value(i, output));
          }
        }
        sink.write(bytes.array(), bytes.arrayOffset(), bytes.position());
      }
    }
  }

  private static ByteBuffer buffer(int magic, int count, int outputs, int bytes) {
    int header = 3 * Integer.BYTES;
    return ByteBuffer.allocate(
            Math.addExact(header, Math.multiplyExact(Math.multiplyExact(count, outputs), bytes)))
        .putInt(magic)
        .putInt(count)
        .putInt(outputs);
  }

  private static void writeClasses(ClassLabels classes, int bytes, OutputStream sink)
      throws IOException {
    ByteBuffer labels = ByteBuffer.allocate(2 * Integer.BYTES + classes.count() * bytes);
    labels.putInt((bytes == Byte.BYTES ? BYTES : INTS) | 1).putInt(classes.count());
    for (int i = 0; i < classes.count(); i++) {
      if (bytes == Byte.BYTES) {
        labels.put((byte) classes.label(i));
      } else {
        labels.putInt(classes.label(i));
      }
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
