package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commands of a page run in their order, as printed but for places, data that do not come with
 * Ockham, small networks and few epochs. What other tests run is left to them.
 */
class PrintedCommandsTest {

  private static final String CLOTHES = "fashion-mnist-mini";

  /** Data and files of the reader, and what stands in their place. */
  private static final Map<String, String> PLACES =
      Map.of(
          "photos", CLOTHES,
          "mnist", CLOTHES,
          "lenet-300-100", "mlp:784-30-10",
          "model.onnx", "examples/models/clothes.onnx",
          "resnet20.onnx", "examples/models/clothes.onnx",
          "model.safetensors", "zoo/lenet-300-100-sparse-vd-fashion-mnist.safetensors",
          "45m", "3epochs",
          "20epochs", "6epochs",
          "10m", "1epochs");

  private static final Set<String> OF_THE_REPOSITORY =
      Set.of("core", "examples", "onnx", "recipes", "zoo");

  /** Too long even when short, or with data of their own; and who runs them. */
  private static final List<String> ELSEWHERE =
      List.of(
          "demo", // theFirstPageRuns
          "reproduce ", // ReproduceTest
          "frontier --data", // FrontierTest
          "lab ", // GuideTest, ExperimentsTest
          "watch ", // runs until it is stopped: WatchCommandTest
          "import resnet20-cifar10.onnx", // ImportTest
          "prune r20.safetensors",
          "compress resnet20-cifar10.onnx --data cifar-10", // takes an hour
          "train --init-from half.safetensors --unfold-norms", // UnfoldedNormsTest
          "train --init-from weights.safetensors", // TrainedWeightsTest
          "train --recipe examples/networks/", // ExampleNetworksTest
          "train …");

  /** Pages whose commands this test runs. */
  private static final List<String> HERE =
      List.of(
          "docs/comparison.md",
          "docs/evidence.md",
          "docs/methods.md",
          "docs/networks.md",
          "docs/onnx.md",
          "docs/quality.md",
          "docs/reliability.md",
          "docs/schedule.md",
          "docs/targets.md",
          "docs/tour.md");

  /** All others that print commands, and who runs them or the like of them. */
  private static final Map<String, String> BY_OTHERS =
      Map.ofEntries(
          Map.entry("README.md", "theFirstPageRuns"),
          Map.entry("docs/ablation.md", "AblationPageTest, SweepTest"),
          Map.entry("docs/data.md", "DataPageTest, SequencesTest, TablesTest"),
          Map.entry("docs/lab.md", "ExperimentsTest"),
          Map.entry(
              "docs/notes/ablation-notebook.md",
              "nobody: they take hours, PrintedSettingsTest reads them"),
          Map.entry("docs/own-model.md", "BringYourModelTest"),
          Map.entry("docs/performance.md", "BenchInferenceTest, CommandsTest"),
          Map.entry("docs/pictures.md", "DataPageTest"),
          Map.entry("docs/results.md", "ReproduceTest"),
          Map.entry(
              "docs/scale.md",
              "SparkSubmissionTest, SparkTasksTest, .ci/spark, SweepTest, PrintedSettingsTest"),
          Map.entry("docs/trained.md", "TrainedWeightsTest"));

  @TempDir private Path folder;

  private final Set<String> made = new HashSet<>();

