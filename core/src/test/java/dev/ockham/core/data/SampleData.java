package dev.ockham.core.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** Small seeded data sets, and their files. */
final class SampleData {
  private SampleData() {}

  /** Random pixels; labels 0, 1, 2, ... in turn. */
  static Images images(long seed, int count, int height, int width, int classes) {
    byte[] pixels = new byte[count * height * width];
    new SplittableRandom(seed).nextBytes(pixels);
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % classes);
    }
    return Images.copyOf(1, height, width, pixels, labels);
  }

  static Images withLabels(int... values) {
    byte[] labels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      labels[i] = (byte) values[i];
    }
    return Images.copyOf(1, 1, 1, new byte[values.length], labels);
  }

  /** The four unpacked files. */
  static Map<IdxPart, byte[]> files(Images train, Images test) throws IOException {
    var files = new EnumMap<IdxPart, byte[]>(IdxPart.class);
    files.put(IdxPart.TRAIN_IMAGES, imageFile(train));
    files.put(IdxPart.TRAIN_LABELS, labelFile(train));
    files.put(IdxPart.TEST_IMAGES, imageFile(test));
    files.put(IdxPart.TEST_LABELS, labelFile(test));
    return files;
  }

  static byte[] imageFile(Images images) throws IOException {
    var out = new ByteArrayOutputStream();
    IdxFile.writeImages(images, out);
    return out.toByteArray();
  }

  static byte[] labelFile(Images images) throws IOException {
    var out = new ByteArrayOutputStream();
    IdxFile.writeLabels(images, out);
    return out.toByteArray();
  }

  static byte[] gzip(byte[] contents) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(contents);
    }
    return out.toByteArray();
  }

  /** Writes packed files under their published names. */
  static Path write(Path folder, Map<IdxPart, byte[]> files) throws IOException {
    Files.createDirectories(folder);
    for (var file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey().publishedName()), gzip(file.getValue()));
    }
    return folder;
  }

  /** A published entry for these images, with the hashes they really have. */
  static DatasetEntry entry(
      String name, Images train, Images test, List<URI> homes, Optional<String> debianPackage)
      throws IOException {
    var md5 = new EnumMap<IdxPart, String>(IdxPart.class);
    for (var file : files(train, test).entrySet()) {
      md5.put(file.getKey(), IdxSource.ofBytes("sample", file.getValue()).unpackedHash("MD5"));
    }
    return new DatasetEntry(
        name,
        "a sample",
        "none",
        List.of("a", "b", "c"),
        train.count(),
        test.count(),
        train.height(),
        train.width(),
        ContentHash.of(train, test),
        new DatasetEntry.Published(homes, md5, debianPackage));
  }
}
