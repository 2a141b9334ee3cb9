package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How sure {@code predict} and {@code evaluate} say that classes, labels and numbers are. */
class UncertainPredictionsTest {

  private static final int ROWS = 400;

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(folder.resolve("t.csv"), table());
    train("price", "kind,red,big", "net:2-dense8-relu-dense1", "numbers");
    train("kind", "price,red,big", "net:2-dense8-bn-relu-dense2", "classes");
    train("red,big", "price,kind", "net:2-dense8-relu-dense2", "labels");
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private static String table() {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder text = new StringBuilder("a,b,price,kind,red,big\n");
    for (int i = 0; i < ROWS; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,%.3f,%s,%d,%d%n",
              a,
              b,
              100 + 20 * a - 10 * b + 5 * random.nextGaussian(),
              a + b + 0.3 * random.nextGaussian() > 0 ? "north" : "south",
              a > 0 ? 1 : 0,
              b > 0.5 ? 1 : 0));
    }
    return text.toString();
  }

  private static void train(String label, String drop, String arch, String run) {
    json(
        "train",
        "--data",
        folder.resolve("t.csv"),
        "--label",
        label,
        "--drop",
        drop,
        "--arch",
        arch,
        "--method",
        "sparse-vd",
        "--epochs",
        12,
        "--threads",
        1,
        "--lr",
        "0.02",
        "--batch",
        20,
        "--out",
        folder.resolve(run),
        "--json");
  }

  private static List<String> predict(String model, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("predict", folder.resolve(model), "--input", folder.resolve("t.csv")));
    arguments.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out().lines().toList();
  }

  private static String refused(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.out()).isEmpty();
    return run.err();
  }

  private static double[] cells(String line) {
    return Arrays.stream(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private static String kept(String run) {
    Path out = folder.resolve(run + ".kept");
    json("prune", folder.resolve(run), "--keep-variance", "--out", out, "--json");
    return run + ".kept";
  }

  @Test
  void numbersHaveADeviationAndAnInterval() {
    List<String> drawn = predict("numbers", "--samples", 40, "--interval", 90);
    assertThat(drawn.getFirst()).isEqualTo("line,price,price_deviation,price_low,price_high");
    assertThat(drawn).hasSize(ROWS + 1);
    List<String> closed = predict("numbers", "--uncertainty", "moments", "--interval", 90);
    List<String> file = predict(kept("numbers"), "--samples", 40, "--interval", 90);
    List<String> plain = predict("numbers");
    double reach = 1.6448536269514722;
    for (int i = 1; i <= ROWS; i++) {
      double[] row = cells(drawn.get(i));
      assertThat(row[3]).isCloseTo(row[1] - reach * row[2], within(1e-3));
      assertThat(row[4]).isCloseTo(row[1] + reach * row[2], within(1e-3));
      // Three ways to the same posterior; noise is most of the deviation.
      double[] moments = cells(closed.get(i));
      double[] weights = cells(file.get(i));
      assertThat(moments[1]).isCloseTo(row[1], within(0.3 * row[2]));
      assertThat(weights[1]).isCloseTo(row[1], within(0.3 * row[2]));
      assertThat(moments[2]).isCloseTo(row[2], within(0.15 * row[2]));
      assertThat(weights[2]).isCloseTo(row[2], within(0.15 * row[2]));
      assertThat(cells(plain.get(i))[1]).isCloseTo(row[1], within(0.3 * row[2]));
    }
  }

  @Test
  void classesAndLabelsHaveEntropyAndMutualInformation() {
    List<String> drawn = predict("classes", "--samples", 20);
    assertThat(drawn.getFirst())
        .isEqualTo("line,prediction,probability,entropy,mutual_information");
    List<String> moments = predict("classes", "--uncertainty", "moments");
    for (int i = 1; i <= ROWS; i++) {
      String[] row = drawn.get(i).split(",", -1);
      double p = Double.parseDouble(row[2]);
      double entropy = Double.parseDouble(row[3]);
      assertThat(entropy)
          .isCloseTo(-p * Math.log(p) - (1 - p) * Math.log(Math.max(1e-30, 1 - p)), within(1e-4));
      assertThat(Double.parseDouble(row[4])).isBetween(0.0, entropy);
      assertThat(Double.parseDouble(moments.get(i).split(",", -1)[3]))
          .isCloseTo(entropy, within(0.15));
    }
    List<String> labels = predict("labels", "--samples", 20, "--json");
    assertThat(labels.getFirst())
        .matches(
            "\\{\"line\":2,\"probabilities\":\\{\"red\":[^}]*\"big\":[^}]*},"
                + "\"entropy\":\\{\"red\":.*},\"mutual_information\":\\{\"red\":.*}}");
  }

  @Test
  void theBytesDependOnNoThreads() {
    for (Object[] how :
        List.of(new Object[] {"--samples", 7}, new Object[] {"--uncertainty", "moments"})) {
      List<String> one = predict("classes", how[0], how[1], "--threads", 1);
      assertThat(predict("classes", how[0], how[1], "--threads", 3)).isEqualTo(one);
    }
  }

  @Test
  void equalRowsAreAnsweredEquallyWhereverTheyStand() throws IOException {
    Path twice = folder.resolve("twice.csv");
    Files.writeString(twice, "a,b\n0.5,-1\n" + "2,2\n".repeat(700) + "0.5,-1\n");
    CommandLineRun run =
        CommandLineRun.of("predict", folder.resolve("numbers"), "--input", twice, "--samples", 5);
    List<String> lines = run.out().lines().toList();
    assertThat(lines.getLast().replaceFirst("\\d+,", ""))
        .isEqualTo(lines.get(1).replaceFirst("\\d+,", ""));
  }

  @Test
  void whatCannotBeSaidIsSaidInALine() {
    Path plain = folder.resolve("numbers/model.safetensors");
    Path input = folder.resolve("t.csv");
    assertThat(refused("predict", plain, "--input", input, "--uncertainty", "moments"))
        .contains("keeps no variances of its weights")
        .contains("ockham prune RUN --keep-variance --out FILE");
    assertThat(refused("predict", folder.resolve("classes"), "--input", input, "--interval", 90))
        .contains("--interval is for numbers, but the model predicts classes");
    assertThat(refused("predict", folder.resolve("numbers"), "--input", input, "--interval", 100))
        .contains("it must be between 0 and 100 percent");
    assertThat(refused("predict", folder.resolve("numbers"), "--input", input, "--samples", 0))
        .contains("--samples is 0; it must be at least 1");
  }

  @Test
  void evaluateMeasuresNumbersAndLabels() {
    for (String run : new String[] {"numbers", "labels"}) {
      JsonNode result =
          json(
              "evaluate",
              folder.resolve(run),
              "--uncertainty",
              "--samples",
              5,
              "--ood",
              folder.resolve("t.csv"),
              "--json");
      for (String form : new String[] {"dense", "pruned"}) {
        JsonNode measured = result.get("uncertainty").get(form);
        assertThat(measured.get("ood").get("auroc_entropy").asDouble()).isBetween(0.4, 0.6);
        if (run.equals("labels")) {
          assertThat(measured.get("brier").asDouble()).isBetween(0.0, 0.25);
          assertThat(measured.get("reliability")).hasSize(15);
        } else {
          assertThat(measured.get("calibration")).hasSize(19);
          JsonNode price = measured.get("outputs").get(0);
          assertThat(price.get("name").asString()).isEqualTo("price");
          assertThat(price.get("coverage_95").asDouble()).isBetween(0.85, 1.0);
          assertThat(price.get("nll").asDouble())
              .isCloseTo(measured.get("nll").asDouble(), within(1e-12));
        }
      }
      assertThat(result.get("uncertainty").get("pruned").get("nll").asDouble())
          .isCloseTo(result.get("nll").asDouble(), within(1e-9));
    }
  }

  @Test
  void foreignRowsNeedNoLabels() throws IOException {
    Path far = Files.writeString(folder.resolve("far.csv"), "b,a\n" + "0.01,-0.01\n".repeat(40));
    Path other = Files.writeString(folder.resolve("other.csv"), "a,b,kind\n0.1,0.1,east\n");
    for (Path foreign : List.of(far, other)) {
      JsonNode found =
          json("evaluate", folder.resolve("classes"), "--samples", 3, "--ood", foreign, "--json");
      assertThat(found.get("uncertainty").get("dense").get("ood").get("auroc_entropy").asDouble())
          .isGreaterThan(0.6);
    }
    String wrong =
        refused("evaluate", folder.resolve("classes"), "--ood", folder.resolve("t2.csv"));
    assertThat(wrong).contains("t2.csv: there is no such file");
  }

  @Test
  void aFileThatKeptVariancesIsDrawnFrom() {
    Path kept = folder.resolve(kept("numbers"));
    JsonNode measured =
        json("evaluate", kept, "--data", folder.resolve("t.csv"), "--uncertainty", "--json")
            .get("uncertainty")
            .get("model");
    assertThat(measured.get("outputs").get(0).get("model").asDouble()).isPositive();
    JsonNode mean =
        json(
                "evaluate",
                folder.resolve("numbers/model.safetensors"),
                "--data",
                folder.resolve("t.csv"),
                "--uncertainty",
                "--json")
            .get("uncertainty")
            .get("model");
    assertThat(mean.get("outputs").get(0).get("model").asDouble()).isZero();
    assertThat(measured.get("nll").asDouble()).isCloseTo(mean.get("nll").asDouble(), within(0.2));
  }

  @Test
  void numbersAndTheirNoiseGoThroughOnnx() throws IOException {
    Path onnx = folder.resolve("numbers.onnx");
    Path back = folder.resolve("back.safetensors");
    JsonNode exported = json("export", folder.resolve("numbers"), "--out", onnx, "--json");
    assertThat(exported.get("checked").asBoolean()).isTrue();
    json("import", onnx, "--out", back, "--json");
    var before = ModelFile.load(folder.resolve("numbers/model.safetensors")).model();
    var after = ModelFile.load(back).model();
    assertThat(after.graph().outputs()).hasSize(2);
    float[] rows = {0.5f, -1, 2, 0.25f, -3, 1};
    List<float[]> expected = outputs(before, rows);
    List<float[]> found = outputs(after, rows);
    for (int k = 0; k < 2; k++) {
      assertThat(found.get(k)).containsExactly(expected.get(k), within(1e-4f));
    }
  }

  private static List<float[]> outputs(Model model, float[] rows) {
    Map<String, float[]> given =
        Plan.of(model).run(Map.of(model.graph().inputs().getFirst().name(), rows), 3, 1);
    return model.graph().outputs().stream().map(given::get).toList();
  }

  @Test
  void arraysAreReadAsTheTableIs() throws IOException {
    float[] values = {0.5f, -1, 2, 0.25f};
    Path npy = folder.resolve("x.npy");
    Files.write(npy, npy("<f4", "(2, 2)", bytes(values)));
    Path npz = folder.resolve("x.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(npz))) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      zip.write(npy("<f4", "(2, 2)", bytes(values)));
      zip.putNextEntry(new ZipEntry("y.npy"));
      zip.write(npy("<f4", "(1,)", bytes(new float[1])));
    }
    // A model without rules of a table takes rows of numbers as they are.
    Path bare = folder.resolve("bare.safetensors");
    ModelFile file = ModelFile.load(folder.resolve("numbers/model.safetensors"));
    ModelFile.of(file.model(), Map.of()).save(bare);
    CommandLineRun fromNpy = CommandLineRun.of("predict", bare, "--input", npy);
    assertThat(fromNpy.err()).isEmpty();
    List<String> lines = fromNpy.out().lines().toList();
    assertThat(lines.getFirst()).isEqualTo("index,output 1");
    List<float[]> expected = outputs(file.model(), new float[] {0.5f, -1, 2, 0.25f, 0, 0});
    for (int i = 0; i < 2; i++) {
      assertThat(lines.get(i + 1)).isEqualTo(i + "," + expected.getFirst()[i]);
    }
    assertThat(CommandLineRun.of("predict", bare, "--input", npz).out()).isEqualTo(fromNpy.out());
    Files.write(npy, npy("<f4", "(1, 4)", bytes(values)));
    assertThat(refused("predict", bare, "--input", npy))
        .contains("is of shape [1, 4], but the model takes");
    Files.write(npy, npy("<f4", "(2, 2)", bytes(new float[] {1, 2, Float.NaN, 3})));
    assertThat(refused("predict", bare, "--input", npy))
        .contains("example 1, number 0 is NaN, not a finite number of 32 bits");
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static byte[] npy(String kind, String shape, byte[] numbers) {
    byte[] text =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n"
            .formatted(kind, shape)
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(10 + text.length + numbers.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) text.length)
        .put(text)
        .put(numbers)
        .array();
  }
}
