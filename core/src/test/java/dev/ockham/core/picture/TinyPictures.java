package dev.ockham.core.picture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** PNG files and archives of them, written by hand. */
public final class TinyPictures {

  private TinyPictures() {}

  /**
   * A PNG of 8 bits.
   *
   * @param channels 1 or 3
   * @param numbers {@code [height, width, channels]}
   */
  public static byte[] png(int channels, int height, int width, int... numbers) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream rows = new DeflaterOutputStream(packed)) {
      for (int y = 0; y < height; y++) {
        rows.write(0);
        for (int i = 0; i < width * channels; i++) {
          rows.write(numbers[y * width * channels + i]);
        }
      }
    }
    return png(header(height, width, 8, channels == 1 ? 0 : 2), packed.toByteArray());
  }

  /** A PNG of one colour. */
  public static byte[] plain(int channels, int height, int width, int value) throws IOException {
    int[] numbers = new int[channels * height * width];
    Arrays.fill(numbers, value);
    return png(channels, height, width, numbers);
  }

  /** What a PNG's header chunk holds. */
  public static byte[] header(int height, int width, int bits, int kind) {
    return ByteBuffer.allocate(13)
        .putInt(width)
        .putInt(height)
        .put((byte) bits)
        .put((byte) kind)
        .array();
  }

  /** A PNG of a header and packed rows, which need not fit each other. */
  public static byte[] png(byte[] header, byte[] packed) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    chunk(file, "IHDR", header);
    chunk(file, "IDAT", packed);
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(OutputStream file, String kind, byte[] content) throws IOException {
    byte[] name = kind.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(content);
    file.write(ByteBuffer.allocate(4).putInt(content.length).array());
    file.write(name);
    file.write(content);
    file.write(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
  }

  /** Writes an archive of entries in their order. */
  public static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  /** Writes files into a folder. */
  public static Path folder(Path folder, Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return folder;
  }
}
