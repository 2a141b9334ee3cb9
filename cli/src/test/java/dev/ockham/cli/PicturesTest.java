package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.Standardization;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pictures in colour, from an archive through training to a model that names what it sees. */
class PicturesTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> CLASSES = List.of("blue", "green", "red");

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    zip("colours", 20, "train/", CLASSES, 1);
    train("colours.zip", "run", "net:3x5x4-conv4x3-relu-flatten-dense3", 15);
  }

  private static void train(String data, String run, String architecture, int epochs) {
    JsonNode done =
        json(
            "train",
            "--data",
            folder.resolve(data),
            "--out",
            folder.resolve(run),
            "--arch",
            architecture,
            "--method",
            "none",
            "--epochs",
            epochs,
            "--batch",
            20,
            "--threads",
            1,
            "--lr",
            "0.01",
            "--json");
    assertThat(done.get("status").asString()).isEqualTo("finished");
    assertThat(done.has("report")).as("its page").isTrue();
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  /** Noise, bright in the channel of the class; with a test part of a tenth as many pictures. */
  private static Path zip(String name, int count, String prefix, List<String> classes, long seed)
      throws IOException {
    Path file = folder.resolve(name + ".zip");
    SplittableRandom random = new SplittableRandom(seed);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String className : classes) {
        for (int i = 0; i < count; i++) {
          zip.putNextEntry(new ZipEntry(prefix + className + "/" + i + ".png"));
          write(picture(className, random), zip);
          if (!prefix.isEmpty() && i % 5 == 0) {
            zip.putNextEntry(new ZipEntry("test/" + className + "/" + i + ".png"));
            write(picture(className, random), zip);
          }
        }
      }
    }
    return file;
  }

  private static void write(BufferedImage picture, OutputStream out) throws IOException {
    assertThat(ImageIO.write(picture, "png", out)).isTrue();
  }

  private static BufferedImage picture(String className, SplittableRandom random) {
    BufferedImage picture = new BufferedImage(4, 5, BufferedImage.TYPE_INT_RGB);
    int channel = CLASSES.indexOf(className);
    for (int p = 0; p < 20; p++) {
      int colours = 0;
      for (int c = 0; c < 3; c++) {
        colours |= random.nextInt(c == channel ? 256 : 120) << (8 * c);
      }
      picture.setRGB(p % 4, p / 4, colours);
    }
    return picture;
  }

  private static Path model() {
    return folder.resolve("run/model.safetensors");
  }

  private static List<JsonNode> predict(Object model, Object input, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("predict", model, "--input", input, "--json"));
    arguments.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out().lines().map(JSON::readTree).toList();
  }

  @Test
  void predictNamesFilesAndClassesAndAgreesWithEvaluate() throws IOException {
    Path more = zip("more", 10, "", CLASSES, 5);
    List<JsonNode> lines = predict(model(), more);
    assertThat(lines).hasSize(30);
    int wrong = 0;
    for (JsonNode line : lines) {
      String file = line.get("file").asString();
      wrong += file.startsWith(line.get("name").asString() + "/") ? 0 : 1;
    }
    JsonNode measured = json("evaluate", model(), "--data", more, "--json");
    assertThat(measured.get("examples").asInt()).as("new pictures are measured all").isEqualTo(30);
    assertThat(measured.get("error_percent").asDouble()).isCloseTo(wrong / 0.3, within(1e-9));
    assertThat(wrong).as("it has learnt something").isLessThan(10);
    JsonNode held = json("evaluate", model(), "--data", more, "--split", "test", "--json");
    assertThat(held.get("examples").asInt()).isEqualTo(6);
    assertThat(json("evaluate", folder.resolve("run"), "--json").get("examples").asInt())
        .isEqualTo(12);
  }

  @Test
  void classesAreMatchedByNameAndThoseThatAreUnknownRefused() throws IOException {
    Path two = zip("two", 10, "", List.of("red", "green"), 6);
    List<JsonNode> lines = predict(model(), two);
    long wrong =
        lines.stream()
            .filter(
                line -> !line.get("file").asString().startsWith(line.get("name").asString() + "/"))
            .count();
    assertThat(json("evaluate", model(), "--data", two, "--json").get("error_percent").asDouble())
        .isCloseTo(wrong * 5.0, within(1e-9));
    Path fourth = zip("fourth", 5, "", List.of("red", "violet"), 7);
    CommandLineRun refused = CommandLineRun.of("evaluate", model(), "--data", fourth);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .contains(fourth + ": class 'violet' is none of the model's: blue, green, red");
  }

  /** A model that others trained takes scaled inputs; here ours without its first node. */
  @Test
  void aModelWithoutScalingIsGivenOne() throws IOException {
    Model trained = ModelFile.load(model()).model();
    Node scaling = Standardization.of(trained).orElseThrow();
    float[] mean = numbers(trained, scaling, "mean");
    float[] scale = numbers(trained, scaling, "scale");
    Path bare = folder.resolve("bare.safetensors");
    ModelFile.of(without(trained, scaling), Map.of()).save(bare);
    StringBuilder means = new StringBuilder();
    StringBuilder deviations = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      means.append(mean[i] / 255.0).append(' ');
      deviations.append(1 / (255.0 * scale[i])).append(' ');
    }
    Path data = folder.resolve("colours.zip");
    JsonNode given =
        json(
            "evaluate", bare, "--data", data, "--json", "--mean", means, "--deviation", deviations);
    JsonNode own = json("evaluate", model(), "--json");
    assertThat(given.get("examples")).isEqualTo(own.get("examples"));
    assertThat(given.get("nll").asDouble()).isCloseTo(own.get("nll").asDouble(), within(1e-5));
    assertThat(json("evaluate", bare, "--data", data, "--json").get("nll").asDouble())
        .as("without it")
        .isGreaterThan(own.get("nll").asDouble() + 0.1);
    assertThat(CommandLineRun.of("evaluate", bare, "--data", data).err())
        .contains("does not scale its inputs", "--mean and --deviation");
    assertThat(CommandLineRun.of("evaluate", model()).err()).doesNotContain("--mean");
    CommandLineRun twice =
        CommandLineRun.of("evaluate", model(), "--mean", "0.5", "--deviation", "0.5");
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err()).contains("scales its input already");
  }

  private static float[] numbers(Model model, Node node, String slot) {
    return model.value(Objects.requireNonNull(node.parameters().get(slot))).toDense();
  }

  private static Model without(Model model, Node first) {
    Graph graph = model.graph();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!node.equals(first)) {
        List<String> reads = new ArrayList<>(node.inputs());
        reads.replaceAll(read -> read.equals(first.name()) ? first.inputs().getFirst() : read);
        nodes.add(new Node(node.name(), node.operator(), reads, node.parameters()));
      }
    }
    Map<String, Matrix> values = new LinkedHashMap<>(model.values());
    values.keySet().removeAll(first.parameters().values());
    return new Model(
        "bare",
        new Graph(
            graph.inputs(),
            graph.parameters().stream().filter(p -> values.containsKey(p.name())).toList(),
            nodes,
            graph.outputs()),
        values);
  }

  @ParameterizedTest
  @CsvSource({
    "'0.5 0.5', '1 1', 'takes one mean and scale, or 3 (channels), not 2 and 2'",
    "'0.5', '1 1', '--mean has 1 numbers, but --deviation 2'",
    "'half', '1', '--mean is ''half''; it must be numbers'",
    "'0.5', '0', '--deviation is ''0''; its numbers must be positive'",
    "'', '1', '--mean is ''''; it must be numbers'",
  })
  void aScalingThatDoesNotFitIsRefused(String mean, String deviation, String said)
      throws IOException {
    Path bare = folder.resolve("bare2.safetensors");
    Model trained = ModelFile.load(model()).model();
    ModelFile.of(without(trained, Standardization.of(trained).orElseThrow()), Map.of()).save(bare);
    CommandLineRun run =
        CommandLineRun.of(
            "evaluate",
            bare,
            "--data",
            folder.resolve("colours.zip"),
            "--mean",
            mean,
            "--deviation",
            deviation);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(said).hasLineCount(1);
  }

  @Test
  void otherPicturesUnderTheSamePathAreRefused() throws IOException {
    Path data = zip("changing", 10, "train/", CLASSES, 8);
    Path run = folder.resolve("changing");
    train("changing.zip", "changing", "net:3x5x4-flatten-dense3", 1);
    zip("changing", 10, "train/", CLASSES, 9);
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("train", "--out", run, "--resume"),
            List.of("evaluate", run),
            List.of("evaluate", run.resolve("model.safetensors")))) {
      CommandLineRun refused = CommandLineRun.of(command.toArray());
      assertThat(refused.exitCode()).as("%s", command).isEqualTo(1);
      assertThat(refused.err()).contains("with sha256 ", data.toString());
    }
  }

  @Test
  void datasetsDescribesPictures() {
    Object[] smaller = {"datasets", "--describe", folder.resolve("colours.zip"), "--json", "--set"};
    List<Object> asked = new ArrayList<>(List.of(smaller));
    asked.add("data.size=2x3");
    assertThat(json(asked.toArray()).get("shape").values())
        .extracting(JsonNode::asInt)
        .containsExactly(3, 2, 3);
    asked.set(asked.size() - 1, "size=2x3");
    assertThat(CommandLineRun.of(asked.toArray()).err()).contains("expected data.LEAF=VALUE");
    JsonNode described = json("datasets", "--describe", folder.resolve("colours.zip"), "--json");
    assertThat(described.get("train").asInt()).isEqualTo(60);
    assertThat(described.get("test").asInt()).isEqualTo(12);
    assertThat(described.get("test_given").asBoolean()).isTrue();
    assertThat(described.get("shape").values())
        .extracting(JsonNode::asInt)
        .containsExactly(3, 5, 4);
    assertThat(described.get("classes").values())
        .extracting(row -> row.get("name").asString())
        .isEqualTo(CLASSES);
    assertThat(described.get("mean").values())
        .hasSize(3)
        .allSatisfy(mean -> assertThat(mean.asDouble()).isBetween(0.2, 0.4));
    CommandLineRun told =
        CommandLineRun.of("datasets", "--describe", folder.resolve("colours.zip"));
    assertThat(told.out()).contains("60 train, 12 test", "green", "channel 2: mean 0.");
  }

  @Test
  void aModelOfOtherShapesRefusesPictures() throws IOException {
    BufferedImage large = new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB);
    Path file = folder.resolve("large.png");
    assertThat(ImageIO.write(large, "png", file.toFile())).isTrue();
    CommandLineRun predicted = CommandLineRun.of("predict", model(), "--input", file);
    assertThat(predicted.exitCode()).isEqualTo(1);
    assertThat(predicted.err())
        .contains(file + ": the picture is 9×9 (height × width), the model takes 5×4");
    assertThat(predict(model(), file, "--resize")).hasSize(1);
    CommandLineRun evaluated =
        CommandLineRun.of("evaluate", model(), "--data", "fashion-mnist-mini");
    assertThat(evaluated.exitCode()).isEqualTo(1);
    assertThat(evaluated.err()).contains("class 'T-shirt/top' is none of the model's");
  }
}