  /** So few that they end soon, so many that there are some to fine-tune in. */
  private int mostEpochs = 6;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  static List<String> here() {
    return HERE;
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("here")
  void everyCommandOfThePageRuns(String page) throws IOException {
    prepare();
    List<String> ran = run(PrintedPage.named(page));
    assertThat(ran).isNotEmpty();
  }

  @Test
  void everyPageWithCommandsIsRunBySomebody() throws IOException {
    List<String> printing = new ArrayList<>();
    for (PrintedPage page : PrintedPage.all()) {
      if (!page.toString().contains("guide")
          && page.commands().stream().anyMatch(command -> !command.startsWith("watch "))) {
        printing.add(page.toString());
      }
    }
    List<String> run = new ArrayList<>(HERE);
    run.addAll(BY_OTHERS.keySet());
    assertThat(printing).containsExactlyInAnyOrderElementsOf(run);
  }

  /** The demo as it is, and the network of PyTorch's with less time. */
  @Tag("long")
  @Test
  void theFirstPageRuns() throws IOException {
    PrintedPage readme = PrintedPage.named("README.md");
    List<String> commands = readme.commands();
    assertThat(commands.getFirst()).isEqualTo("demo");
    CommandLineRun demo = CommandLineRun.of("demo", "--out", folder.resolve("demo"));
    assertThat(demo.exitCode()).as(demo.err()).isZero();
    assertThat(folder.resolve("demo/report.html")).content().contains("</html>");
    assertThat(run(readme)).anyMatch(command -> command.startsWith("compress "));
    assertThat(folder.resolve("runs/small/model.onnx")).isRegularFile();
  }

  /** Of the pages above one that takes seconds, so that a plain build tries what they rest on. */
  @Test
  void commandsOfASectionRun() throws IOException {
    mostEpochs = 1;
    prepare();
    PrintedPage tour = PrintedPage.named("docs/tour.md");
    assertThat(run(tour.section("## Train"))).hasSize(1);
    assertThat(run(tour.section("## Prune"))).hasSizeGreaterThan(3);
    assertThat(folder.resolve("runs/first-90.safetensors")).isRegularFile();
  }

  private List<String> run(PrintedPage page) {
    List<String> ran = new ArrayList<>();
    for (String command : page.commands()) {
      if (ELSEWHERE.stream().noneMatch(command::startsWith)) {
        List<String> words = here(PrintedPage.words(command));
        CommandLineRun run = CommandLineRun.of(words.toArray());
        assertThat(run.exitCode())
            .as("%s: %s%n%s%s", page, String.join(" ", words), run.out(), run.err())
            .isIn(words.getFirst().equals("compress") ? List.of(0, 3) : List.of(0));
        ran.add(command);
      }
    }
    return ran;
  }

  /** What pages take for granted: runs of pages before, a picture and rows. */
  private void prepare() throws IOException {
    Files.createDirectories(folder.resolve("runs"));
    BufferedImage drawing = new BufferedImage(40, 40, BufferedImage.TYPE_BYTE_GRAY);
    assertThat(ImageIO.write(drawing, "png", folder.resolve("drawing.png").toFile())).isTrue();
    String row = IntStream.range(0, 784).mapToObj(i -> "7").collect(Collectors.joining(","));
    Files.writeString(folder.resolve("rows.csv"), row + "\n");
    made.addAll(List.of("drawing.png", "rows.csv", "predictions.jsonl"));
  }

  /** The run that a page speaks of without having made it. */
  private String known(String run) {
    Path there = folder.resolve(run);
    if (!Files.exists(there)) {
      CommandLineRun trained =
          CommandLineRun.of(
              "train",
              "--data",
              CLOTHES,
              "--arch",
              "mlp:784-20-10",
              "--method",
              "sparse-vd",
              "--epochs",
              2,
              "--threads",
              1,
              "--out",
              there);
      assertThat(trained.exitCode()).as(trained.err()).isZero();
    }
    return there.toString();
  }

  private List<String> here(List<String> printed) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < printed.size(); i++) {
      String word = printed.get(i);
      String before = i == 0 ? "" : printed.get(i - 1);
      if (before.equals("--epochs")) {
        words.add(String.valueOf(Math.min(mostEpochs, Integer.parseInt(word))));
      } else if (before.equals("--out")) {
        made.add(word);
        words.add(folder.resolve(word).toString());
      } else if (made.contains(word)) {
        words.add(folder.resolve(word).toString());
      } else if (word.matches("runs/[a-z-]+") && !before.startsWith("--")) {
        words.add(known(word));
      } else if (before.equals("--init-from") || before.equals("--teacher")) {
        words.add(word.startsWith("runs/") ? known(word) : placed(word));
      } else {
        words.add(placed(word));
      }
    }
    if (printed.getFirst().equals("train") && !printed.contains("--print-spec")) {
      if (!printed.contains("--epochs") && !printed.contains("--resume")) {
        words.addAll(List.of("--epochs", "2"));
      }
    }
    return words;
  }

  private static String placed(String word) {
    String placed = PLACES.getOrDefault(word, word);
    return OF_THE_REPOSITORY.contains(placed.replaceFirst("/.*", ""))
        ? SourceTree.root().resolve(placed).toString()
        : placed;
  }
}
