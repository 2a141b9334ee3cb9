package dev.ockham.core.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

/** Small TIFFs whose tags ask their decoder for much memory. */
class TiffClaimsTest {
  private static final int WIDTH = 256;
  private static final int BITS = 258;
  private static final int SAMPLES = 277;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;

  private static final int SHORT = 3;
  private static final int LONG = 4;

  /** One number of a tag. */
  private record Entry(int tag, int type, int value) {}

  /** Grey, of one tile of four pixels a side, of which two are the picture. */
  private static List<Entry> grey() {
    return List.of(
        new Entry(WIDTH, SHORT, 2),
        new Entry(257, SHORT, 2),
        new Entry(BITS, SHORT, 8),
        new Entry(259, SHORT, 1),
        new Entry(262, SHORT, 1),
        new Entry(SAMPLES, SHORT, 1),
        new Entry(TILE_WIDTH, LONG, 4),
        new Entry(TILE_HEIGHT, LONG, 4),
        new Entry(TILE_OFFSETS, LONG, 8),
        new Entry(TILE_BYTES, LONG, 16));
  }

  private static List<Entry> with(int tag, int value) {
    List<Entry> entries = new ArrayList<>(grey());
    entries.replaceAll(e -> e.tag() == tag ? new Entry(tag, e.type(), value) : e);
    return entries;
  }

  /** The tile, then the tags. */
  private static byte[] tiff(List<Entry> entries) {
    ByteBuffer file = ByteBuffer.allocate(30 + 12 * entries.size());
    file.put(new byte[] {'M', 'M', 0, 42}).putInt(24);
    for (int i = 0; i < 16; i++) {
      file.put((byte) (10 * i));
    }
    file.putShort((short) entries.size());
    for (Entry each : entries) {
      file.putShort((short) each.tag()).putShort((short) each.type()).putInt(1);
      if (each.type() == SHORT) {
        file.putShort((short) each.value()).putShort((short) 0);
      } else {
        file.putInt(each.value());
      }
    }
    return file.array();
  }

  private static Picture read(List<Entry> entries) throws IOException {
    return read(tiff(entries));
  }

  private static Picture read(byte[] file) throws IOException {
    try (PictureReader reader = new PictureReader()) {
      return reader.read("a.tif", file, 0, PictureReader.SizeCheck.NONE);
    }
  }

  private static void refused(List<Entry> entries, String fault) {
    assertThatExceptionOfType(PictureException.class)
        .isThrownBy(() -> read(entries))
        .withMessageContaining(fault);
  }

  @Test
  void aTileMayBeLargerThanThePicture() throws IOException {
    assertThat(read(grey()).pixels()).isEqualTo(new byte[] {0, 10, 40, 50});
  }

  @Test
  void tilesAreCounted() {
    refused(
        with(TILE_HEIGHT, 1 << 30), "in a tile of 4294967296 pixels, more than 67108864 pixels");
    refused(with(TILE_WIDTH, 1 << 20), "in a tile of 4194304 pixels, which a file of 150 bytes");
  }

  @Test
  void samplesAreCounted() {
    refused(with(SAMPLES, 259), "has 259 samples a pixel; at most 4 are read");
    refused(with(BITS, 20), "holds numbers of 20 bits; pixels are whole numbers of at most 16");
  }

  private static byte[] jpegInTiff() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ImageWriteParam packed = writer.getDefaultWriteParam();
    packed.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    packed.setCompressionType("JPEG");
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
      writer.setOutput(out);
      BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
      writer.write(null, new IIOImage(grey, null, null), packed);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  @Test
  void aJpegWithinIsNoLargerThanThePicture() throws IOException {
    byte[] file = jpegInTiff();
    assertThat(read(file).pixels()).hasSize(256).containsOnly(0);
    for (int i = 0; i + 9 < file.length; i++) {
      if (file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xC0) {
        Arrays.fill(file, i + 5, i + 9, (byte) 0xF0);
      }
    }
    assertThatExceptionOfType(PictureException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining("is 16×16 (height × width), but a JPEG in it has 3804422400 pixels");
  }

  @Test
  void ofSeveralEntriesTheLastOneCounts() {
    List<Entry> twice = new ArrayList<>(grey());
    twice.add(new Entry(SAMPLES, SHORT, 259));
    refused(twice, "has 259 samples a pixel");
  }

  @Test
  void whatIsCutOffIsNoEntry() {
    List<Entry> cut = new ArrayList<>(with(SAMPLES, 259));
    byte[] file = tiff(cut);
    ByteBuffer.wrap(file).putInt(26 + 12 * 4 + 4, 1000); // So many colours.
    assertThatExceptionOfType(PictureException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining("has 259 samples a pixel");
  }
}
