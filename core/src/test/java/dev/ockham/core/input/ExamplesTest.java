package dev.ockham.core.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.TinyPictures;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.runtime.graph.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExamplesTest {

  private static final PictureFit FIT = new PictureFit(Shape.of(1, 2, 3), false, false);
  private static final float[] PIXELS = {0, 1, 127, 128, 200, 255};

  /** Checksums and the end chunk; a file cut within them still has all pixels. */
  private static final int END_OF_PNG = 21;

  @TempDir Path folder;

  private static List<float[]> all(Examples examples, int size) throws IOException {
    List<float[]> rows = new ArrayList<>();
    float[] block = new float[size + 2];
    try (examples) {
      while (examples.next(block, 1)) {
        rows.add(Arrays.copyOfRange(block, 1, size + 1));
        assertThat(block[0]).isZero();
        assertThat(block[size + 1]).isZero();
      }
      assertThat(examples.next(block, 1)).isFalse();
    }
    return rows;
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Path text(String text) throws IOException {
    return file("rows.csv", text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] idx(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + 6 * count);
    bytes.putInt(0x803).putInt(count).putInt(2).putInt(3);
    for (int i = 0; i < 6 * count; i++) {
      bytes.put((byte) (i < 6 ? PIXELS[i] : i));
    }
    return bytes.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private Path picture(int type, String format) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, type);
    for (int i = 0; i < 6; i++) {
      int grey = (int) PIXELS[i];
      if (type == BufferedImage.TYPE_BYTE_GRAY) {
        image.getRaster().setSample(i % 3, i / 3, 0, grey);
      } else if (type == BufferedImage.TYPE_USHORT_GRAY) {
        image.getRaster().setSample(i % 3, i / 3, 0, grey * 257);
      } else {
        image.setRGB(i % 3, i / 3, 0xFF000000 | grey * 0x010101);
      }
    }
    Path file = folder.resolve("picture." + format);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void idxImagesComeOneByOnePackedOrNot(boolean packed) throws IOException {
    Path file = file("images", packed ? gzip(idx(3)) : idx(3));
    try (Examples examples = open(file, FIT)) {
      assertThat(examples.count()).isEqualTo(3);
    }
    List<float[]> rows = all(open(file, FIT), 6);
    assertThat(rows).hasSize(3);
    assertThat(rows.getFirst()).isEqualTo(PIXELS);
    assertThat(rows.getLast()).isEqualTo(new float[] {12, 13, 14, 15, 16, 17});
  }

  @Test
  void aCutOrLongIdxFileSaysWhere() throws IOException {
    byte[] bytes = gzip(Arrays.copyOf(idx(3), 16 + 13));
    Path cut = file("cut", bytes);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> all(open(cut, FIT), 6))
        .withMessageContainingAll(cut.toString(), "truncated", "number 3", "byte 29");
    Path lengthy = file("long", Arrays.copyOf(idx(3), 16 + 19));
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> all(open(lengthy, FIT), 6))
        .withMessageContainingAll(lengthy.toString(), "more bytes", "byte 34");
  }

  @ParameterizedTest
  @CsvSource({
    BufferedImage.TYPE_BYTE_GRAY + ",png",
    BufferedImage.TYPE_USHORT_GRAY + ",png",
    BufferedImage.TYPE_INT_RGB + ",png",
    BufferedImage.TYPE_INT_ARGB + ",png",
    BufferedImage.TYPE_INT_RGB + ",bmp",
    BufferedImage.TYPE_BYTE_GRAY + ",tiff",
  })
  void greyPixelsKeepTheirValuesInEveryFormat(int type, String format) throws IOException {
    Path file = picture(type, format);
    List<float[]> rows = all(open(file, FIT), 6);
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst()).isEqualTo(PIXELS);
    float[] inverted = all(open(file, new PictureFit(FIT.input(), false, true)), 6).getFirst();
    for (int i = 0; i < 6; i++) {
      assertThat(inverted[i]).isEqualTo(255 - PIXELS[i]);
    }
  }

  @Test
  void whatIsTransparentIsBackground() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(1, 1, 0xFF000000);
    Path file = folder.resolve("drawing.png");
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
    assertThatExceptionOfType(MalformedDataException.class)
        .as("black ink on black")
        .isThrownBy(() -> all(open(file, FIT), 6))
        .withMessageContainingAll(file.toString(), "nothing to be seen", "--invert");
    assertThat(all(open(file, new PictureFit(FIT.input(), false, true)), 6).getFirst())
        .containsExactly(0, 0, 0, 0, 255, 0);
  }

  @Test
  void coloursBecomeTheirBrightness() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xFF0000);
    image.setRGB(1, 0, 0x00FF00);
    image.setRGB(2, 0, 0x0000FF);
    Path file = folder.resolve("colours.png");
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
    assertThat(all(open(file, FIT), 6).getFirst()).containsExactly(76, 150, 29, 0, 0, 0);
  }

  @Test
  void modelsOfThreeChannelsSeeColoursAndGreyAsThreeEqualOnes() throws IOException {
    byte[] colour = TinyPictures.png(3, 1, 2, 1, 2, 3, 4, 5, 6);
    byte[] grey = TinyPictures.png(1, 1, 2, 7, 8);
    Map<String, byte[]> files = new TreeMap<>();
    files.put("a/2.png", grey);
    files.put("1.png", colour);
    files.put("notes.txt", new byte[] {'n'});
    Path in = TinyPictures.folder(folder.resolve("in"), files);
    Path zip = TinyPictures.zip(folder.resolve("in.zip"), files);
    for (Shape shape : List.of(Shape.of(3, 1, 2), Shape.of(6))) {
      PictureFit fit = new PictureFit(shape, false, false);
      List<float[]> single = all(open(in.resolve("1.png"), fit), 6);
      assertThat(single.getFirst()).containsExactly(1, 4, 2, 5, 3, 6);
      for (Path several : List.of(in, zip)) {
        List<float[]> rows = all(open(several, fit), 6);
        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst()).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(rows.getLast()).containsExactly(7, 8, 7, 8, 7, 8);
      }
    }
    try (Examples examples = open(zip, new PictureFit(Shape.of(3, 1, 2), false, true))) {
      float[] row = new float[6];
      assertThat(examples.count()).isEqualTo(2);
      assertThat(examples.next(row, 0)).isTrue();
      assertThat(row).containsExactly(254, 251, 253, 250, 252, 249);
      assertThat(examples.name()).isEqualTo("1.png");
      assertThat(examples.leftOut()).isEqualTo("1 file that is no picture: notes.txt");
    }
  }

  @Test
  void anotherSizeIsRefusedOrScaledAsPillowDoes() throws IOException {
    Path file = picture(BufferedImage.TYPE_BYTE_GRAY, "png");
    Shape flatter = Shape.of(1, 1, 2);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> open(file, new PictureFit(flatter, false, false)))
        .withMessageContainingAll(file.toString(), "2×3", "takes 1×2", "--resize");
    assertThat(all(open(file, new PictureFit(flatter, true, false)), 2).getFirst())
        .containsExactly(78, 157);
    float[] wide = all(open(file, new PictureFit(Shape.of(1, 2, 2), true, false)), 4).getFirst();
    assertThat(wide).containsExactly(0, 80, 155, 234);
    float[] larger = all(open(file, new PictureFit(Shape.of(1, 4, 6), true, false)), 24).getFirst();
    assertThat(larger)
        .containsExactly(
            0, 0, 1, 33, 96, 127, 32, 37, 46, 78, 132, 159, 96, 110, 137, 169, 205, 223, 128, 146,
            182, 214, 241, 255);
  }

  @Test
  void aVectorTakesAnyPictureOfSoManyPixelsAndScalesToASquare() throws IOException {
    Path file = picture(BufferedImage.TYPE_BYTE_GRAY, "png");
    assertThat(all(open(file, new PictureFit(Shape.of(6), false, false)), 6).getFirst())
        .isEqualTo(PIXELS);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> open(file, new PictureFit(Shape.of(5), true, false)))
        .withMessageContainingAll("2×3", "5 pixels", "no square");
    assertThat(all(open(file, new PictureFit(Shape.of(4), true, false)), 4)).hasSize(1);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> open(file, new PictureFit(Shape.of(2, 2, 3), true, false)))
        .withMessageContaining("2×2×3");
  }

  @Test
  void aBrokenPictureIsSaid() throws IOException {
    byte[] bytes = Files.readAllBytes(picture(BufferedImage.TYPE_BYTE_GRAY, "png"));
    for (int length = 16; length < bytes.length - END_OF_PNG; length++) {
      Path cut = file("cut.png", Arrays.copyOf(bytes, length));
      assertThatExceptionOfType(MalformedDataException.class)
          .isThrownBy(() -> all(open(cut, FIT), 6))
          .withMessageContaining(cut + ": broken picture: ");
    }
  }

  private static Examples open(Path file, PictureFit fit) throws IOException {
    return Examples.open(file, fit, TableSpec.defaults());
  }

  @Test
  void rowsOfCsvMayHaveAHeaderEmptyLinesAndQuotes() throws IOException {
    Path file = text("\uFEFFa,b,c,d,e,f\r\n9,2,3,4,5,6\n\n\"0.5\",-1e2, 7 ,0,0,0\n");
    List<float[]> rows = all(open(file, FIT), 6);
    assertThat(rows).hasSize(2);
    assertThat(rows.getFirst()).containsExactly(9, 2, 3, 4, 5, 6);
    assertThat(rows.getLast()).containsExactly(0.5f, -100, 7, 0, 0, 0);
    assertThat(all(open(text("\uFEFF9,2,3,4,5,6"), FIT), 6)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9,2,3,4,5,6~1,2,x,4,5,6 | line 2: column 3: 'x'",
        "1,2,y,4,5,6 | line 1: column 3: 'y'",
        "a,b~1,2,3,4,5 | has 2 columns, the model takes 6 numbers",
        "a,b,c,d,e,f~9,2,3,4,5 | line 2: has 5 cells, but there are 6 columns",
        "9,2,3,4,5,6,7 | has 7 columns, the model takes 6 numbers",
        "9,2,3,4,5,NaN | line 1: column 6: 'NaN'",
        "9,2,3,4,5,1e99 | line 1: column 6: '1e99'",
        "9,2,3,4,5, | line 1: column 6: ''",
        "9,2,3,4,5,6~~\"1,2 | line 3",
        "a,b,c,d,e,f | may be names of columns or a row of data; say --header yes or no",
        "1,2,3,4,5,6~9,2,3,4,5,6 | may be names",
        "2019,2020,2021,2022,2023,2024~9,2,3,4,5,6 | may be names",
        "?,?,?,?,?,nan~9,2,3,4,5,6 | may be names",
        "9d,2,3,4,5,6 | line 1: column 1: '9d' is not a finite number",
        "0x1p3,2,3,4,5,6 | line 1: column 1: '0x1p3'",
        "~~ | nothing but blank lines",
      })
  void wrongRowsNameLineColumnAndValue(String lines, String said) throws IOException {
    Path file = text(lines.replace('~', '\n'));
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> all(open(file, FIT), 6))
        .withMessageContainingAll(file.toString(), said);
  }

  @Test
  void aTableMayBeginAsABmpDoesAndAQuotedFieldStandBehindAMark() throws IOException {
    assertThat(all(open(text("BMI,b,c,d,e,f\n9,2,3,4,5,6\n"), FIT), 6)).hasSize(1);
    assertThat(all(open(text("\uFEFF\"9\",2,3,4,5,6\n"), FIT), 6).getFirst())
        .containsExactly(9, 2, 3, 4, 5, 6);
  }

  @Test
  void whatIsNothingKnownIsRefused() throws IOException {
    Path binary = file("binary", new byte[] {'O', 'K', 7, 1});
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> open(binary, FIT))
        .withMessageContainingAll(binary.toString(), "neither IDX", "0x07", "byte 2");
    Path latin = file("latin", new byte[] {'1', ',', (byte) 0xE9, '\n'});
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> all(open(latin, FIT), 6))
        .withMessageContainingAll(latin.toString(), "UTF-8");
    Path empty = file("empty", new byte[0]);
    assertThatIOException()
        .isThrownBy(() -> open(empty, FIT))
        .withMessageContainingAll(empty.toString(), "empty");
    Path nothing = Files.createDirectories(folder.resolve("nothing"));
    assertThatIOException()
        .isThrownBy(() -> open(nothing, FIT))
        .withMessageContainingAll(nothing.toString(), "holds no pictures");
  }

  /** They were told by a magic number or a control character. */
  @Test
  void whatIsPackedOrWrittenOtherwiseIsNamed() throws IOException {
    byte[] rows = "0,1,127,128,200,255\n".getBytes(StandardCharsets.UTF_8);
    byte[] xz = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0};
    byte[] wide = "\uFEFF0,1,127,128,200,255\n".getBytes(StandardCharsets.UTF_16LE);
    Map<Path, String> said =
        Map.of(
            file("rows.csv.gz", gzip(rows)), "packed with gzip and holds no IDX images",
            file("xz.csv", xz), "but packed with xz",
            file("wide.csv", wide), "but text in UTF-16; save it as UTF-8");
    said.forEach((path, words) ->
        assertThatExceptionOfType(MalformedDataException.class)
            .isThrownBy(() -> FileKind.of(path))
            .withMessageContainingAll(path.toString(), words));
  }
}
