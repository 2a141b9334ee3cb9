package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.data.PictureRules.Fit;
import dev.ockham.runtime.file.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pictures of all sizes, of which the model keeps how they become its input. */
class PictureSizesTest {

  private static final List<String> CLASSES = List.of("left", "right");
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    write(folder.resolve("photos/train"), 40, 1);
    write(folder.resolve("photos/test"), 10, 2);
    write(folder.resolve("more"), 12, 3);
    CommandLineRun trained =
        CommandLineRun.of(
            "train",
            "--data",
            folder.resolve("photos"),
            "--out",
            folder.resolve("run"),
            "--arch",
            "net:3x6x8-flatten-dense8-relu-dense2",
            "--method",
            "none",
            "--epochs",
            20,
            "--batch",
            20,
            "--threads",
            1,
            "--lr",
            "0.01",
            "--set",
            "data.size=6x8",
            "--set",
            "data.augment=crop:1,brightness:0.2");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  /** Dark, with one bright half; some JPEG, some PNG. */
  private static void write(Path to, int count, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (String name : CLASSES) {
      Path place = Files.createDirectories(to.resolve(name));
      for (int i = 0; i < count; i++) {
        int height = random.nextInt(10, 60);
        int width = height * random.nextInt(10, 18) / 10;
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < height * width; p++) {
          boolean bright = (p % width < width / 2) == name.equals("left");
          picture.setRGB(
              p % width, p / width, (random.nextInt(90) + (bright ? 150 : 0)) * 0x010101);
        }
        String format = i % 2 == 0 ? "png" : "jpg";
        assertThat(ImageIO.write(picture, format, place.resolve(i + "." + format).toFile()))
            .isTrue();
      }
    }
  }

  private static Path model() {
    return folder.resolve("run/model.safetensors");
  }

  @Test
  void theModelKeepsTheRules() throws IOException {
    assertThat(ModelFile.load(model()).rules().picture())
        .contains(new PictureRules(6, 8, Fit.CROP, 3, 0));
    assertThat(ModelFile.load(model()).rules().classes()).isEqualTo(CLASSES);
  }

  @Test
  void predictAndEvaluateTakePicturesOfEverySize() throws IOException {
    CommandLineRun predicted =
        CommandLineRun.of("predict", model(), "--input", folder.resolve("more"), "--json");
    assertThat(predicted.exitCode()).as(predicted.err()).isZero();
    List<JsonNode> lines = predicted.out().lines().map(JSON::readTree).toList();
    assertThat(lines).hasSize(24);
    int wrong = 0;
    for (JsonNode line : lines) {
      boolean right = line.get("file").asString().startsWith(line.get("name").asString() + "/");
      wrong += right ? 0 : 1;
    }
    assertThat(wrong).isLessThan(5);
    for (Object subject : List.of(model(), folder.resolve("run"))) {
      CommandLineRun measured =
          CommandLineRun.of("evaluate", subject, "--data", folder.resolve("more"), "--json");
      assertThat(measured.exitCode()).as(measured.err()).isZero();
      assertThat(JSON.readTree(measured.out()).get("error_percent").asDouble())
          .isEqualTo(100.0 * wrong / 24);
    }
    CommandLineRun own = CommandLineRun.of("evaluate", folder.resolve("run"), "--json");
    assertThat(own.exitCode()).as(own.err()).isZero();
  }

  @Test
  void mistakesAreSaidInOneLine() {
    requireSaid("data.size=0", "data.size must be original, a side such as 32");
    requireSaid("data.size=5000", "from 1 to 4096, not '5000'");
    requireSaid("data.size=6x", "not '6x'");
    requireSaid("data.channels=2", "pictures have 1 channel or 3, not 2");
    requireSaid("data.background=256", "from 0 (black) to 255 (white)");
    requireSaid("data.fit=fill", "must be one of crop, stretch, not 'fill'");
    requireSaid("data.augment=flop", "data.augment: 'flop' is not understood; known are flip,");
  }

  private static void requireSaid(String setting, String said) {
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            "--data",
            folder.resolve("photos"),
            "--out",
            folder.resolve("none"),
            "--set",
            setting);
    assertThat(run.exitCode()).as(setting).isEqualTo(2);
    assertThat(run.err().strip()).contains(said).doesNotContain("\n");
  }

  @Test
  void withoutASizeTheRemedyIsNamed() {
    CommandLineRun run =
        CommandLineRun.of(
            "train", "--data", folder.resolve("photos"), "--out", folder.resolve("none"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("all must be of one size, which data.size makes them");
  }
}
