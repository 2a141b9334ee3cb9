package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.table.SampleTables;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.data.AudioEncoder;
import dev.ockham.runtime.data.WaveSound;
import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Prediction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Texts, sounds, tokens and pairs of arrays: trained, pruned, evaluated and predicted. */
class SequencesTest {

  @TempDir private Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  /** Trains a run and writes its pruned model. */
  private Path trained(String data, Object... settings) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("train", "--data", data, "--out", folder.resolve("run"), "--threads", 1));
    arguments.addAll(List.of("--method", "sparse-vd", "--lr", "0.01", "--batch", 20, "--json"));
    arguments.addAll(Arrays.asList(settings));
    assertThat(json(arguments.toArray()).get("status").asString()).isEqualTo("finished");
    Path pruned = folder.resolve("pruned.safetensors");
    json("prune", folder.resolve("run"), "--out", pruned, "--json");
    return pruned;
  }

  private static List<String> lines(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out().lines().toList();
  }

  /** AUROC of a run's entropy against other data. */
  private static double foreign(Path run, Path other) {
    return json("evaluate", run, "--samples", 3, "--ood", other, "--json")
        .get("uncertainty")
        .get("pruned")
        .get("ood")
        .get("auroc_entropy")
        .asDouble();
  }

  private static void refused(String fault, Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> !line.contains("has no test part")).toList())
        .singleElement()
        .asString()
        .contains(fault);
  }

  private Path meals() throws IOException {
    try (InputStream in = SampleTables.class.getResourceAsStream("meals.csv")) {
      return Files.write(folder.resolve("meals.csv"), Objects.requireNonNull(in).readAllBytes());
    }
  }

  @Test
  void recurrentNetworkOfWords() throws IOException {
    Path model =
        trained(
            "meals",
            "--arch",
            "lstm-classifier:width=8,hidden=8",
            "--pretrain-epochs",
            25,
            "--epochs",
            40);
    JsonNode quality = json("evaluate", model, "--data", meals(), "--json");
    assertThat(quality.get("error_percent").asDouble()).isLessThan(10);
    assertThat(quality.get("compression").asDouble()).isGreaterThan(2);
    ModelFile file = ModelFile.load(model);
    assertThat(file.model().architecture())
        .isEqualTo("lstm-classifier:vocab=49,steps=12,width=8,hidden=8");
    Path table =
        Files.writeString(
            folder.resolve("new.csv"),
            "who,text\nme,The soup was not good.\nyou,\"Lovely fish, lovely\"\n");
    Path lines =
        Files.writeString(
            folder.resolve("new.txt"), "The soup was not good.\r\nLovely fish, lovely\n");
    List<String> predicted = lines("predict", model, "--input", table, "--json");
    assertThat(predicted).hasSize(2).isEqualTo(lines("predict", model, "--input", lines, "--json"));
    JsonNode heldOut = json("evaluate", model, "--data", "meals", "--json");
    assertThat(heldOut.get("examples").asInt()).as("of its own data the test part").isLessThan(400);
    assertThat(heldOut.get("error_percent").asDouble())
        .isEqualTo(
            json("evaluate", folder.resolve("run"), "--json").get("error_percent").asDouble());
    assertThat(foreign(folder.resolve("run"), table)).isBetween(0.0, 1.0);
    Path texts = folder.resolve("texts");
    Files.createDirectories(texts.resolve("empty"));
    Files.writeString(texts.resolve("a.txt"), "The soup was not good.");
    CommandLineRun files = CommandLineRun.of("predict", model, "--input", texts, "--json");
    assertThat(files.out().lines()).hasSize(1);
    assertThat(files.err()).contains("left out 1 empty folder: empty/");
    Prediction first = Predictor.of(file).predict("The soup was not good.");
    assertThat(predicted.getFirst())
        .contains("\"class\":" + first.classIndex() + ",")
        .contains(Float.toString(first.probability()));
    refused("has no column 'text' of texts", "predict", model, "--input", csv("words\na\n"));
    Path bad = Files.write(folder.resolve("bad.txt"), new byte[] {'a', '\n', (byte) 0xFF, '\n'});
    refused("is not UTF-8", "predict", model, "--input", bad);
  }

  private static Prediction first(float[] probabilities) {
    return Prediction.top(probabilities, 0, probabilities.length, 1).getFirst();
  }

  private Path csv(String text) throws IOException {
    return Files.writeString(folder.resolve("other.csv"), text);
  }

  @Test
  @Tag("long")
  void attentionOverWords() throws IOException {
    Path model =
        trained(
            "meals",
            "--arch",
            "transformer-encoder:width=8,heads=2,layers=1,hidden=16",
            "--pretrain-epochs",
            10,
            "--epochs",
            14);
    assertThat(json("evaluate", model, "--data", meals(), "--json").get("error_percent").asDouble())
        .isLessThan(15);
    assertThat(lines("predict", folder.resolve("run"), "--input", meals(), "--json")).hasSize(400);
  }

  /** A tone that rises, falls or stays, of half a second. */
  private static byte[] tone(String kind, int number) {
    int rate = number % 2 == 0 ? 8000 : 11025;
    int count = rate / 2;
    ByteBuffer file = ByteBuffer.allocate(44 + 2 * count).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * count);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1);
    file.putShort((short) 1).putInt(rate).putInt(2 * rate).putShort((short) 2);
    file.putShort((short) 16).put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * count);
    double from = kind.equals("down") ? 1500 : 300 + 20 * number;
    double slope = kind.equals("flat") ? 0 : kind.equals("up") ? 2400 : -2400;
    for (int i = 0; i < count; i++) {
      double t = (double) i / rate;
      double wave = Math.sin(2 * Math.PI * (from * t + slope / 2 * t * t) + number);
      file.putShort((short) Math.round(12000 * wave + i * 7919 % 400));
    }
    return file.array();
  }

  private Path tones() throws IOException {
    for (String kind : List.of("down", "flat", "up")) {
      for (int i = 0; i < 24; i++) {
        Path file =
            folder.resolve("tones/" + (i < 18 ? "train/" : "test/") + kind + "/" + i + ".wav");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, tone(kind, i));
      }
    }
    return folder.resolve("tones");
  }

  @Test
  void keywordNetworkOfSounds() throws IOException {
    Path tones = tones();
    Path model =
        trained(
            tones.toString(),
            "--set",
            "data.audio.rate=8000",
            "--set",
            "data.audio.seconds=0.5",
            "--set",
            "data.audio.high=3800",
            "--pretrain-epochs",
            2,
            "--epochs",
            3);
    ModelFile file = ModelFile.load(model);
    assertThat(file.model().architecture()).isEqualTo("ds-cnn:classes=3,frames=24");
    assertThat(json("evaluate", model, "--data", tones, "--json").get("error_percent").asDouble())
        .isLessThan(20);
    Path one = tones.resolve("test/up/20.wav");
    List<String> predicted = lines("predict", model, "--input", one, "--json");
    AudioEncoder encoder = new AudioEncoder(file.rules().audio().orElseThrow());
    Prediction expected =
        Predictor.of(file).predict(encoder.encode(WaveSound.read(Files.readAllBytes(one))));
    assertThat(predicted)
        .singleElement()
        .asString()
        .contains("\"class\":" + expected.classIndex() + ",")
        .contains(Float.toString(expected.probability()));
    Files.writeString(tones.resolve("test/notes.md"), "recorded outside");
    CommandLineRun all =
        CommandLineRun.of("predict", model, "--input", tones.resolve("test"), "--json");
    assertThat(all.out().lines()).hasSize(18);
    assertThat(all.err()).contains("left out 1 file that is no sound: notes.md");
    Path bad = Files.writeString(folder.resolve("bad.wav"), "RIFFxxxxWAVE");
    refused("bad.wav: has no format ('fmt ')", "predict", model, "--input", bad);
  }

  private static byte[] array(String shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    return array("<f4", shape, data.array());
  }

  private static byte[] classes(int... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      data.putInt(value);
    }
    return array("<i4", "(" + values.length + ",)", data.array());
  }

  private static byte[] array(String type, String shape, byte[] data) {
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    header += " ".repeat(117 - header.length()) + "\n";
    ByteBuffer all = ByteBuffer.allocate(128 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    all.put((byte) 0x93).put("NUMPY\u0001\0".getBytes(StandardCharsets.US_ASCII));
    all.putShort((short) 118).put(header.getBytes(StandardCharsets.US_ASCII));
    all.put(data);
    return all.array();
  }

  private Path npz(String name, Map<String, byte[]> arrays) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(array.getValue());
        zip.closeEntry();
      }
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  private Path network() throws IOException {
    GraphBuilder g = new GraphBuilder();
    Value left = g.relu(g.dense(g.input("left", 2), 8));
    Value right = g.relu(g.dense(g.input("right", 3), 8));
    String json = GraphJson.write(g.build(g.dense(g.concat(0, left, right), 2)));
    return Files.writeString(folder.resolve("pairs.json"), json);
  }

  /** Whether the sum on the left is larger than that on the right. */
  private static Map<String, byte[]> pairs(int count) {
    float[] left = new float[2 * count];
    float[] right = new float[3 * count];
    int[] larger = new int[count];
    for (int i = 0; i < count; i++) {
      float sum = 0;
      for (int k = 0; k < 2; k++) {
        left[2 * i + k] = (i * 37 + k * 11) % 29;
        sum += left[2 * i + k];
      }
      for (int k = 0; k < 3; k++) {
        right[3 * i + k] = (i * 17 + k * 23) % 19;
        sum -= right[3 * i + k];
      }
      larger[i] = sum > 0 ? 1 : 0;
    }
    Map<String, byte[]> arrays = new TreeMap<>();
    arrays.put("right", array("(" + count + ", 3)", right));
    arrays.put("left", array("(" + count + ", 2)", left));
    arrays.put("y", classes(larger));
    return arrays;
  }

  @Test
  void networkOfTwoInputsByName() throws IOException {
    Path data = npz("pairs.npz", pairs(200));
    Path model =
        trained(data.toString(), "--arch", network(), "--pretrain-epochs", 20, "--epochs", 25);
    assertThat(json("evaluate", model, "--data", data, "--json").get("error_percent").asDouble())
        .isLessThan(10);
    List<String> predicted = lines("predict", model, "--input", data, "--json");
    assertThat(predicted).hasSize(200);
    Prediction first =
        first(
            Predictor.load(model)
                .predict(
                    Map.of("left", new float[] {0, 11}, "right", new float[] {0, 4, 8}), 1, 1));
    assertThat(predicted.getFirst())
        .contains("\"class\":" + first.classIndex() + ",")
        .contains(Float.toString(first.probability()));
    assertThat(foreign(folder.resolve("run"), data)).isBetween(0.4, 0.6);
    Map<String, byte[]> lacking = pairs(20);
    lacking.remove("left");
    refused("lacks 'left'", "predict", model, "--input", npz("lacking.npz", lacking));
    Map<String, byte[]> other = pairs(20);
    other.put("right", array("(20, 2)", new float[40]));
    refused("has 'right' of 2", "evaluate", model, "--data", npz("other.npz", other));
    refused("--ood: the network", "evaluate", model, "--data", data, "--ood", npz("o.npz", other));
    refused(
        "give it an .npz file, or a folder of .npy files, with arrays of these names",
        "predict",
        model,
        "--input",
        csv("1,2,3,4,5\n"));
  }

  @Test
  @Tag("long")
  void tokensWithLengths() throws IOException {
    int count = 120;
    float[] tokens = new float[4 * count];
    float[] lengths = new float[count];
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = 1 + i % 4;
      for (int step = 0; step < 4; step++) {
        tokens[4 * i + step] = (i * 31 + step * 7 + i / 7) % 6;
      }
      classes[i] = tokens[4 * i + (int) lengths[i] - 1] < 3 ? 0 : 1;
    }
    Map<String, byte[]> arrays = new TreeMap<>();
    arrays.put("x", array("(120, 4)", tokens));
    arrays.put("lengths", array("(120,)", lengths));
    arrays.put("y", classes(classes));
    Path data = npz("tokens.npz", arrays);
    Path model =
        trained(
            data.toString(),
            "--arch",
            "lstm-classifier:width=4,hidden=6",
            "--pretrain-epochs",
            20,
            "--epochs",
            24);
    assertThat(ModelFile.load(model).model().architecture())
        .isEqualTo("lstm-classifier:vocab=6,steps=4,width=4,hidden=6");
    assertThat(json("evaluate", model, "--data", data, "--json").get("error_percent").asDouble())
        .isLessThan(15);
    tokens[5] = 6;
    arrays.put("x", array("(120, 4)", tokens));
    refused(
        "example 1: step 1 is 6, but the network knows the tokens 0 to 5",
        "predict",
        model,
        "--input",
        npz("wrong.npz", arrays));
  }
}
