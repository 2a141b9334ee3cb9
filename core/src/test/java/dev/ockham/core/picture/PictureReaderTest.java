package dev.ockham.core.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pixels against those that Pillow 9.4 reads from the same bytes. */
class PictureReaderTest {

  private static final String RGB =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAHElEQVR4nGPgPZFqFL8j/Bs3S7SsqaqsqaqsKQBB1AV7"
          + "yiThfwAAAABJRU5ErkJggg==";

  /** Of five rows, each stored by another filter. */
  private static final String FILTERS =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAAFCAIAAAAPE8H1AAAAMElEQVR4nGPgPZFqFL8j/Bs3Y8bTWarTg4GIKVrWFIKY"
          + "98rNPRDl4nDLhQXIUwUjALgHD8EXarycAAAAAElFTkSuQmCC";

  private static final String GREY =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVR4nGNsvR7AYsQ5BwALoQKJ5rFpkwAAAABJRU5E"
          + "rkJggg==";

  private static final String BILEVEL =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQAAAAC1D1u3AAAADElEQVR4nGNYwKQAAAIIAMMnmJT4AAAAAElFTkSuQmCC";

  private static final String GREY_OF_4_BITS =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACBAAAAAB979THAAAADklEQVR4nGPgN2DoEQAAAjkA3Ok2sPsAAAAASUVORK5C"
          + "YII=";

  private final PictureReader reader = new PictureReader();

  private Picture read(byte[] file) throws IOException {
    return reader.read("a.png", file, 0, PictureReader.SizeCheck.NONE);
  }

  private static int[] pixels(Picture picture) {
    int[] values = new int[picture.pixels().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = picture.pixels()[i] & 0xFF;
    }
    return values;
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    RGB
        + ",2,13 50 87 104 141 178 200 95 246 229 124 19 101 184 11 154 237 64,133 92 172 183 142"
        + " 72",
    FILTERS
        + ",5,13 50 87 104 141 178 195 232 13 30 67 104 121 158 195"
        + " 200 95 246 229 124 19 2 153 48 31 182 77 60 211 106"
        + " 101 184 11 154 237 64 207 34 117 4 87 170 57 140 223"
        + ",133 92 172 183 142 72 83 163 45 28 137 96 78 187 146",
    GREY + ",2,133 92 172 183 142 72,133 92 172 183 142 72",
    BILEVEL + ",2,255 0 255 255 255 0,255 0 255 255 255 0",
    GREY_OF_4_BITS + ",2,0 255 51 136 204 17,0 255 51 136 204 17",
  })
  void pixelsAreThoseOfPillow(String base64, int height, String pixels, String grey)
      throws IOException {
    Picture picture = read(Base64.getDecoder().decode(base64));
    assertThat(picture.height()).isEqualTo(height);
    assertThat(picture.width()).isEqualTo(3);
    assertThat(pixels(picture)).isEqualTo(numbers(pixels));
    assertThat(pixels(picture.withChannels(1))).isEqualTo(numbers(grey));
    int[] colours = pixels(picture.withChannels(3));
    for (int i = 0; i < colours.length; i++) {
      int own = picture.channels() == 3 ? i : i % (3 * height);
      assertThat(colours[i]).isEqualTo(numbers(pixels)[own]);
    }
  }

  @Test
  void samplesOf16BitsAreRoundedAndWhatIsTransparentIsMixed() throws IOException {
    BufferedImage fine = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    fine.getRaster().setSample(0, 0, 0, 128 * 257 + 128);
    fine.getRaster().setSample(1, 0, 0, 128 * 257 + 129);
    assertThat(pixels(read(png(fine)))).containsExactly(128, 129);
    BufferedImage faint = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    faint.setRGB(0, 0, 0x64FF8000);
    byte[] file = png(faint);
    assertThat(pixels(read(file))).containsExactly(100, 50, 0);
    assertThat(pixels(reader.read("a.png", file, 255, PictureReader.SizeCheck.NONE)))
        .containsExactly(255, 205, 155);
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "png", file)).isTrue();
    return file.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "50000, 50000, 8, 2, 'more than 67108864 pixels'",
    "2147483647, 2147483647, 1, 0, 'more than 67108864 pixels'",
    "8000, 8000, 8, 2, 'which a file of 69 bytes cannot hold'",
    "2000, 2000, 1, 0, 'which a file of 69 bytes cannot hold'",
  })
  void aSizeThatTheFileCannotHoldIsRefusedBeforeItIsAllocated(
      int height, int width, int bits, int kind, String said) throws IOException {
    byte[] header = TinyPictures.header(height, width, bits, kind);
    byte[] file = TinyPictures.png(header, new byte[12]);
    assertThatExceptionOfType(PictureException.class)
        .isThrownBy(() -> read(file))
        .withMessageContainingAll("a.png: the picture is " + height + "×" + width, said);
  }

  @Test
  void theSizeIsLookedAtBeforeThePixels() throws IOException {
    byte[] file = TinyPictures.png(TinyPictures.header(20, 10, 8, 2), new byte[] {1, 2, 3});
    assertThatIOException()
        .isThrownBy(() ->
            reader.read(
                "a.png",
                file,
                0,
                (height, width) -> {
                  throw new IOException(height + " and " + width);
                }))
        .withMessage("20 and 10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PK", "just text", "\u0089PNG"})
  void whatIsNoPictureIsSaid(String text) {
    byte[] file = text.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(PictureReader.isPicture(file)).isFalse();
    assertThatExceptionOfType(PictureException.class)
        .isThrownBy(() -> read(file))
        .withMessageStartingWith("a.png: is no picture that can be read");
  }

  @Test
  void everyChangedByteGivesPixelsOrOneLine() throws IOException {
    byte[] good = Base64.getDecoder().decode(FILTERS);
    int refused = 0;
    for (int at = 8; at < good.length; at++) {
      for (int change : new int[] {1, 0x80, 0xFF}) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) change;
        try {
          assertThat(read(bad).pixels()).isNotEmpty();
        } catch (PictureException e) {
          assertThat(e.getMessage()).startsWith("a.png: ").hasLineCount(1);
          refused++;
        }
      }
    }
    assertThat(refused).isBetween(20, 3 * good.length);
    assertThat(read(good).height()).as("the reader goes on").isEqualTo(5);
  }
}
