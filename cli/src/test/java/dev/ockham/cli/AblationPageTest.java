package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.cli.reproduce.AblationPage;
import dev.ockham.core.run.RunException;
import dev.ockham.core.sweep.SweepSpec;
import dev.ockham.core.sweep.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tables of docs/ablation.md, and the sweeps that their numbers are of. */
class AblationPageTest {

  private static final Path ROOT = SourceTree.root();
  private static final Path RESULTS = ROOT.resolve("results/ablation");
  private static final JsonMapper JSON = new JsonMapper();

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(RESULTS)) {
      return files.sorted().toList();
    }
  }

  @Test
  void thePageIsMadeOfTheResults() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/ablation.md"));
    AblationPage made = AblationPage.read(RESULTS);
    assertThat(made.sweeps()).isNotEmpty();
    assertThat(made.in(page)).isEqualTo(page);
  }

  /** Whoever repeats the sweep of that name trains what the file has numbers of. */
  @ParameterizedTest
  @MethodSource("files")
  void theRunsAreThoseOfTheSweep(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
    List<Trial> trials =
        SweepSpec.read(ROOT.resolve("recipes/ablation").resolve(name + ".yaml")).trials();
    JsonNode sweep = JSON.readTree(Files.readString(file));
    assertThat(sweep.path("command").asString()).contains("recipes/ablation/" + name + ".yaml");
    List<JsonNode> runs =
        sweep
            .path("rounds")
            .path(0)
            .valueStream()
            .sorted(Comparator.comparing(run -> run.path("trial").asString()))
            .toList();
    assertThat(runs)
        .extracting(run -> run.path("trial").asString())
        .isEqualTo(trials.stream().map(Trial::name).toList());
    for (int i = 0; i < trials.size(); i++) {
      Trial trial = trials.get(i);
      assertThat(runs.get(i).path("change").asString()).isEqualTo(trial.change());
      Map<String, String> settings =
          JSON.convertValue(
              runs.get(i).path("settings"), new TypeReference<Map<String, String>>() {});
      assertThat(settings).isEqualTo(trial.settings());
      assertThat(trial.spec().data().validation()).as("no test image is read").isPositive();
    }
  }

  @Test
  void whatIsApartFromAllUnchangedRunsIsBold() throws RunException {
    String tables =
        new AblationPage(
                List.of(
                    json(
                        """
                        {"command":"ockham sweep a.yaml --out a --processes 1",
                         "machine":{"processor":"abacus","cores":3,"threads":1,"processes":2},
                         "software":[{"java":"25","libtorch":"2","commit":"abc"}],
                         "rounds":[[%s,%s,%s,%s,%s,%s]]}
                        """
                            .formatted(
                                run(4, "less", 2.5, 0.07, 80),
                                run(3, "less", 1.9, 0.09, 90),
                                run(2, "", 2, 0.08, 110),
                                run(1, "", 3, 0.1, 100),
                                run(5, "none", 2, 0.08, 105),
                                """
                                {"trial":"trial-06","change":"none","epochs":7,
                                 "status":"collapsed","error_percent":null,"seconds":1}
                                """))))
            .tables();
    assertThat(tables)
        .containsSubsequence(
            "./ockham sweep a.yaml --out a --processes 1",
            "| nothing | 3.00, 2.00 | 2.50 % | 0.090 | 105.0× |\n",
            "| less | 1.90, 2.50 | 2.20 % | 0.080 | **85.0×** |\n",
            "| none | 2.00, collapsed | — | — | — |\n",
            "\n6 runs of 7 epochs, 2.5 minutes all together; 1 thread(s) each, 2 at once, on"
                + " abacus with 3 cores; Java 25, libtorch 2, commit abc.\n");
  }

  @Test
  void thereMayBeNoSweepButMustBeAPlace() throws IOException {
    AblationPage none = AblationPage.read(ROOT.resolve("results/no-such-folder"));
    assertThat(none.tables()).contains("Nothing was measured yet.");
    assertThatThrownBy(() -> none.in("# A page\n"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("docs/ablation.md has no lines '<!-- made by");
  }

  private static String run(int trial, String change, double error, double nll, double times) {
    return """
    {"trial":"trial-0%s","change":"%s","epochs":7,"status":"finished","error_percent":%s,\
    "nll":%s,"compression":%s,"seconds":%s}\
    """
        .formatted(trial, change, error, nll, times, 30);
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }
}
