package dev.ockham.core.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every format against Pillow 9.4: {@code formats.txt} has a line for each, with its name, how far
 * a pixel may be off, the background, channels, height, width, the file and Pillow's pixels the
 * right way up ({@code ImageOps.exif_transpose}), mixed with the background, 16 bits rounded. Lossy
 * formats may differ in the last levels: decoders round and smooth colours each in their own way.
 */
class PictureFormatsTest {

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Sample(
      String name,
      int tolerance,
      int background,
      int channels,
      int height,
      int width,
      byte[] file,
      byte[] pixels) {

    static Sample of(String line) {
      String[] parts = line.split(" ", -1);
      return new Sample(
          parts[0],
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]),
          Integer.parseInt(parts[3]),
          Integer.parseInt(parts[4]),
          Integer.parseInt(parts[5]),
          Base64.getDecoder().decode(parts[6]),
          Base64.getDecoder().decode(parts[7]));
    }

    Picture read(PictureReader reader) throws IOException {
      return reader.read(name, file, background, PictureReader.SizeCheck.NONE);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Sample> SAMPLES = samples();

  private static List<Sample> samples() {
    try (InputStream in =
        Objects.requireNonNull(PictureFormatsTest.class.getResourceAsStream("formats.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(Sample::of)
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Sample sample(String name) {
    return SAMPLES.stream().filter(sample -> sample.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @FieldSource("SAMPLES")
  void pixelsAreThoseOfPillow(Sample sample) throws IOException {
    try (PictureReader reader = new PictureReader()) {
      Picture picture = sample.read(reader);
      assertThat(List.of(picture.channels(), picture.height(), picture.width()))
          .containsExactly(sample.channels(), sample.height(), sample.width());
      int most = 0;
      for (int i = 0; i < sample.pixels().length; i++) {
        int off = Math.abs((picture.pixels()[i] & 0xFF) - (sample.pixels()[i] & 0xFF));
        most = Math.max(most, off);
      }
      assertThat(most).isLessThanOrEqualTo(sample.tolerance());
    }
  }

  /** Between known ones, colours of lossy WebP are taken as they are; libwebp smooths them. */
  @ParameterizedTest
  @ValueSource(strings = {"lossy.webp", "lossy-larger.webp", "lossy-alpha.webp"})
  void brightnessOfLossyWebpIsThatOfPillow(String name) throws IOException {
    Sample sample = sample(name);
    try (PictureReader reader = new PictureReader()) {
      byte[] ours = sample.read(reader).withChannels(1).pixels();
      byte[] theirs =
          new Picture(3, sample.height(), sample.width(), sample.pixels()).withChannels(1).pixels();
      double sum = 0;
      for (int i = 0; i < ours.length; i++) {
        sum += Math.abs((ours[i] & 0xFF) - (theirs[i] & 0xFF));
      }
      assertThat(sum / ours.length).isLessThan(4);
    }
  }

  @Test
  void orientationIsReadFromTiff() throws IOException {
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("exif6.tif"));
        PictureReader reader = new PictureReader()) {
      Picture turned = reader.read("a.tif", in.readAllBytes(), 0, PictureReader.SizeCheck.NONE);
      assertThat(turned.pixels()).isEqualTo(sample("exif6.png").pixels());
      assertThat(turned.height()).isEqualTo(20);
    }
  }

  @Test
  void aReaderIsAsGoodAsNewAfterOtherFilesAndBrokenOnes() throws IOException {
    try (PictureReader reader = new PictureReader()) {
      for (Sample sample : SAMPLES) {
        byte[] broken = Arrays.copyOf(sample.file(), sample.file().length / 3);
        try {
          var _ = reader.read("broken", broken, 0, PictureReader.SizeCheck.NONE);
        } catch (PictureException e) {
          assertThat(e.getMessage()).startsWith("broken: ").doesNotContain("\n");
        }
        try (PictureReader fresh = new PictureReader()) {
          assertThat(sample.read(reader).pixels())
              .as(sample.name())
              .isEqualTo(sample.read(fresh).pixels());
        }
      }
    }
  }

  static Stream<String> formats() {
    return Stream.of(
        "rgb.jpg",
        "progressive.jpg",
        "cmyk.jpg",
        "exif6.jpg",
        "lossy.webp",
        "lossless.webp",
        "alpha.webp",
        "rgb.bmp",
        "palette.gif",
        "rgb.tif",
        "exif6.png");
  }

  @ParameterizedTest
  @MethodSource("formats")
  void whateverIsChangedOrCutGivesAPictureOrOneLine(String name) throws IOException {
    byte[] whole = sample(name).file();
    try (PictureReader reader = new PictureReader()) {
      for (int i = 0; i < whole.length; i += 3) {
        byte[] changed = whole.clone();
        changed[i] ^= (byte) (i % 2 == 0 ? 0xFF : 0x11);
        readOrSaid(reader, changed);
        readOrSaid(reader, Arrays.copyOf(whole, i));
      }
    }
  }

  private static void readOrSaid(PictureReader reader, byte[] file) throws IOException {
    try {
      var _ = reader.read("a", file, 0, PictureReader.SizeCheck.NONE);
    } catch (PictureException e) {
      assertThat(e.getMessage()).startsWith("a: ").doesNotContain("\n", "\r");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 7, 8})
  void theSizeThatIsLookedAtIsThatOfThePictureTheRightWayUp(int orientation) throws IOException {
    Sample sample = sample("exif" + orientation + ".jpg");
    try (PictureReader reader = new PictureReader()) {
      var _ =
          reader.read(
              "a",
              sample.file(),
              0,
              (height, width) -> assertThat(List.of(height, width)).containsExactly(12, 8));
    }
  }

  @Test
  void aFrameThatCoversAPartOfAGifLiesOnTheBackground() throws IOException {
    byte[] file = sample("palette.gif").file().clone();
    // A screen of 25 × 15 with the frame of 20 × 12 at column 2, row 1.
    file[6] = 25;
    file[8] = 15;
    int frame = 13 + 3 * (2 << (file[10] & 7));
    while (file[frame] != 0x2C) {
      frame++;
    }
    file[frame + 1] = 2;
    file[frame + 3] = 1;
    try (PictureReader reader = new PictureReader()) {
      Picture whole = sample("palette.gif").read(reader);
      Picture part = reader.read("a.gif", file, 77, PictureReader.SizeCheck.NONE);
      assertThat(List.of(part.height(), part.width())).containsExactly(15, 25);
      for (int y = 0; y < 15; y++) {
        for (int x = 0; x < 25; x++) {
          boolean covered = y >= 1 && y < 13 && x >= 2 && x < 22;
          assertThat(part.pixels()[y * 25 + x])
              .isEqualTo(covered ? whole.pixels()[(y - 1) * 20 + x - 2] : 77);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.jpg",
        "progressive.jpg",
        "cmyk.jpg",
        "lossy.webp",
        "lossless.webp",
        "rgb.bmp",
        "palette.gif",
        "rgb.tif",
        "exif6.png"
      })
  void whatIsCutInHalfIsRefused(String name) {
    byte[] half = Arrays.copyOf(sample(name).file(), sample(name).file().length / 2);
    try (PictureReader reader = new PictureReader()) {
      assertThatExceptionOfType(PictureException.class)
          .isThrownBy(() -> reader.read(name, half, 0, PictureReader.SizeCheck.NONE))
          .withMessageStartingWith(name + ": broken picture: ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "float, floating-point numbers",
    "half, floating-point numbers",
    "int32, signed numbers",
    "uint32, numbers of 32 bits",
    "signed8, signed numbers"
  })
  void numbersThatAreNoPixelsAreRefused(String name, String numbers) {
    refused(name, "holds " + numbers + "; pixels are whole numbers of at most 16 bits");
  }

  @Test
  void whatViewersShowDifferentlyIsRefused() {
    refused("lab", "has colours of another kind (PhotometricInterpretation 8)");
    refused("unspecified", "has samples beside its colours (ExtraSamples 0)");
  }

  private static void refused(String name, String fault) {
    assertThatExceptionOfType(PictureException.class)
        .isThrownBy(() -> tiff(name, 0))
        .withMessageStartingWith("a.tif: " + fault)
        .withMessageNotContaining("\n");
  }

  private static Picture tiff(String name, int background) throws IOException {
    try (InputStream in =
            Objects.requireNonNull(
                PictureFormatsTest.class.getResourceAsStream(name + ".tif"), name);
        PictureReader reader = new PictureReader()) {
      return reader.read("a.tif", in.readAllBytes(), background, PictureReader.SizeCheck.NONE);
    }
  }

  /** Samples that were multiplied with their transparency are not so again. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100, 255})
  void bothWaysToStoreTransparencyAreOnePicture(int background) throws IOException {
    requireNear(tiff("premultiplied", background), tiff("transparent", background));
  }

  /** No black ink: what is left of white is the colour. */
  @Test
  void inksOfATiffAreColours() throws IOException {
    requireNear(tiff("inks", 0), tiff("planar", 0));
  }

  private static void requireNear(Picture found, Picture expected) {
    assertThat(found.channels()).isEqualTo(expected.channels());
    assertThat(found.pixels()).hasSameSizeAs(expected.pixels());
    for (int i = 0; i < found.pixels().length; i++) {
      assertThat(Math.abs((found.pixels()[i] & 0xFF) - (expected.pixels()[i] & 0xFF)))
          .as("number " + i)
          .isLessThanOrEqualTo(1);
    }
  }
}
