package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.picture.TinyPictures;
import dev.ockham.core.spec.DataSpec;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 80 to 320 MB of pixels and features, read by a JVM of 64 MB. */
class LargerThanHeapTest {

  private static final int SIDE = 1000;
  private static final int TRAIN = 160;
  private static final int TEST = 40;

  @TempDir Path folder;

  /** What the small JVM does. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0]);
      Dataset data =
          new DatasetResolver(
                  DataLocations.of(Map.of(), "linux", folder, folder, Optional.empty()),
                  DownloadListener.SILENT)
              .resolve(args[1]);
      int[] most = IntStream.range(10, data.train().count()).toArray();
      Images some = (Images) data.train().select(most);
      System.out.println(
          String.join(
              " ",
              data.train().toString(),
              data.contentHash(),
              String.valueOf(some.pixel(0, 5)),
              String.valueOf(((Images) data.all()).pixel(data.all().count() - 1, 7)),
              String.valueOf(PixelStatistics.of(some, new int[] {0}).mean()),
              String.valueOf(Runtime.getRuntime().maxMemory() >> 20)));
    }
  }

  /** What the small JVM does with features. */
  static final class FeatureReader {
    private FeatureReader() {}

    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0]);
      DataSpec spec = DataSpec.defaults().named(args[1]);
      Dataset data =
          new DatasetResolver(
                  DataLocations.of(Map.of(), "linux", folder, folder, Optional.empty()),
                  DownloadListener.SILENT)
              .resolve(
                  args[1].endsWith(".csv") ? spec.withTable(spec.table().labelled("y")) : spec);
      Split split = Split.stratified(data.train(), 0.5, 1);
      Features some = (Features) data.train().select(split.train());
      InputScaling scaling = FeatureStatistics.of(some, new int[] {0, 1, 2}, 1);
      System.out.println(
          String.join(
              " ",
              data.train().toString(),
              data.contentHash(),
              String.valueOf(some.count()),
              String.valueOf(some.values(some.count() - 1).length),
              String.valueOf(scaling.mean().length),
              String.valueOf(Runtime.getRuntime().maxMemory() >> 20)));
    }
  }

  private String read(String data) throws IOException, InterruptedException {
    return read(Reader.class, data);
  }

  private String read(Class<?> reader, String data) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                reader.getName(),
                folder.toString(),
                data)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines()
        .filter(line -> line.startsWith("Images") || line.startsWith("Features"))
        .findFirst()
        .orElse(said);
  }

  @Test
  void idxFilesAreMapped() throws Exception {
    Path idx = Files.createDirectories(folder.resolve("idx"));
    write(idx, "train", TRAIN);
    write(idx, "t10k", TEST);
    assertThat(read("idx")).matches("Images\\[160, 1, 1000, 1000] [0-9a-f]{64} 10 199 10\\.0 6\\d");
  }

  private static void write(Path folder, String part, int count) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(
                Files.newOutputStream(folder.resolve(part + "-images-idx3-ubyte"))))) {
      out.writeInt(0x803);
      out.writeInt(count);
      out.writeInt(SIDE);
      out.writeInt(SIDE);
      byte[] pixels = new byte[SIDE * SIDE];
      for (int i = 0; i < count; i++) {
        Arrays.fill(pixels, (byte) (count == TEST ? TRAIN + i : i));
        out.write(pixels);
      }
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve(part + "-labels-idx1-ubyte"))) {
      DataOutputStream labels = new DataOutputStream(out);
      labels.writeInt(0x801);
      labels.writeInt(count);
      labels.write(new byte[count]);
    }
  }

  @Tag("long")
  @Test
  void picturesAreDecodedIntoAMappedFile() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < (TRAIN + TEST) / 2; i++) {
      files.put(
          (i < TRAIN / 2 ? "train/" : "test/") + (i % 2 == 0 ? "a/" : "b/") + (1000 + i) + ".png",
          grey(i));
    }
    TinyPictures.folder(folder.resolve("pictures"), files);
    String first = read("pictures");
    assertThat(first).matches("Images\\[80, 1, 1000, 1000] [0-9a-f]{64} 20 99 20\\.0 6\\d");
    assertThat(read("pictures")).isEqualTo(first);
    assertThat(List.of(folder.resolve(".cache/ockham/decoded").toFile().list())).hasSize(1);
  }

  /** 320 MB of features, of 3 MB of text. */
  @Tag("long")
  @Test
  void tablesAreEncodedIntoAMappedFile() throws Exception {
    int rows = 40_000;
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < 20; k++) {
      text.append('w').append(k).append(',');
    }
    text.append("size,y\n");
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < 20; k++) {
        text.append('a').append((row * (k + 1) + row / 100) % 100).append(',');
      }
      text.append(row).append(row % 2 == 0 ? ",even\n" : ",odd\n");
    }
    Files.writeString(folder.resolve("wide.csv"), text);
    String first = read(FeatureReader.class, "wide.csv");
    assertThat(first).matches("Features\\[32000, 2001] [0-9a-f]{64} 16000 2001 2001 6\\d");
    assertThat(read(FeatureReader.class, "wide.csv")).isEqualTo(first);
    assertThat(List.of(folder.resolve(".cache/ockham/decoded").toFile().list())).hasSize(1);
  }

  /** 160 MB of doubles, which become 80 MB; without a test part, so that they are cut. */
  @Tag("long")
  @Test
  void arraysAreConvertedIntoAMappedFile() throws Exception {
    int rows = 20_000;
    int size = 1000;
    Path arrays = Files.createDirectories(folder.resolve("arrays"));
    write(arrays.resolve("x.npy"), "<f8", rows + ", " + size, rows, size * Double.BYTES);
    write(arrays.resolve("y.npy"), "|u1", rows + ",", rows, 1);
    String first = read(FeatureReader.class, "arrays");
    assertThat(first).matches("Features\\[16000, 1000] [0-9a-f]{64} 8000 1000 1000 6\\d");
    assertThat(read(FeatureReader.class, "arrays")).isEqualTo(first);
  }

  private static void write(Path file, String type, String shape, int rows, int rowBytes)
      throws IOException {
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n".formatted(type, shape);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length(), 0});
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      byte[] row = new byte[rowBytes];
      for (int i = 0; i < rows; i++) {
        row[0] = (byte) (i % 2);
        out.write(row);
      }
    }
  }

  /** A large PNG of one grey, made from its rows. */
  private static byte[] grey(int value) throws IOException {
    byte[] rows = new byte[SIDE * (SIDE + 1)];
    Arrays.fill(rows, (byte) value);
    for (int y = 0; y < SIDE; y++) {
      rows[y * (SIDE + 1)] = 0; // As they are, without a filter.
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(rows);
    }
    return TinyPictures.png(TinyPictures.header(SIDE, SIDE, 8, 0), packed.toByteArray());
  }
}
