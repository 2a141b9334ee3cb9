package dev.ockham.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.data.Images;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportPageTest {

  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  @TempDir Path root;

  private static String page(RunFolder... folders) throws IOException {
    List<ReportedRun> runs = new ArrayList<>();
    for (RunFolder folder : folders) {
      runs.add(ReportedRun.read(String.valueOf(folder.root().getFileName()), folder));
    }
    return ReportPage.html(runs);
  }

  private static JsonNode data(String page) {
    Matcher found = DATA.matcher(page);
    assertThat(found.find()).isTrue();
    return new JsonMapper().readTree(found.group(1));
  }

  private static List<String> charts(String page) {
    return data(page).get("charts").findValuesAsString("id");
  }

  @Test
  void aFinishedRunShowsCurvesHistogramsPicturesAndThreeNetworks() throws IOException {
    String page = page(SampleRuns.finished(root.resolve("a"), "lenet-300-100", "sparse-vd"));
    assertThat(charts(page))
        .containsExactly(
            "nll",
            "error",
            "kl",
            "beta",
            "sparsity",
            "compression",
            "seconds",
            "learning-rate",
            "run0-log-alpha-dense1",
            "run0-log-alpha-dense2",
            "run0-log-alpha-dense3");
    JsonNode histogram = data(page).get("charts").get(8);
    long counted = 0;
    for (JsonNode count : histogram.get("counts")) {
      counted += count.asLong();
    }
    assertThat(counted).isEqualTo(784 * 300);
    assertThat(page.split("<span class=\"unit\">", -1)).hasSize(1 + 48);
    assertThat(page)
        .containsPattern("<th scope=\"row\">dense</th><td>3.00 %</td>.*<td>266,200</td><td>1.0×")
        .containsPattern("<th scope=\"row\">masked</th><td>4.00 %</td>")
        .containsPattern("<th scope=\"row\">pruned</th><td>5.00 %</td>")
        .contains("finished", "pixels feed at least one connection");
  }

  @Test
  void whatARunSaysOfItselfIsTextAndNothingElse() throws IOException {
    RunFolder folder = SampleRuns.finished(root.resolve("a"), "mlp:784-5-10", "sparse-vd");
    String title = "</title><script>alert(1)</script>\"'&";
    String page = ReportPage.html(List.of(ReportedRun.read(title, folder), run(folder)));
    assertThat(page).doesNotContain("alert(1)</script>").doesNotContain("alert('& gone')");
    assertThat(page).contains("&lt;/script&gt;&lt;script&gt;alert(&#39;&amp; gone&#39;)");
    assertThat(page.split("</script>", -1)).hasSize(1 + 3);
    assertThat(data(page).get("charts").get(0).get("series").get(0).get("label").asString())
        .startsWith(title);
  }

  private static ReportedRun run(RunFolder folder) throws IOException {
    return ReportedRun.read("other", folder);
  }

  @Test
  void needsNoNetworkAndRepeatsByteForByte() throws IOException {
    RunFolder folder = SampleRuns.finished(root.resolve("a"), "lenet-5-caffe", "sparse-vd");
    String page = page(folder);
    assertThat(page(folder)).isEqualTo(page);
    assertThat(page).doesNotContain("sourceMappingURL").doesNotContain("<link rel=\"stylesheet\"");
    assertThat(page).doesNotContainPattern("(src|href)=\"(?!data:)");
    assertThat(page).contains(ReportPage.GENERATOR, "Filters of conv1", "Filters of conv2");
    assertThat(page).contains("Permission is hereby granted");
    assertThat(page.indexOf(ReportPage.GENERATOR)).isLessThan(200);
  }

  @Test
  void batchNormsAreNoLayersThatPruningShrinks() throws IOException {
    String architecture = "net:1x28x28-conv4x5-bn-relu-pool2-flatten-dense6-bn-relu-dense10";
    String page = page(SampleRuns.finished(root.resolve("a"), architecture, "sparse-vd"));
    assertThat(page)
        .contains("<td>conv1</td>", "<td>dense1</td>", "Filters of conv1", architecture);
    assertThat(page).doesNotContain("<td>bn1</td>");
  }

  @Test
  void wordsAndRecurrentWeightsHaveRowsAndHistogramsButNoPictures() throws IOException {
    String page =
        page(
            SampleRuns.finished(
                root.resolve("a"),
                "lstm-classifier:vocab=40,steps=5,width=6,hidden=4,classes=3",
                "sparse-vd"));
    assertThat(charts(page))
        .contains(
            "run0-log-alpha-embed1",
            "run0-log-alpha-lstm1.weight_ih",
            "run0-log-alpha-lstm1.weight_hh",
            "run0-log-alpha-dense1");
    assertThat(page)
        .containsPattern("<td>embed1</td><td>40×6</td><td>240</td>.*<td>\\d+ of 40</td>")
        .containsPattern("<td>lstm1.weight_hh</td><td>16×4</td><td>64</td>.*<td>[0-4] of 4</td>")
        .containsPattern("<td>embed1</td><td>words</td><td>\\d+ of 40</td>")
        .containsPattern("<td>lstm1</td><td>neurons</td><td>[0-4] of 4</td>")
        .contains("The input is no image")
        .doesNotContain("class=\"pixels\"");
    assertThat(page.split("<td>lstm1</td>", -1)).as("one row of units per node").hasSize(2);
  }

  @Test
  void filtersAreDrawnAsTheyAreAndDepthwiseOnesAreNot() throws IOException {
    String page = page(SampleRuns.finished(root.resolve("a"), "ds-cnn", "sparse-vd"));
    assertThat(page)
        .contains("Filters of conv1", "the 10×4 weights that slide over the image")
        .contains("Filters of layer1.pointwise", "of 490 pixels feed at least one connection")
        .contains("<td>layer1.depthwise</td><td>64×1×3×3</td>")
        .doesNotContain("Filters of layer1.depthwise");
  }

  @Test
  void pixelsThatAPoolReadsFirstAreNotCounted() throws IOException {
    String architecture = "net:1x28x28-pool2-conv2x5-relu-flatten-dense10";
    String page = page(SampleRuns.finished(root.resolve("a"), architecture, "sparse-vd"));
    assertThat(page)
        .contains("Filters of conv1", "Not counted: what reads the pixels first")
        .doesNotContain("class=\"map\"");
  }

  @Test
  void kernelsOverTimeHaveRowsButNoPictures() throws IOException {
    String architecture = "net:2x30-conv3x5-relu-flatten-dense4";
    String page = page(SampleRuns.finished(root.resolve("a"), architecture, "sparse-vd"));
    assertThat(page)
        .contains("<td>conv1</td><td>3×2×5</td><td>30</td>", "<td>conv1</td><td>channels</td>")
        .contains("The input is no image")
        .doesNotContain("class=\"pixels\"");
  }

  /** α is learnt, but held at 1 where nothing would go yet. */
  @Test
  void whatLearnsAlphaWithoutPruningShowsItAndRemovesNothing() throws IOException {
    String page = page(SampleRuns.finished(root.resolve("a"), "mlp:784-20-10", "vd-b"));
    assertThat(charts(page))
        .contains("kl", "beta", "run0-log-alpha-dense1", "run0-log-alpha-dense2");
    assertThat(page)
        .contains("none goes, for this method holds α at or below 1", "and stay.")
        .contains("This method removes no weights")
        .doesNotContain("and go.");
  }

  @Test
  void aDenseRunSaysWhatItDoesNotHave() throws IOException {
    String page = page(SampleRuns.finished(root.resolve("a"), "mlp:784-20-10", "none"));
    assertThat(charts(page)).containsExactly("nll", "error", "seconds", "learning-rate");
    assertThat(page)
        .contains(
            "learns of no weight how noisy it is", "so no KL", "This method removes no weights")
        .contains("No weight was removed")
        .doesNotContain("<th scope=\"row\">masked</th>");
  }

  @Test
  void aRunThatHasOnlyBegunSaysSo() throws IOException {
    String page = page(SampleRuns.begun(root.resolve("a"), "lenet-300-100", "sparse-vd"));
    assertThat(charts(page)).isEmpty();
    assertThat(page).doesNotContain("<canvas");
    assertThat(page).contains("No epoch has ended yet.", "There is no checkpoint yet", "0 of 4");
  }

  @Test
  void anUnfinishedRunHasSizesButNoErrorOfItsPrunedNetwork() throws IOException {
    RunFolder folder = SampleRuns.begun(root.resolve("a"), "lenet-300-100", "sparse-vd");
    SampleRuns.epochs(folder, 2);
    SampleRuns.checkpoint(folder);
    assertThat(page(folder))
        .containsPattern("<th scope=\"row\">dense</th><td>2.50 %</td>")
        .containsPattern("<th scope=\"row\">masked</th><td>3.50 %</td>")
        .containsPattern("<th scope=\"row\">pruned</th><td>–</td><td>–</td><td>2\\d,\\d{3}</td>");
  }

  @Test
  void severalRunsShareChartsAndListWhatDiffers() throws IOException {
    String page =
        page(
            SampleRuns.finished(root.resolve("dense"), "mlp:784-20-10", "none"),
            SampleRuns.finished(root.resolve("sparse"), "mlp:784-20-10", "sparse-vd"));
    JsonNode error = data(page).get("charts").get(2);
    assertThat(error.get("series").findValuesAsString("label"))
        .containsExactly("dense, all weights", "sparse, all weights", "sparse, pruned");
    assertThat(page)
        .containsPattern("<code>method.name</code></th><td>none</td><td>sparse-vd</td>")
        .doesNotContainPattern("<code>training.seed</code></th><td>");
    assertThat(charts(page)).doesNotHaveDuplicates().contains("run1-log-alpha-dense1");
  }

  @Test
  void otherImagesReplaceTheRecordedNumbers() throws IOException {
    RunFolder folder = SampleRuns.finished(root.resolve("a"), "mlp:4-10", "sparse-vd");
    Images images = Images.copyOf(1, 2, 2, new byte[12], new byte[] {1, 2, 3});
    ReportedRun measured = run(folder).measuredOn(new Judge.Labels(), List.of(), "test", images, 1);
    assertThat(ReportPage.html(List.of(measured))).contains("(3 test examples)");
  }

  @Test
  void whatPruningHurtMostIsNamed() throws IOException {
    RunFolder folder = SampleRuns.finished(root.resolve("a"), "mlp:4-10", "sparse-vd");
    assertThat(page(folder)).doesNotContain("<h2>Quality</h2>");
    SampleQuality.ofClasses(3).write(folder, null);
    String page = page(folder);
    assertThat(page)
        .containsPattern("Hurt most by pruning: <b>class 1</b> \\(F1 −0\\.\\d{4}\\), ")
        .contains("<th scope=\"row\">cats &amp; dogs</th>")
        .contains("Class by class, pruned beside dense")
        .contains("Over all (600 validation examples)");
    assertThat(charts(page)).contains("run0-reliability");
    assertThat(data(page).get("charts").get(0).get("series").findValuesAsString("label"))
        .containsExactlyInAnyOrder("dense", "pruned");
    SampleQuality.ofClasses(30).write(folder, null);
    assertThat(page(folder)).contains("<summary>The other 10</summary>");
  }

  @Test
  void numbersHaveTheirUnitsAndTheirIntervals() throws IOException {
    RunFolder folder = SampleRuns.finished(root.resolve("a"), "mlp:4-10", "sparse-vd");
    SampleQuality.ofNumbers().write(folder, null);
    assertThat(page(folder))
        .containsPattern("Hurt most by pruning: <b>weight</b> \\(RMSE \\+0\\.7\\d*\\)\\.")
        .contains("Number by number, pruned beside dense")
        .contains("Are the intervals as wide as they say?");
    Files.writeString(folder.quality(), "[]");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> run(folder))
        .withMessageStartingWith(folder.quality() + ": is not what a run writes there");
  }

  @Test
  void anInputThatIsNoImageIsNotDrawn() throws IOException {
    String page = page(SampleRuns.finished(root.resolve("a"), "mlp:7-10", "sparse-vd"));
    assertThat(page).contains("The input is no image").doesNotContain("class=\"pixels\"");
  }

  @Test
  void aLineThatAKillCutShortIsLeftOut() throws IOException {
    RunFolder folder = SampleRuns.finished(root.resolve("a"), "mlp:784-5-10", "none");
    Files.writeString(folder.metrics(), "{\"epoch\": 5, \"st", StandardOpenOption.APPEND);
    assertThat(run(folder).epochs()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"epoch\": 5, \"st\n", "null\n", "[]\n", "{\"epoch\": 5}\n", "\n"})
  void aBrokenLineIsNamed(String line) throws IOException {
    RunFolder folder = SampleRuns.finished(root.resolve("a"), "mlp:784-5-10", "none");
    Files.writeString(folder.metrics(), line, StandardOpenOption.APPEND);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> run(folder))
        .withMessageStartingWith(folder.metrics() + ", line 5");
  }
}
