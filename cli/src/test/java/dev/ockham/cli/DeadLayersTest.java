package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.method.Method;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Networks of which nothing is left, by every method that prunes: what they say of every image is
 * the same, and every command says so and no more.
 */
class DeadLayersTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> ARCHITECTURES =
      List.of(
          "mlp:784-8-6-10", "net:1x28x28-conv4x5-relu-pool2-conv3x5-relu-pool2-flatten-dense10");

  /** One that removes weights, one that removes units, and one whose gates look at examples. */
  private static final List<Method> SOME =
      List.of(Method.SPARSE_VD, Method.SBP, Method.DEPENDENT_BETA_BERNOULLI);

  @TempDir static Path folder;

  @BeforeAll
  static void makeData() throws IOException {
    TinyRuns.data(folder.resolve("data"));
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  /** Each of {@link #SOME} with one network, in turn; or all that is left. */
  private static Stream<Arguments> networks(boolean some) {
    return Method.all().stream()
        .filter(Method::prunes)
        .flatMap(method ->
            ARCHITECTURES.stream()
                .filter(arch -> isOneOfSome(method, arch) == some)
                .map(arch -> Arguments.of(method, arch)));
  }

  private static boolean isOneOfSome(Method method, String architecture) {
    int place = SOME.indexOf(method);
    return place >= 0 && ARCHITECTURES.indexOf(architecture) == (place + 1) % 2;
  }

  static Stream<Arguments> someNetworks() {
    return networks(true);
  }

  static Stream<Arguments> otherNetworks() {
    return networks(false);
  }

  @ParameterizedTest
  @MethodSource("someNetworks")
  void everyCommandTakesThem(Method method, String architecture) throws IOException {
    goThroughEveryCommand(method, architecture);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("otherNetworks")
  void everyCommandTakesThoseOfOtherMethods(Method method, String architecture) throws IOException {
    goThroughEveryCommand(method, architecture);
  }

  private void goThroughEveryCommand(Method method, String architecture) throws IOException {
    Path run = folder.resolve(method.name() + ARCHITECTURES.indexOf(architecture));
    CommandLineRun trained =
        TinyRuns.train(
            folder.resolve("data"),
            run,
            "--method",
            method.name(),
            "--threshold",
            "-1000",
            "--set",
            "architecture=" + architecture);
    assertThat(trained.err()).contains("no path through layer", "all gone");
    Path model = run.resolve("model.safetensors");
    assertThat(model).isRegularFile();
    assertThat(run.resolve("report.html")).content().contains("No weight is left");

    for (Path subject : List.of(run, model)) {
      JsonNode measured = JSON.readTree(output("evaluate", subject, "--threads", 1));
      assertThat(measured.get("nonzero_weights").asLong()).isZero();
      assertThat(measured.get("error_percent").asDouble()).isEqualTo(90);
      assertThat(measured.get("layers")).hasSize(3);
      assertThat(measured.get("compression").isNull()).isTrue();
    }

    Path pruned = folder.resolve(run.getFileName() + ".safetensors");
    JsonNode left = JSON.readTree(output("prune", run, "--out", pruned));
    assertThat(left.get("nonzero_weights").asLong()).isZero();
    // Gates that look at the example are nodes of the file: more text than this network has
    // numbers.
    double least = method.equals(Method.DEPENDENT_BETA_BERNOULLI) ? 0.75 : 1;
    assertThat(left.get("file_ratio").asDouble()).isGreaterThan(least);

    List<String> classes =
        output("predict", pruned, "--input", folder.resolve("data/t10k-images-idx3-ubyte"))
            .lines()
            .map(line -> JSON.readTree(line).get("class").asString())
            .distinct()
            .toList();
    assertThat(classes).hasSize(1);

    output("report", run);
  }

  private static String output(Object... arguments) {
    Object[] all = Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray();
    CommandLineRun done = CommandLineRun.of(all);
    assertThat(done.exitCode()).as(done.err()).isZero();
    return done.out();
  }
}
