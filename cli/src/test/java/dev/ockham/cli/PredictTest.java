package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.picture.Picture;
import dev.ockham.core.picture.PictureResize;
import dev.ockham.runtime.data.PictureRules.Fit;
import dev.ockham.runtime.file.ModelFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ockham predict} on everything it reads. */
@Isolated
class PredictTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int TEST_IMAGES = 40;

  @TempDir static Path folder;
  private static byte[] idx = new byte[0];

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("run"), "--method", "sparse-vd");
    idx = Files.readAllBytes(data.resolve("t10k-images-idx3-ubyte"));
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private static List<JsonNode> predict(Object model, Object input, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("predict", model, "--input", input, "--json"));
    arguments.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    return run.out().lines().map(JSON::readTree).toList();
  }

  private static List<JsonNode> all() {
    return predict(folder.resolve("run"), folder.resolve("data/t10k-images-idx3-ubyte"));
  }

  private static int pixel(int image, int at) {
    return idx[16 + image * 784 + at] & 0xFF;
  }

  private static String csvRow(int image) {
    return IntStream.range(0, 784)
        .mapToObj(p -> Integer.toString(pixel(image, p)))
        .collect(Collectors.joining(","));
  }

  @Test
  void aLineOfJsonPerImageAgreesWithEvaluate() {
    List<JsonNode> lines = all();
    assertThat(lines).hasSize(TEST_IMAGES);
    int wrong = 0;
    double nll = 0;
    for (int i = 0; i < TEST_IMAGES; i++) {
      JsonNode line = lines.get(i);
      assertThat(line.propertyNames())
          .containsExactly("index", "class", "probability", "probabilities");
      assertThat(line.get("index").asInt()).isEqualTo(i);
      int label = line.get("class").asInt();
      assertThat(line.get("probability")).isEqualTo(line.get("probabilities").get(label));
      double sum = 0;
      for (JsonNode p : line.get("probabilities")) {
        assertThat(p.asDouble()).isLessThanOrEqualTo(line.get("probability").asDouble());
        sum += p.asDouble();
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
      wrong += label == i % 10 ? 0 : 1;
      nll -= Math.log(line.get("probabilities").get(i % 10).asDouble()) / TEST_IMAGES;
    }
    CommandLineRun evaluated =
        CommandLineRun.of("evaluate", folder.resolve("run/model.safetensors"), "--json");
    JsonNode quality = JSON.readTree(evaluated.out());
    assertThat(100.0 * wrong / TEST_IMAGES)
        .isCloseTo(quality.get("error_percent").asDouble(), within(1e-9));
    assertThat(nll).isCloseTo(quality.get("nll").asDouble(), within(1e-4));
  }

  @Test
  void aPictureAndACsvRowGiveTheBitsOfTheSameIdxImage() throws IOException {
    BufferedImage grey = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage dark = new BufferedImage(280, 280, BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < 784; p++) {
      grey.getRaster().setSample(p % 28, p / 28, 0, pixel(3, p));
    }
    for (int p = 0; p < 78_400; p++) {
      int value = 255 - pixel(3, p / 280 / 10 * 28 + p % 280 / 10);
      dark.setRGB(p % 280, p / 280, value * 0x010101);
    }
    assertThat(ImageIO.write(grey, "png", folder.resolve("grey.png").toFile())).isTrue();
    assertThat(ImageIO.write(dark, "png", folder.resolve("dark.png").toFile())).isTrue();
    Files.writeString(folder.resolve("rows.csv"), csvRow(3) + "\n" + csvRow(4) + "\n");
    JsonNode expected = all().get(3).get("probabilities");
    Path model = folder.resolve("run/model.safetensors");

    assertThat(predict(model, folder.resolve("grey.png")))
        .singleElement()
        .satisfies(line -> assertThat(line.get("probabilities")).isEqualTo(expected));
    List<JsonNode> scaled = predict(model, folder.resolve("dark.png"), "--resize", "--invert");
    assertThat(ImageIO.write(shrunk(dark), "png", folder.resolve("small.png").toFile())).isTrue();
    assertThat(scaled.getFirst().get("probabilities"))
        .isEqualTo(
            predict(model, folder.resolve("small.png"), "--invert")
                .getFirst()
                .get("probabilities"));
    List<JsonNode> rows = predict(model, folder.resolve("rows.csv"));
    assertThat(rows).hasSize(2);
    assertThat(rows.getFirst().get("probabilities")).isEqualTo(expected);
    assertThat(rows.getLast()).isNotEqualTo(rows.getFirst());
  }

  /** To 28 × 28, as pictures are scaled. */
  private static BufferedImage shrunk(BufferedImage grey) {
    int side = grey.getHeight();
    byte[] pixels = new byte[side * side];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (byte) grey.getRGB(p % side, p / side);
    }
    Picture small = PictureResize.fitted(new Picture(1, side, side, pixels), 28, 28, Fit.STRETCH);
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int p = 0; p < 784; p++) {
      image.getRaster().setSample(p % 28, p / 28, 0, small.pixels()[p] & 0xFF);
    }
    return image;
  }

  @Test
  void rowsComeFromStandardInputInBlocks() {
    String names = IntStream.range(0, 784).mapToObj(i -> "x" + i).collect(Collectors.joining(","));
    String text = names + "\n" + (csvRow(5) + "\n").repeat(1100);
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    try {
      List<JsonNode> lines = predict(folder.resolve("run"), "-");
      assertThat(lines).hasSize(1100);
      assertThat(lines.getLast().get("index").asInt()).isEqualTo(1099);
      assertThat(lines.getLast().get("probabilities"))
          .isEqualTo(lines.getFirst().get("probabilities"))
          .isEqualTo(all().get(5).get("probabilities"));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void peopleReadNamesOfTheDataThatTheModelKnows() throws IOException {
    ModelFile model = ModelFile.load(folder.resolve("run/model.safetensors"));
    Path named = folder.resolve("named.safetensors");
    ModelFile.of(model.model(), Map.of("data", "fashion-mnist")).save(named);
    Path images = folder.resolve("data/t10k-images-idx3-ubyte");
    List<JsonNode> lines = predict(named, images);
    List<String> names =
        DatasetCatalog.standard().named("fashion-mnist").orElseThrow().classNames();
    for (JsonNode line : lines) {
      assertThat(line.get("name").asString()).isEqualTo(names.get(line.get("class").asInt()));
    }
    CommandLineRun run = CommandLineRun.of("predict", named, "--input", images, "--top", 3);
    List<String> text = run.out().lines().toList();
    assertThat(text).hasSize(1 + TEST_IMAGES);
    assertThat(text.getFirst()).startsWith("index  class").contains("probability");
    JsonNode first = lines.getFirst();
    assertThat(text.get(1))
        .matches(" +0  " + first.get("class").asInt() + " .*%.*%.*%")
        .contains(first.get("name").asString())
        .contains(String.format(Locale.ROOT, "%.2f %%", 100 * first.get("probability").asDouble()));
  }

  @Test
  void theFileIsWrittenWholeAndReplacesOnlyPredictions() throws IOException {
    Path images = folder.resolve("data/t10k-images-idx3-ubyte");
    Path out = folder.resolve("predictions");
    for (Object form : List.of("--json", "--verbose", "--json")) {
      CommandLineRun run =
          CommandLineRun.of(
              "predict", folder.resolve("run"), "--input", images, "--out", out, form);
      assertThat(run).isEqualTo(new CommandLineRun(0, "", ""));
    }
    assertThat(Files.readAllLines(out).stream().map(JSON::readTree).toList()).isEqualTo(all());
    Path bad = folder.resolve("bad.csv");
    Files.writeString(bad, (csvRow(0) + "\n").repeat(600) + "1,2\n");
    byte[] whole = Files.readAllBytes(out);
    CommandLineRun cut =
        CommandLineRun.of("predict", folder.resolve("run"), "--input", bad, "--out", out);
    assertThat(cut.exitCode()).isEqualTo(1);
    assertThat(cut.err().strip())
        .isEqualTo("ockham: " + bad + ": line 601: has 2 cells, but there are 784 columns");
    assertThat(out).hasBinaryContent(whole);
    Path model = folder.resolve("run/model.safetensors");
    byte[] before = Files.readAllBytes(model);
    CommandLineRun slip =
        CommandLineRun.of("predict", model, "--input", images, "--out", model, "--json");
    assertThat(slip.exitCode()).isEqualTo(1);
    assertThat(slip.err()).contains(model + " exists and does not hold predictions");
    assertThat(model).hasBinaryContent(before);
  }
}
