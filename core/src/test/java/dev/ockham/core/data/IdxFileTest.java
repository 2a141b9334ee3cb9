package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IdxFileTest {
  private static final Images SAMPLE = SampleData.images(1, 5, 3, 4, 3);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsWhatItWrote(boolean packed) throws IOException {
    byte[] images = SampleData.imageFile(SAMPLE);
    byte[] labels = SampleData.labelFile(SAMPLE);
    // Names that say the opposite of what the files hold: only the bytes count.
    Path imageFile = folder.resolve(packed ? "images" : "images.gz");
    Path labelFile = folder.resolve(packed ? "labels" : "labels.gz");
    Files.write(imageFile, packed ? SampleData.gzip(images) : images);
    Files.write(labelFile, packed ? SampleData.gzip(labels) : labels);

    Images read = IdxFile.read(imageFile, labelFile);

    assertThat(read).hasToString("Images[5, 1, 3, 4]");
    assertThat(SampleData.imageFile(read)).isEqualTo(images);
    assertThat(SampleData.labelFile(read)).isEqualTo(labels);
  }

  @Test
  void writesTheHeaderOfTheFormat() throws IOException {
    assertThat(SampleData.imageFile(SAMPLE))
        .hasSize(16 + 5 * 3 * 4)
        .startsWith(0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 4);
    assertThat(SampleData.labelFile(SAMPLE))
        .isEqualTo(new byte[] {0, 0, 8, 1, 0, 0, 0, 5, 0, 1, 2, 0, 1});
    Images colour = Images.copyOf(2, 1, 1, new byte[] {1, 2}, new byte[1]);
    assertThat(SampleData.imageFile(colour))
        .isEqualTo(new byte[] {0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2});
  }

  static Stream<Arguments> malformedImages() throws IOException {
    byte[] good = SampleData.imageFile(SAMPLE);
    byte[] packed = SampleData.gzip(good);
    return Stream.of(
        Arguments.of("empty", new byte[0], 0, "truncated: the header needs 16 bytes"),
        Arguments.of("half a header", Arrays.copyOf(good, 9), 9, "the file has 9"),
        Arguments.of("short values", Arrays.copyOf(good, 40), 40, "promises 60 bytes"),
        Arguments.of("one more byte", Arrays.copyOf(good, 77), 76, "more bytes follow the 60"),
        Arguments.of("magic", put(good, 0, 0x801), 0, "0x00000801, expected 0x00000803 (images)"),
        Arguments.of("no images", put(good, 4, 0), 4, "count is 0"),
        Arguments.of("no rows", put(good, 8, 0), 8, "rows is 0"),
        Arguments.of("negative", put(good, 12, -1), 12, "columns is 4294967295"),
        Arguments.of("product", put(good, 4, 1 << 30), 4, "count 1073741824 × rows 3"),
        Arguments.of("big", put(good, 4, 100_000_000), 76, "promises 1200000000 bytes"),
        Arguments.of(
            "big, packed",
            SampleData.gzip(put(good, 4, 100_000_000)),
            4,
            "promises 1200000000 bytes"),
        Arguments.of(
            "short, packed",
            SampleData.gzip(Arrays.copyOf(good, 40)),
            40,
            "promises 60 bytes after it, there are 24"),
        Arguments.of(
            "long, packed", SampleData.gzip(Arrays.copyOf(good, 77)), 76, "more bytes follow"),
        Arguments.of(
            "torn gzip",
            Arrays.copyOf(packed, packed.length - 20),
            packed.length - 20,
            "gzip data end early"),
        Arguments.of(
            "foreign end",
            Arrays.copyOf(packed, packed.length + 1),
            packed.length + 1,
            "foreign bytes follow"),
        Arguments.of(
            "checksum", flip(packed, packed.length - 8), packed.length - 4, "gzip checksum is 0x"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedImages")
  void namesFileOffsetAndFault(String title, byte[] contents, long offset, String fault)
      throws IOException {
    Path images = Files.write(folder.resolve("images"), contents);
    Path labels = Files.write(folder.resolve("labels"), SampleData.labelFile(SAMPLE));

    var e = catchThrowableOfType(MalformedDataException.class, () -> IdxFile.read(images, labels));

    assertThat(e).as(title).isNotNull();
    assertThat(e.file()).isEqualTo(images.toString());
    assertThat(e.offset()).isEqualTo(offset);
    assertThat(e)
        .hasMessageStartingWith(images.toString())
        .hasMessageContaining(fault)
        .hasMessageEndingWith("(byte " + offset + ")");
    assertThat(e.getMessage()).hasLineCount(1);
  }

  @Test
  void refusesAnotherNumberOfLabels() throws IOException {
    Path images = Files.write(folder.resolve("images"), SampleData.imageFile(SAMPLE));
    Images fewer = SampleData.images(1, 4, 1, 1, 3);
    Path labels = Files.write(folder.resolve("labels"), SampleData.labelFile(fewer));

    var e = catchThrowableOfType(MalformedDataException.class, () -> IdxFile.read(images, labels));

    assertThat(e.file()).isEqualTo(labels.toString());
    assertThat(e.offset()).isEqualTo(4);
    assertThat(e).hasMessageContaining("count is 4").hasMessageContaining("has 5 images");
  }

  @Test
  void refusesLabelsBeyondTheClasses() throws IOException {
    var images = IdxSource.ofBytes("images", SampleData.imageFile(SAMPLE));
    var labels = IdxSource.ofBytes("labels", SampleData.labelFile(SAMPLE));

    var e =
        catchThrowableOfType(MalformedDataException.class, () -> IdxFile.read(images, labels, 2));

    assertThat(e)
        .hasMessage("labels: label of image 2 is 2, but there are 2 classes (0 to 1) (byte 10)");
    assertThat(IdxFile.read(images, labels, 3).count()).isEqualTo(5);
  }

  @Test
  void everyTruncationOfAPackedFileIsRefused() throws IOException {
    byte[] packed = SampleData.gzip(SampleData.imageFile(SAMPLE));
    var labels = IdxSource.ofBytes("labels", SampleData.labelFile(SAMPLE));
    for (int length = 0; length < packed.length; length++) {
      var cut = IdxSource.ofBytes("images", Arrays.copyOf(packed, length));
      assertThat(
              catchThrowableOfType(
                  MalformedDataException.class, () -> IdxFile.read(cut, labels, 256)))
          .as("first %d bytes", length)
          .isNotNull();
    }
  }

  @Test
  void everyFlippedByteIsRefusedOrHarmless() throws IOException {
    byte[] packed = SampleData.gzip(SampleData.imageFile(SAMPLE));
    byte[] labelBytes = SampleData.labelFile(SAMPLE);
    int refused = 0;
    for (int i = 0; i < packed.length; i++) {
      var damaged = IdxSource.ofBytes("images", flip(packed, i));
      try {
        Images read = IdxFile.read(damaged, IdxSource.ofBytes("labels", labelBytes), 256);
        // Time stamp and the like carry no data.
        assertThat(SampleData.imageFile(read)).isEqualTo(SampleData.imageFile(SAMPLE));
      } catch (MalformedDataException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThanOrEqualTo(packed.length - 6);
  }

  private static byte[] put(byte[] contents, int offset, int value) {
    byte[] changed = contents.clone();
    ByteBuffer.wrap(changed).putInt(offset, value);
    return changed;
  }

  private static byte[] flip(byte[] contents, int offset) {
    byte[] changed = contents.clone();
    changed[offset] ^= (byte) 0xFF;
    return changed;
  }
}
