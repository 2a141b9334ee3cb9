package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.picture.TinyPictures;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 200 MB of pixels in IDX files and 100 MB in pictures, read by a JVM of 64 MB. */
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

  private String read(String data) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName(),
                folder.toString(),
                data)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().filter(line -> line.startsWith("Images")).findFirst().orElse(said);
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
