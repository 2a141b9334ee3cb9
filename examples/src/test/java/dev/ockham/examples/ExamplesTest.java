package dev.ockham.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.file.ModelFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
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

  private static final Pattern LEFT = Pattern.compile("(\\d+) of (\\d+) weights");
  private static final Pattern ERROR = Pattern.compile("test error (?:is )?([0-9.]+) %");

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
  void aNetworkWithBranchesIsPruned() throws Exception {
    ResidualNetwork.main(new String[] {folder.resolve("run").toString()});
    assertThat(number(LEFT, 1)).isLessThan(0.5 * number(LEFT, 2));
    assertThat(number(ERROR, 1)).isLessThan(22);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("the first picture: Ankle boot");
  }

  @Tag("long")
  @Test
  void theLastOfTwoWordsIsFound() throws Exception {
    SequenceClassifier.main(new String[] {folder.resolve("run").toString()});
    assertThat(number(LEFT, 1)).isLessThan(0.5 * number(LEFT, 2));
    assertThat(number(ERROR, 1)).isLessThan(5);
  }

  private double number(Pattern pattern, int group) {
    Matcher matcher = pattern.matcher(said.toString(StandardCharsets.UTF_8));
    assertThat(matcher.find()).as("%s in: %s", pattern, said).isTrue();
    return Double.parseDouble(matcher.group(group));
  }
}
