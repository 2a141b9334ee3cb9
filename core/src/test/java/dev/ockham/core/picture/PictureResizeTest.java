package dev.ockham.core.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.data.PictureRules.Fit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureResizeTest {

  private static long hash(long seed) {
    long a = seed;
    a = (a ^ a >>> 33) * 0xff51afd7ed558ccdL;
    a = (a ^ a >>> 33) * 0xc4ceb9fe1a85ec53L;
    return a ^ a >>> 33;
  }

  private static int size(int picture, int which, int most) {
    return 1 + (int) Long.remainderUnsigned(hash(picture * 8L + which), most);
  }

  /** Noise, slopes, or boxes of white and dark noise. */
  private static Picture picture(int index) {
    int height = size(index, 0, 60);
    int width = size(index, 1, 60);
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      int noise = (int) (hash((long) index * (1 << 20) + i) >>> 56);
      int x = i % width;
      int y = i / width;
      pixels[i] =
          (byte)
              switch (index % 3) {
                case 0 -> noise;
                case 1 -> (x * 7 + y * 5 + index) % 256;
                default -> (x / 3 + y / 2) % 2 == 0 ? 255 : noise / 8;
              };
    }
    return new Picture(1, height, width, pixels);
  }

  /** {@code resized.txt} has the CRC-32 of what Pillow 9.4's {@code resize(BILINEAR)} makes. */
  @Test
  void aThousandPicturesAreThoseOfPillowToTheBit() throws IOException {
    List<String> expected;
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("resized.txt"))) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      expected = List.of(text.strip().split("\\s+", -1));
    }
    assertThat(expected).hasSize(1000);
    for (int i = 0; i < expected.size(); i++) {
      int height = size(i, 2, 40);
      int width = size(i, 3, 40);
      Picture resized =
          PictureResize.fitted(picture(i), new PictureRules(height, width, Fit.STRETCH, 1, 0));
      CRC32 checksum = new CRC32();
      checksum.update(resized.pixels());
      assertThat("%08x".formatted(checksum.getValue()))
          .as("picture " + i)
          .isEqualTo(expected.get(i));
    }
  }

  /** The middle square of a slope, whose steps shrinking keeps. */
  @ParameterizedTest
  @CsvSource({"8, 20, 8, 8, 6", "20, 8, 8, 8, 0", "8, 8, 8, 8, 0", "8, 11, 8, 8, 2"})
  void theMiddleIsCutOut(int height, int width, int toHeight, int toWidth, int firstColumn) {
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % width + 10 * (i / width));
    }
    Picture cut =
        PictureResize.fitted(
            new Picture(1, height, width, pixels),
            new PictureRules(toHeight, toWidth, Fit.CROP, 1, 0));
    int firstRow = (height - toHeight) / 2;
    for (int y = 0; y < toHeight; y++) {
      for (int x = 0; x < toWidth; x++) {
        assertThat(cut.pixels()[y * toWidth + x])
            .isEqualTo(pixels[(y + firstRow) * width + x + firstColumn]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 32, 32", "1, 4000, 32, 32", "3, 5, 7, 2", "4000, 1, 1, 9"})
  void everySizeBecomesEveryOther(int height, int width, int toHeight, int toWidth) {
    byte[] pixels = new byte[3 * height * width];
    Arrays.fill(pixels, (byte) 200);
    for (Fit fit : Fit.values()) {
      Picture made =
          PictureResize.fitted(
              new Picture(3, height, width, pixels),
              new PictureRules(toHeight, toWidth, fit, 3, 0));
      assertThat(made.pixels()).hasSize(3 * toHeight * toWidth).containsOnly((byte) 200);
    }
  }

  /**
   * Cutting a part out of a whole that is scaled, or scaling the whole and cutting, are the same.
   */
  @Test
  void aPartIsAPartOfTheWhole() {
    for (int i = 0; i < 60; i++) {
      Picture picture = picture(i);
      Picture whole = PictureResize.scaled(picture, 24, 30, 0, 0, 24, 30);
      Picture part = PictureResize.scaled(picture, 24, 30, 5, 7, 11, 13);
      for (int y = 0; y < 11; y++) {
        for (int x = 0; x < 13; x++) {
          assertThat(part.pixels()[y * 13 + x]).isEqualTo(whole.pixels()[(y + 5) * 30 + x + 7]);
        }
      }
    }
  }
}
