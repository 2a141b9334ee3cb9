package dev.ockham.core.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.picture.PictureReader.SizeCheck;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What is read is what a viewer shows, or it is refused. */
class SeenPicturesTest {

  private static final int SIDE = 8;
  private static final int CLEAR_WHITE = 0x00FFFFFF;
  private static final int INK = 0xFF000000;

  private static BufferedImage drawn(BufferedImage image, int ground, int ink) {
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.setRGB(x, y, x == y ? ink : ground);
      }
    }
    return image;
  }

  private static Picture read(BufferedImage image, int background) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    try (PictureReader reader = new PictureReader()) {
      return reader.read("a.png", out.toByteArray(), background, SizeCheck.NONE);
    }
  }

  private static BufferedImage palette() {
    byte[] greys = {(byte) 255, 0};
    return drawn(
        new BufferedImage(
            SIDE,
            SIDE,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, 2, greys, greys, greys, 0)),
        CLEAR_WHITE,
        INK);
  }

  private static BufferedImage colours() {
    return drawn(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB), CLEAR_WHITE, INK);
  }

  @Test
  void blackInkOnNothingIsNoBlackPicture() {
    for (BufferedImage image : new BufferedImage[] {palette(), colours()}) {
      assertThatExceptionOfType(PictureException.class)
          .isThrownBy(() -> read(image, 0))
          .withMessageContaining("a.png: lets through what is behind it")
          .withMessageContaining("--invert");
    }
  }

  @Test
  void onWhiteItIsSeen() throws IOException {
    for (BufferedImage image : new BufferedImage[] {palette(), colours()}) {
      Picture picture = read(image, 255);
      assertThat(picture.pixels()[0] & 0xFF).isZero();
      assertThat(picture.pixels()[1] & 0xFF).isEqualTo(255);
      assertThat(picture.hasBrightGround()).isTrue();
    }
  }

  @Test
  void whiteInkIsSeenOnBlackAndRefusedOnWhite() throws IOException {
    BufferedImage image =
        drawn(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB), 0, 0xFFFFFFFF);
    assertThat(read(image, 0).hasBrightGround()).isFalse();
    assertThatExceptionOfType(PictureException.class).isThrownBy(() -> read(image, 255));
  }

  @Test
  void aPictureThatIsEmptyEverywhereIsEmpty() throws IOException {
    BufferedImage image = drawn(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB), 0, 0);
    assertThat(read(image, 0).pixels()).containsOnly(0);
  }

  @Test
  void aJpegOfAThousandPassesIsRefusedBeforeItIsDecoded() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3000, 3000, BufferedImage.TYPE_BYTE_GRAY), "jpeg", out);
    byte[] whole = out.toByteArray();
    out.reset();
    out.write(whole, 0, whole.length - 2);
    for (int scan = 0; scan < 1000; scan++) {
      out.write(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0});
    }
    out.write(whole, whole.length - 2, 2);
    try (PictureReader reader = new PictureReader()) {
      assertThatExceptionOfType(PictureException.class)
          .isThrownBy(() -> reader.read("a.jpg", out.toByteArray(), 0, SizeCheck.NONE))
          .withMessageContaining("in 1001 passes over all of it");
    }
  }
}
