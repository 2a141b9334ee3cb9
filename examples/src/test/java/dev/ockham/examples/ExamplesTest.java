package dev.ockham.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.FittedSizes;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.UnitsLeft;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs every example as its reader would, and checks what it says. */
@Isolated
class ExamplesTest {

  /** An ankle boot. One network in five errs, and which pictures depends on last bits. */
  private static final Pattern FIRST_PICTURE =
      Pattern.compile("the first picture: (Ankle boot|Sandal|Sneaker)");

  private static final Pattern LEFT = Pattern.compile("(\\d+) of (\\d+) weights");
  private static final Pattern ERROR = Pattern.compile("test error (?:is )?([0-9.]+) %");

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("ockham.root"), "set by the build"));

  @TempDir private Path folder;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream out = System.out;
  private final Locale locale = Locale.getDefault();

  @BeforeEach
  void listen() {
    Locale.setDefault(Locale.ROOT);
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void repeat() {
    Locale.setDefault(locale);
    System.setOut(out);
    out.print(said.toString(StandardCharsets.UTF_8));
  }

  @Tag("long")
  @Test
  void aNetworkBecomesBayesianAndSmall() throws Exception {
    MakeItBayesian.main(new String[] {folder.resolve("run").toString()});
    assertThat(number(LEFT, 1)).isLessThan(0.1 * number(LEFT, 2));
    assertThat(number(ERROR, 1)).isLessThan(20);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("the first test picture: Ankle boot");
    assertThat(ModelFile.load(folder.resolve("run/small.safetensors")).model().nonZeroWeights())
        .isEqualTo((long) number(LEFT, 1));
  }

  /** What the README says that its twelve lines print. */
  @Tag("long")
  @Test
  void theTwelveLinesRun() throws Exception {
    FirstNetwork.main(new String[] {folder.resolve("run").toString()});
    assertThat(said.toString(StandardCharsets.UTF_8)).containsPattern("Ankle boot, \\d+ % sure");
    assertThat(folder.resolve("run/small.safetensors")).isRegularFile();
  }

  @Tag("long")
  @Test
  void thePlantedMeasurementsAreFound() throws Exception {
    OwnArrays.main(new String[] {folder.resolve("run").toString()});
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("reads measurements [3, 14, 27];");
    assertThat(number(ERROR, 1)).as("5.2 % is what the noise of the labels leaves").isLessThan(7);
  }

  @Tag("long")
  @Test
  void theChosenNetworkIsNearTheDenseOne() throws Exception {
    ChooseThreshold.main(new String[] {folder.toString()});
    assertThat(number(LEFT, 1)).isLessThan(0.2 * number(LEFT, 2));
    double dense = number(Pattern.compile("dense ([0-9.]+) %"), 1);
    assertThat(number(ERROR, 1)).isLessThan(dense + 3);
    assertThat(folder.resolve("chosen.safetensors")).exists();
  }

  @Tag("long")
  @Test
  void aResidualNetworkGoesAllTheWay() throws Exception {
    ResidualNetwork.main(new String[] {folder.toString()});
    goesAllTheWay(Dataset.named("fashion-mnist-mini"), listed("residual"), 0.15, 28);
    assertThat(said.toString(StandardCharsets.UTF_8)).containsPattern(FIRST_PICTURE);
  }

  @Tag("long")
  @Test
  void aDepthwiseNetworkGoesAllTheWay() throws Exception {
    DepthwiseNetwork.main(new String[] {folder.toString()});
    goesAllTheWay(Dataset.named("fashion-mnist-mini"), listed("depthwise"), 0.25, 28);
    assertThat(said.toString(StandardCharsets.UTF_8)).containsPattern(FIRST_PICTURE);
  }

  @Tag("long")
  @Test
  void aNetworkOfAttentionGoesAllTheWay() throws Exception {
    AttentionNetwork.main(new String[] {folder.toString()});
    goesAllTheWay(Dataset.named("fashion-mnist-mini"), listed("attention"), 0.25, 28);
    assertThat(said.toString(StandardCharsets.UTF_8)).containsPattern(FIRST_PICTURE);
  }

  /** ExampleNetworksTest has it in the plain build. */
  @Tag("long")
  @Test
  void aRecurrentNetworkGoesAllTheWay() throws Exception {
    RecurrentNetwork.main(new String[] {folder.toString()});
    Dataset meals = Dataset.named("meals");
    String name = FittedSizes.of("lstm-classifier:width=24,hidden=24", true, meals);
    goesAllTheWay(meals, Architectures.parse(name), 0.1, 10);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("\"The soup was not good.\" is a complaint");
  }

  /**
   * What a program left in its folder: it learnt, lost weights and units, and the file gives what
   * libtorch measured in training.
   *
   * @param onTheCommandLine the network of docs/networks.md, which is the same
   * @param most fraction of the weights that may be left
   * @param worst error in percent
   */
  private void goesAllTheWay(Dataset data, Architecture onTheCommandLine, double most, double worst)
      throws Exception {
    TrainedRun dense = TrainedRun.read(folder.resolve("dense"));
    TrainedRun run = TrainedRun.read(folder.resolve("sparse"));
    Architecture network = run.snapshot().architecture();
    List<EpochMetrics> learnt = MetricsLog.read(dense.folder().metrics(), network);
    assertThat(learnt.getLast().nll()).isLessThan(0.8 * learnt.getFirst().nll());

    List<EpochMetrics> epochs = MetricsLog.read(run.folder().metrics(), network);
    assertThat(units(epochs.getLast())).as("while it trains").isLessThan(units(epochs.getFirst()));

    Path file = folder.resolve("small.safetensors");
    Model small = ModelFile.load(file).model();
    assertThat(small.nonZeroWeights()).isLessThanOrEqualTo((long) (most * network.weights()));
    assertThat(small.graph().multiplyAdds())
        .isLessThan((long) (0.9 * network.graph().multiplyAdds()));
    UnitsLeft units = UnitsLeft.of(network.graph(), small);
    assertThat(sum(units.after())).as("in the file").isLessThan(sum(units.before()));
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(
            "%s of %s weights are left, %s, in"
                .formatted(small.nonZeroWeights(), network.weights(), units.line()));
    assertThat(small.graph().weights()).as("of units that are gone").isLessThan(network.weights());

    Examples validation =
        InputOrder.arranged(
                new Dataset(
                    data.name(),
                    data.outputs(),
                    data.rules(),
                    run.validation(data),
                    data.test(),
                    data.contentHash(),
                    data.origin()),
                network.graph())
            .train();
    assertThat(Evaluator.classify(small, validation).nll())
        .as("Java on the file, libtorch on what is left of the live network")
        .isCloseTo((Double) run.record().last().get("pruned_validation_nll"), within(1e-4));
    assertThat(number(ERROR, 1)).isLessThan(worst);
    assertThat(network.graph()).isEqualTo(onTheCommandLine.graph());
  }

  private static Architecture listed(String name) throws IOException {
    return NetworkSource.read(ROOT.resolve("examples/networks/" + name + ".json").toString());
  }

  private static int sum(List<Integer> numbers) {
    return numbers.stream().mapToInt(number -> number).sum();
  }

  private static int units(EpochMetrics epoch) {
    return epoch.layers().stream().mapToInt(EpochMetrics.LayerCount::liveUnits).sum();
  }

  private double number(Pattern pattern, int group) {
    Matcher matcher = pattern.matcher(said.toString(StandardCharsets.UTF_8));
    assertThat(matcher.find()).as("%s in: %s", pattern, said).isTrue();
    return Double.parseDouble(matcher.group(group));
  }
}
