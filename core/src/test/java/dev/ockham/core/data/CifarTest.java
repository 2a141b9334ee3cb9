package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.picture.TinyPictures;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.data.PictureRules.Fit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small data set in the form in which CIFAR is published. */
class CifarTest {

  private static final int PIXELS = 3 * 32 * 32;
  private static final List<String> CLASSES = List.of("cat", "dog");

  @TempDir Path folder;

  private static byte[] record(int label, int value) {
    byte[] record = new byte[1 + PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      record[1 + i] = (byte) (value + i % 7 + (i / 1024) * 50);
    }
    record[0] = (byte) label;
    return record;
  }

  private static byte[] records(byte[]... records) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] record : records) {
      all.write(record);
    }
    return all.toByteArray();
  }

  private static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      byte[] header = new byte[512];
      byte[] name = file.getKey().getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(name, 0, header, 0, name.length);
      byte[] size =
          Integer.toOctalString(file.getValue().length).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(size, 0, header, 124, size.length);
      tar.write(header);
      tar.write(file.getValue());
      tar.write(new byte[Math.floorMod(-file.getValue().length, 512)]);
    }
    tar.write(new byte[1024]);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar.toByteArray());
    }
    return packed.toByteArray();
  }

  private static Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("c/names.txt", "cat\ndog\n\n".getBytes(StandardCharsets.US_ASCII));
    files.put("c/readme.html", new byte[700]);
    files.put("c/one.bin", records(record(1, 10), record(0, 20)));
    files.put("c/two.bin", records(record(0, 30)));
    files.put("c/test.bin", records(record(1, 40)));
    return files;
  }

  private DatasetResolver resolver(byte[] published, String contentHash) throws Exception {
    String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(published));
    DatasetEntry entry =
        new DatasetEntry(
            "tiny-cifar",
            "a sample",
            "none",
            CLASSES,
            3,
            1,
            32,
            32,
            contentHash,
            new DatasetEntry.Cifar(
                URI.create("http://127.0.0.1:1/tiny.tar.gz"),
                md5,
                1,
                List.of("one.bin", "two.bin"),
                "test.bin",
                "names.txt"));
    DataLocations locations =
        DataLocations.of(
            Map.of("OCKHAM_DATA", folder.toString()), "linux", folder, folder, Optional.empty());
    return new DatasetResolver(
        new DatasetCatalog(List.of(entry)),
        locations,
        new DownloadPolicy(Duration.ofSeconds(2), Duration.ofSeconds(2), 1, Duration.ofMillis(1)),
        new RecordingListener());
  }

  private Path write(byte[] archive) throws IOException {
    Path place = Files.createDirectories(folder.resolve("tiny-cifar"));
    return Files.write(place.resolve("tiny.tar.gz"), archive);
  }

  @Test
  void thePublishedArchiveIsReadAsItIs() throws Exception {
    byte[] archive = tar(files());
    Path file = write(archive);
    DatasetResolver resolver = resolver(archive, "");
    Dataset data = resolver.resolve("tiny-cifar");
    Images train = (Images) data.train();
    assertThat(data.classNames()).isEqualTo(CLASSES);
    assertThat(data.origin()).isEqualTo(file.toString());
    assertThat(train.count()).isEqualTo(3);
    assertThat(data.test().count()).isEqualTo(1);
    assertThat(List.of(train.label(0), train.label(1), train.label(2), data.test().label(0)))
        .containsExactly(1, 0, 0, 1);
    assertThat(List.of(train.pixel(0, 0), train.pixel(1, 1), train.pixel(2, 1024)))
        .containsExactly(10, 21, 82);
    assertThat(((Images) data.test()).pixel(0, 2048)).isEqualTo(144);
    assertThat(resolver.list().getFirst().foundAt())
        .contains(folder.resolve("tiny-cifar").toString());
    Dataset small =
        resolver.resolve(
            RunSpec.defaults()
                .data()
                .named("tiny-cifar")
                .with(new PictureRules(8, 8, Fit.CROP, 1, 0)));
    assertThat(small.train().shape().dims()).containsExactly(1, 8, 8);
  }

  @Test
  void anotherArchiveIsRefused() throws Exception {
    byte[] archive = tar(files());
    Map<String, byte[]> others = files();
    others.put("c/two.bin", records(record(0, 31)));
    Path file = write(tar(others));
    DatasetResolver resolver = resolver(archive, "");
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> resolver.resolve("tiny-cifar"))
        .withMessageContainingAll(file.toString(), "md5 is", "but tiny-cifar has");
  }

  @Test
  void filesThatDoNotFitAreRefused() throws Exception {
    Map<String, byte[]> files = files();
    files.put("c/names.txt", "dog\ncat".getBytes(StandardCharsets.US_ASCII));
    requireRefused(files, "its classes are not those of tiny-cifar");
    files = files();
    files.put("c/two.bin", records(record(2, 1)));
    requireRefused(files, "two.bin: a label is 2");
    files = files();
    files.put("c/two.bin", records(record(0, 1), record(0, 1)));
    requireRefused(files, "has more pictures than tiny-cifar");
    files = files();
    files.remove("c/two.bin");
    requireRefused(files, "has 2 and 1 pictures");
    files = files();
    files.put("c/two.bin", new byte[100]);
    requireRefused(files, "two.bin has 100 bytes, no whole records");
  }

  private void requireRefused(Map<String, byte[]> files, String said) throws Exception {
    byte[] archive = tar(files);
    write(archive);
    DatasetResolver resolver = resolver(archive, "");
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> resolver.resolve("tiny-cifar"))
        .withMessageContainingAll("tiny.tar.gz", said);
  }

  @Test
  void picturesInClassFoldersAreTheSameByTheirHash() throws Exception {
    Path place = Files.createDirectories(folder.resolve("tiny-cifar"));
    Map<String, byte[]> train = new LinkedHashMap<>();
    train.put("cat/1.png", TinyPictures.plain(3, 32, 32, 1));
    train.put("cat/2.png", TinyPictures.plain(3, 32, 32, 2));
    train.put("dog/3.png", TinyPictures.plain(3, 32, 32, 3));
    TinyPictures.zip(place.resolve("train.zip"), train);
    TinyPictures.zip(
        place.resolve("test.zip"), Map.of("dog/4.png", TinyPictures.plain(3, 32, 32, 4)));
    Dataset any = resolver(new byte[1], "").resolve("tiny-cifar");
    assertThat(any.name()).isEqualTo("tiny-cifar");
    Dataset known = resolver(new byte[1], any.contentHash()).resolve("tiny-cifar");
    assertThat(known.contentHash()).isEqualTo(any.contentHash());
    DatasetResolver other = resolver(new byte[1], "0".repeat(64));
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> other.resolve("tiny-cifar"))
        .withMessageContaining("holds other pictures than tiny-cifar: 3 train and 1 test");
  }

  @Test
  void whereItIsNowhereThePlacesAreNamed() throws Exception {
    DatasetResolver resolver = resolver(new byte[1], "");
    assertThatExceptionOfType(DatasetNotFoundException.class)
        .isThrownBy(() -> resolver.resolve("tiny-cifar"))
        .withMessageContainingAll(
            "holds neither tiny.tar.gz nor train.zip and test.zip",
            "download from http://127.0.0.1:1/tiny.tar.gz",
            "put tiny.tar.gz into");
  }
}
