package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A data folder and runs so small that training them takes a blink. */
final class TinyRuns {

  static final String ARCHITECTURE = "mlp:784-8-10";

  /** Weights of that network. */
  static final long WEIGHTS = 784 * 8 + 8 * 10;

  private static final int TRAIN = 120;
  private static final int TEST = 40;

  private TinyRuns() {}

  /** Writes 28×28 images of ten classes, unpacked, into a folder. */
  static Path data(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("train-images-idx3-ubyte"), images(1, TRAIN));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(TRAIN));
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), images(2, TEST));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(TEST));
    return folder;
  }

  /** Noise, with a bright band of rows that tells the class. */
  static byte[] images(long seed, int count) {
    ByteBuffer file = ByteBuffer.allocate(16 + count * 784);
    file.putInt(0x803).putInt(count).putInt(28).putInt(28);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < 784; p++) {
        boolean band = p / 28 / 2 == i % 10;
        file.put((byte) (band ? 255 : random.nextInt(40)));
      }
    }
    return file.array();
  }

  /** Labels 0 to 9 in turn. */
  static byte[] labels(int count) {
    ByteBuffer file = ByteBuffer.allocate(8 + count);
    file.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      file.put((byte) (i % 10));
    }
    return file.array();
  }

  /** Trains a run of two epochs. */
  static CommandLineRun train(Path data, Path run, Object... more) {
    Object[] base = {
      "train",
      "--data",
      data,
      "--arch",
      ARCHITECTURE,
      "--epochs",
      2,
      "--batch",
      20,
      "--threads",
      1,
      "--lr",
      "0.01",
      "--on-collapse",
      "continue",
      "--json",
      "--out",
      run
    };
    CommandLineRun done =
        CommandLineRun.of(Stream.concat(Stream.of(base), Stream.of(more)).toArray());
    assertThat(done.exitCode()).as(done.err()).isZero();
    return done;
  }

  /** Every file and folder below a folder with its bytes; folders have none. */
  static SortedMap<String, String> contents(Path folder) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        byte[] bytes = Files.isRegularFile(path) ? Files.readAllBytes(path) : new byte[0];
        contents.put(
            folder.relativize(path).toString(),
            bytes.length + " " + HexFormat.of().formatHex(sha256(bytes)));
      }
    }
    return contents;
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
