package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Experiments;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every bad input gives one line for people that names what is wrong, a non-zero exit, nothing on
 * standard output, and no change to any file.
 */
class BadInputTest {

  @TempDir static Path folder;

  /** What no case changes. */
  private static SortedMap<String, String> contents = new TreeMap<>();

  @BeforeAll
  static void makeGoodAndBadInput() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("run"), "--method", "sparse-vd");
    TinyRuns.train(data, folder.resolve("dense"), "--method", "none");
    byte[] model = Files.readAllBytes(folder.resolve("run/model.safetensors"));
    Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(model, model.length - 3));
    Files.write(folder.resolve("head.safetensors"), Arrays.copyOf(model, 5));
    Files.write(folder.resolve("empty.safetensors"), new byte[0]);
    byte[] flipped = model.clone();
    flipped[8] ^= 1;
    Files.write(folder.resolve("flipped.safetensors"), flipped);
    ModelFile.of(ModelFile.load(folder.resolve("run/model.safetensors")).model(), Map.of())
        .save(folder.resolve("foreign.safetensors"));
    Safetensors.write(
        folder.resolve("tensors.safetensors"),
        SafetensorsFile.of(Map.of(), Map.of("a", StoredTensor.ofFloats(new float[3], 3))));
    byte[] onnx = TinyOnnx.model("Relu");
    Files.write(folder.resolve("good.onnx"), onnx);
    Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(onnx, onnx.length / 2));
    Files.write(folder.resolve("odd.onnx"), TinyOnnx.model("Det"));
    Files.write(folder.resolve("loop.onnx"), TinyOnnx.model("Loop"));
    Files.write(folder.resolve("wide.onnx"), TinyOnnx.model("Relu", 0, 3));
    Files.writeString(folder.resolve("file"), "x");
    Files.writeString(folder.resolve("text.json"), "x");
    Files.writeString(
        folder.resolve("graph.json"),
        unchecked(folder.resolve("run/network.json")).replace("\"relu\"", "\"hub\""));
    Files.createDirectories(folder.resolve("empty"));
    copyRun("noseed", text -> text.replaceFirst("\"seed\" : 1,", ""));
    copyRun("nodata", text -> text.replace("\"sha256\"", "\"sha\""));
    copyRun("badjson", text -> text.substring(0, text.length() / 2));
    Path noCheckpoint = copyRun("nocheckpoint", text -> text);
    Files.delete(noCheckpoint.resolve("checkpoints/last.safetensors"));
    Path brokenMetrics = copyRun("brokenmetrics", text -> text);
    Files.writeString(brokenMetrics.resolve("metrics.jsonl"), "{\"epoch\": 1, \"seconds\": 1}\n");
    Path cutCheckpoint = copyRun("cutcheckpoint", text -> text);
    Path last = cutCheckpoint.resolve("checkpoints/last.safetensors");
    byte[] checkpoint = Files.readAllBytes(last);
    Files.write(last, Arrays.copyOf(checkpoint, checkpoint.length / 2));
    badData("labels", "t10k-labels-idx1-ubyte", bytes -> bytes[8 + 5] = 77);
    Files.write(
        TinyRuns.data(folder.resolve("counts")).resolve("train-labels-idx1-ubyte"),
        TinyRuns.labels(119));
    badData("magic", "train-images-idx3-ubyte", bytes -> bytes[3] = 1);
    Path truncated = TinyRuns.data(folder.resolve("truncated"));
    Path images = truncated.resolve("train-images-idx3-ubyte");
    Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 5000));
    Path partial = TinyRuns.data(folder.resolve("partial"));
    Files.delete(partial.resolve("t10k-labels-idx1-ubyte"));
    Files.delete(copyRun("nomodel", text -> text).resolve("model.safetensors"));
    String row = "0,".repeat(783) + "0\n";
    Files.writeString(folder.resolve("row.csv"), row);
    Files.writeString(folder.resolve("word.csv"), row + "0,0,x" + row.substring(5));
    Files.writeString(folder.resolve("short.csv"), "3,1,2\n");
    Files.write(
        folder.resolve("small-images"),
        new byte[] {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4});
    Files.writeString(folder.resolve("sweep.yaml"), "grid: {training.seed: [1]}\n");
    Files.writeString(folder.resolve("threads.yaml"), "grid: {training.threads: [1, 2]}\n");
    Files.writeString(folder.resolve("key.yaml"), "training: {epoch: 3}\n");
    Files.writeString(folder.resolve("type.yaml"), "training: {epochs: many}\n");
    Files.writeString(folder.resolve("range.yaml"), "training: {epochs: 0}\n");
    Files.writeString(folder.resolve("bad.yaml"), "training: [1\n");
    Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xC3, '('});
    contents = TinyRuns.contents(folder);
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private interface Change {
    void to(byte[] bytes);
  }

  private static void badData(String name, String file, Change change) throws IOException {
    Path path = TinyRuns.data(folder.resolve(name)).resolve(file);
    byte[] bytes = Files.readAllBytes(path);
    change.to(bytes);
    Files.write(path, bytes);
  }

  /** A file without its checksum, as who changes it by hand leaves it. */
  private static String unchecked(Path json) throws IOException {
    return Files.readString(json).replaceAll(",\n {2}\"checksum\" : \"[0-9a-f]{64}\"", "");
  }

  private static Path copyRun(String name, UnaryOperator<String> record) throws IOException {
    Path from = folder.resolve("run");
    Path to = folder.resolve(name);
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
    Path json = to.resolve("run.json");
    Files.writeString(json, record.apply(unchecked(json)));
    return to;
  }

  /**
   * A command, and what its one line must say; {@code @} stands for the folder of the test, {@code
   * ''} for an argument without letters.
   */
  @SuppressWarnings("ArrayRecordComponent") // cases are compared by nobody
  record Case(String command, String... said) {
    @Override
    public String toString() {
      return command;
    }
  }

  /** What goes wrong alike for every command there is, a new one included. */
  static List<Case> casesOfEveryCommand() {
    List<Case> cases = new ArrayList<>();
    for (CommandLine command : CommandsTest.commands()) {
      String name = command.getCommandSpec().qualifiedName().replaceFirst("^ockham ?", "");
      StringBuilder complete = new StringBuilder(name);
      if (!command.getCommandSpec().positionalParameters().isEmpty()) {
        complete.append(" @/run");
      }
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.required() && option.group() == null) {
          complete.append(' ').append(option.longestName()).append(" @/new");
        }
      }
      cases.add(new Case(complete + " --nonsense", "--nonsense"));
      if (command.getCommandSpec().positionalParameters().stream()
          .anyMatch(BadInputTest::namesAPath)) {
        cases.add(new Case(name + " ''", "empty"));
      }
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.arity().min() > 0) {
          cases.add(new Case(name + " " + option.longestName(), option.longestName()));
        }
        if (namesAPath(option)) {
          cases.add(
              new Case(name + " " + option.longestName() + " ''", option.longestName(), "empty"));
        }
      }
    }
    return cases;
  }

  private static boolean namesAPath(ArgSpec argument) {
    return argument.typeInfo().getType().equals(Path.class)
        || argument.auxiliaryTypes()[0].equals(Path.class);
  }

  /** Commands that take nothing but the options that all have. */
  private static final Set<String> WITHOUT_INPUT = Set.of("architectures", "methods");

  @Test
  void everyCommandHasCasesOfItsOwn() {
    for (CommandLine command : CommandsTest.commands()) {
      String name = command.getCommandSpec().qualifiedName().replaceFirst("^ockham ?", "");
      if (!WITHOUT_INPUT.contains(name)) {
        assertThat(cases()).as(name).anyMatch(bad -> bad.command().startsWith(name));
      }
    }
  }

  static List<Case> cases() {
    String train = "train --epochs 1 --threads 1 --out @/new ";
    List<Case> cases = new ArrayList<>();
    // options
    cases.add(new Case("", "which command?"));
    cases.add(new Case("trian", "trian"));
    cases.add(new Case("train --epoch 3", "--epoch"));
    cases.add(new Case("train --data mnist", "--out is missing"));
    cases.addAll(BadWorkers.cases());
    cases.add(new Case(train + "--data random:50", "'random:50' have no labels", "--loss teacher"));
    cases.add(new Case(train + "--data random:x --teacher @/dense", "--data", "'x'"));
    cases.add(new Case(train + "--loss teacher --data @/data", "there is none", "--teacher"));
    cases.add(new Case(train + "--loss teecher", "--loss", "did you mean 'teacher'?"));
    cases.add(new Case(train + "--teacher @/nowhere --data @/data", "@/nowhere"));
    cases.add(new Case(train + "--teacher @/file --data @/data", "@/file"));
    cases.add(
        new Case(
            train + "--set training.teacher.noise=0.5 --data @/data",
            "training.teacher is set",
            "--loss teacher"));
    cases.add(
        new Case(
            train + "--teacher @/dense --set training.teacher.noise=0 --data @/data",
            "training.teacher.noise is 0"));
    cases.add(
        new Case(
            train + "--teacher @/dense --data @/data --arch mlp:784-5-11", "the teacher", "[11]"));
    cases.add(new Case("lab", "which experiment?", "kl"));
    cases.add(new Case("bench", "which measurement?", "step"));
    cases.add(new Case("lab kl --log-alpha 1,x", "--log-alpha", "'x'"));
    cases.add(new Case("lab kl --log-alpha NaN", "--log-alpha", "NaN"));
    cases.add(new Case("lab kl --log-alpha 701", "--log-alpha", "701"));
    for (Experiment experiment : Experiments.all()) {
      String lab = "lab " + experiment.name();
      cases.add(new Case(lab + " --out @/file", "@/file", "not a folder"));
      cases.add(new Case(lab + " --seed one", "--seed", "'one'"));
    }
    String frontier = "frontier --data @/data --arch mlp:784-8-10 --out @/new ";
    cases.add(new Case("lab regression --data @/none --out @/new", "@/none", "no such"));
    cases.add(new Case("frontier", "--out"));
    cases.add(new Case("frontier --data @/none --out @/new", "@/none"));
    cases.add(new Case("frontier --arch lenet --out @/new", "--arch", "'lenet'"));
    cases.add(new Case("frontier --data @/data --arch mlp:9-10 --out @/new", "9", "784"));
    cases.add(new Case("frontier --data @/data --out @/file", "@/file", "not a folder"));
    cases.add(new Case(frontier + "--methods spb", "--methods", "'spb'", "'sbp'?"));
    cases.add(new Case(frontier + "--methods sbp,vd-a", "--methods", "'vd-a'", "prunes nothing"));
    cases.add(new Case(frontier + "--methods sbp,sbp", "--methods", "'sbp'", "twice"));
    cases.add(new Case(frontier + "--methods sbp,", "--methods", "''"));
    cases.add(new Case(frontier + "--seeds 1,x", "--seeds", "'x'", "whole number"));
    cases.add(new Case(frontier + "--seeds 1,1", "--seeds", "twice"));
    cases.add(new Case(frontier + "--strengths 0", "strength", "0.0"));
    cases.add(new Case(frontier + "--strengths NaN", "strength", "NaN"));
    cases.add(new Case(frontier + "--within -1", "--within", "-1"));
    cases.add(new Case(frontier + "--epochs 0", "--epochs", "0"));
    cases.add(new Case(frontier + "--threads 0", "--threads", "0"));
    cases.add(new Case(frontier + "--bits 1", "--bits", "from 2 to 16"));
    cases.add(new Case("frontier @/none", "@/none", "not a run"));
    cases.add(new Case("frontier @/run --seeds 1", "--seeds", "RUN"));
    cases.add(new Case("sensitivity @/none", "@/none", "not a run"));
    cases.add(new Case("sensitivity @/dense", "'none'"));
    cases.add(new Case("sensitivity @/run --within -1", "--within", "-1"));
    cases.add(new Case("sensitivity @/run --bits most", "--bits", "'most'"));
    cases.add(new Case("sensitivity @/run --threads 0", "--threads", "0"));
    cases.add(new Case(frontier + "--processes 0", "--processes", "0"));
    cases.add(
        new Case("bench epoch --epochs 3 --pretrain-epochs 3", "pretrain_epochs is 3", "noise"));
    cases.add(new Case("bench epoch --method magnitude", "'magnitude'", "no noise"));
    cases.add(new Case("bench step --variance-products half", "'half'", "bfloat16"));
    cases.add(new Case("bench step --steps 0", "--steps", "0"));
    cases.add(new Case("bench step --arch lenet", "'lenet'", "unknown architecture"));
    cases.add(new Case("bench step --arch lstm-classifier", "'lstm-classifier'", "2 inputs"));
    cases.add(new Case("bench step --arch @/graph.json", "@/graph.json", "'hub'"));
    cases.add(new Case("bench step --method l2", "'l2'", "sparse-vd"));
    cases.add(new Case("bench inference", "MODEL or --arch"));
    cases.add(new Case("bench validation --arch lenet", "'lenet'", "unknown architecture"));
    cases.add(new Case("bench inference --arch lenet-300-100 --sparsity 2", "--sparsity", "2.0"));
    cases.add(new Case("bench inference --arch lenet-300-100 --batch 0", "--batch", "0"));
    cases.add(new Case("bench inference --arch lenet-300-100 --seconds 0", "--seconds", "0.0"));
    cases.add(new Case("bench inference @/nowhere", "@/nowhere", "no such file"));
    String reproduce = "reproduce lenet-300-100-sparse-vd --out @/new --results @/new --zoo @/new ";
    cases.add(new Case("reproduce", "NAME", "--list"));
    cases.add(new Case("reproduce lenet-300-100-sparse-v", "mean 'lenet-300-100-sparse-vd'"));
    cases.add(new Case(reproduce + "--seeds 1,two", "--seeds", "'two'"));
    cases.add(new Case(reproduce + "--threads 0", "--threads is 0"));
    cases.add(new Case("demo --threads -1 --out @/new", "-1", "threads"));
    cases.add(new Case("demo --seed x --out @/new", "--seed", "'x'"));
    cases.add(new Case("datasets extra", "extra"));
    cases.add(new Case("datasets --label y", "--label", "--describe"));
    cases.add(new Case("datasets --describe iris --target error<=5", "data.target", "error<=5"));
    // settings
    cases.add(new Case(train + "--data @/data --set epochs", "--set", "'epochs'", "path=value"));
    cases.add(new Case(train + "--data @/data --set =3", "--set", "'=3'"));
    cases.add(new Case(train + "--data @/data --set training.epoch=3", "did you mean 'epochs'?"));
    cases.add(new Case(train + "--data @/data --batch x", "--batch", "'x'"));
    cases.add(new Case(train + "--data @/data --lr -1", "learning_rate.initial", "-1"));
    cases.add(new Case(train + "--data @/data --method sparsevd", "'sparsevd'", "'sparse-vd'?"));
    cases.add(new Case(train + "--data @/data --kl exakt", "--kl", "'exakt'", "'exact'?"));
    cases.add(new Case(train + "--data @/data --threshold NaN", "threshold", "NaN"));
    cases.add(new Case(train + "--data @/data --on-collapse quit", "--on-collapse", "'quit'"));
    cases.add(new Case(train + "--data @/data --recipe @/none.yaml", "@/none.yaml", "no such"));
    cases.add(new Case(train + "--data @/data --recipe @/empty", "@/empty", "folder"));
    cases.add(
        new Case(train + "--recipe @/key.yaml", "@/key.yaml", "'training.epoch'", "'epochs'?"));
    cases.add(new Case(train + "--recipe @/type.yaml", "@/type.yaml", "training.epochs", "'many'"));
    cases.add(new Case(train + "--recipe @/range.yaml", "@/range.yaml", "training.epochs is 0"));
    cases.add(new Case(train + "--recipe @/bad.yaml", "@/bad.yaml", "line "));
    cases.add(new Case(train + "--recipe @/binary.yaml", "@/binary.yaml", "UTF-8"));
    cases.add(
        new Case(train + "--data @/data --arch lenet-300", "'lenet-300'", "'lenet-300-100'?"));
    cases.add(new Case(train + "--data @/data --arch mlp:7-x-1", "mlp:7-x-1", "'x'"));
    cases.add(
        new Case(
            train + "--data fashion-mnist-mini --arch mlp:100-10", "mlp:100-10", "100", "784"));
    cases.add(
        new Case(train + "--data @/data --arch mlp:784-9", "mlp:784-9", "9 outputs", "10 classes"));
    cases.add(new Case(train + "--data @/data --arch @/no.json", "@/no.json", "no such"));
    cases.add(
        new Case(train + "--data @/data --arch @/text.json", "@/text.json", "not valid JSON"));
    cases.add(new Case(train + "--data @/data --arch @/graph.json", "@/graph.json", "'hub'"));
    cases.add(new Case(train + "--data @/data --arch own:mine", "'own:mine'", "a program's own"));
    // data
    cases.add(new Case(train + "--data fasion-mnist", "fasion-mnist", "'fashion-mnist'"));
    cases.add(new Case(train + "--data @/none", "@/none"));
    cases.add(new Case(train + "--data @/file", "@/file", "'x'", "--header yes or no"));
    cases.add(new Case(train + "--data @/empty", "@/empty", "neither the four IDX files"));
    cases.add(new Case(train + "--data @/partial", "@/partial", "t10k-labels-idx1-ubyte"));
    cases.add(
        new Case(train + "--data @/truncated", "@/truncated/train-images-idx3-ubyte", "truncated"));
    cases.add(new Case(train + "--data @/labels", "@/labels/t10k-labels-idx1-ubyte", "77"));
    cases.add(
        new Case(train + "--data @/counts", "@/counts/train-labels-idx1-ubyte", "119", "120"));
    cases.add(new Case(train + "--data @/magic", "@/magic/train-images-idx3-ubyte", "magic"));
    // run folders
    String again = "train --data @/data --arch mlp:784-8-10 --out ";
    cases.add(new Case(again + "@/run", "@/run already holds a run", "--resume"));
    cases.add(new Case(again + "@/run --resume --seed 2", "@/run", "training.seed", "1", "2"));
    cases.add(new Case("train --out @/run --resume --arch mlp:784-9-10", "@/run", "architecture"));
    cases.add(new Case(again + "@/new --arch mlp:784-10", "--arch", "only once"));
    cases.add(new Case(again + "@/file", "@/file", "not a folder"));
    cases.add(new Case(again + "@/file/below", "@/file", "irectory"));
    cases.add(new Case(again + "/proc/ockham", "/proc/ockham"));
    cases.add(new Case(again + "@/noseed --resume", "@/noseed/run.json", "training.seed"));
    cases.add(new Case(again + "@/badjson --resume", "@/badjson/run.json", "JSON"));
    cases.add(new Case(again + "@/new/a --init-from @/none", "@/none", "is not a run"));
    cases.add(
        new Case(
            "train --data @/data --arch mlp:784-7-10 --out @/new/a --init-from @/run",
            "@/run",
            "mlp:784-7-10"));
    cases.addAll(BadCompressions.cases());
    cases.addAll(BadSpark.cases());
    // models and runs to look at
    for (String command :
        List.of("evaluate", "prune --out @/new.safetensors", "export --out @/new.onnx")) {
      cases.add(new Case(command + " @/empty", "@/empty", "run.json"));
      cases.add(new Case(command + " @/nodata", "@/nodata/run.json", "data.sha256"));
      cases.add(new Case(command + " @/noseed", "@/noseed/run.json", "training.seed"));
      cases.add(new Case(command + " @/badjson", "@/badjson/run.json"));
      cases.add(new Case(command + " @/nocheckpoint", "@/nocheckpoint", "no checkpoint"));
      cases.add(new Case(command + " @/cutcheckpoint", "@/cutcheckpoint/checkpoints", "byte "));
      cases.add(new Case(command + " @/none", "@/none"));
    }
    cases.addAll(BadPages.cases());
    String predict = "predict @/run --input ";
    for (String command :
        List.of("evaluate", "predict --input @/row.csv", "export --out @/new.onnx")) {
      cases.add(new Case(command + " @/none", "@/none"));
      cases.add(new Case(command + " @/empty", "@/empty", "run.json"));
      cases.add(new Case(command + " @/cut.safetensors", "@/cut.safetensors", "byte "));
      cases.add(new Case(command + " @/head.safetensors", "@/head.safetensors", "byte "));
      cases.add(new Case(command + " @/empty.safetensors", "@/empty.safetensors", "byte "));
      cases.add(new Case(command + " @/flipped.safetensors", "@/flipped.safetensors", "byte 8"));
      cases.add(new Case(command + " @/run/run.json", "@/run/run.json", "byte "));
      cases.add(
          new Case(
              command + " @/run/checkpoints/last.safetensors", "last.safetensors", "ockham-model"));
    }
    cases.add(new Case("predict @/nomodel --input @/row.csv", "@/nomodel", "no model yet"));
    cases.add(new Case("predict @/run", "--input"));
    cases.add(new Case("predict --input @/row.csv", "MODEL|RUN"));
    cases.add(new Case(predict + "@/none", "@/none", "no such file"));
    cases.add(new Case(predict + "@/empty", "@/empty", "holds no pictures"));
    cases.add(new Case(predict + "@/file/below", "@/file/below"));
    cases.add(new Case(predict + "@/empty.safetensors", "@/empty.safetensors", "is empty"));
    cases.add(new Case(predict + "@/run/model.safetensors", "model.safetensors", "neither IDX"));
    cases.add(new Case(predict + "@/file", "@/file", "line 1", "'x'", "--header"));
    cases.add(new Case(predict + "@/word.csv", "@/word.csv", "line 2: column 3", "'x'"));
    cases.add(new Case(predict + "@/short.csv", "@/short.csv", "3 columns", "784"));
    cases.add(
        new Case(predict + "@/truncated/train-images-idx3-ubyte", "@/truncated", "truncated"));
    cases.add(
        new Case(
            predict + "@/data/t10k-labels-idx1-ubyte", "@/data/t10k-labels-idx1-ubyte", "magic"));
    cases.add(new Case(predict + "@/small-images", "@/small-images", "2×2", "784", "--resize"));
    cases.add(new Case(predict + "@/row.csv --invert", "@/row.csv", "--invert"));
    cases.add(new Case(predict + "@/row.csv --resize", "@/row.csv", "--resize"));
    cases.add(new Case(predict + "@/row.csv --top 0", "--top", "0", "10"));
    cases.add(new Case(predict + "@/row.csv --top 11", "--top", "11", "10"));
    cases.add(new Case(predict + "@/row.csv --top x", "--top", "'x'"));
    cases.add(new Case(predict + "@/row.csv --out @/empty", "@/empty", "folder"));
    cases.add(new Case(predict + "@/row.csv --out @/none/p", "@/none"));
    cases.add(new Case(predict + "@/row.csv --out @/row.csv", "@/row.csv", "not hold predictions"));
    cases.add(
        new Case(predict + "@/row.csv --out @/run/run.json", "run.json", "not hold predictions"));
    cases.add(new Case(predict + "@/word.csv --out @/new", "@/word.csv", "'x'"));
    cases.add(new Case(predict + "@/row.csv --out /proc/ockham", "/proc/ockham"));
    cases.add(new Case("evaluate", "MODEL|RUN"));
    cases.add(new Case("evaluate @/foreign.safetensors", "--data", "@/foreign.safetensors"));
    cases.add(new Case("evaluate @/run --data @/truncated", "@/truncated"));
    cases.add(new Case("evaluate @/run --split tset", "--split", "tset", "validation"));
    cases.add(new Case("evaluate @/run --samples -1", "--samples", "-1"));
    cases.add(new Case("evaluate @/run --threads 0", "--threads", "0"));
    cases.add(new Case("evaluate @/dense --samples 2", "'none'"));
    cases.add(new Case("evaluate @/run/model.safetensors --samples 2", "--samples"));
    cases.add(
        new Case(
            "evaluate @/foreign.safetensors --data @/data --split validation",
            "--split validation",
            "@/foreign.safetensors"));
    cases.add(new Case("evaluate @/run/model.safetensors --threshold 1", "--threshold", "RUN"));
    cases.add(new Case("evaluate @/run --threshold 1 --samples 2", "--threshold", "--samples"));
    cases.add(new Case("evaluate @/run --sparsity 2", "--sparsity", "2.0"));
    cases.add(new Case("evaluate @/dense --sparsity 0.5", "'none'"));
    cases.addAll(PruneCases.all());
    cases.add(new Case("frontier ''", "RUN", "empty"));
    cases.add(new Case("lab defaults --data iris --trials 0", "--trials", "0"));
    cases.add(new Case("lab targets --data iris --work @/w --pairs 0", "--pairs", "0"));
    cases.addAll(ForeignModelCases.all());
    return cases;
  }

  @ParameterizedTest
  @MethodSource({"cases", "casesOfEveryCommand"})
  void isSaidInOneLineAndChangesNothing(Case bad) throws IOException {
    String command = bad.command().replace("@", folder.toString()).strip();
    Object[] words = command.isEmpty() ? new Object[0] : command.split(" +");
    CommandLineRun run =
        CommandLineRun.of(Arrays.stream(words).map(w -> w.equals("''") ? "" : w).toArray());
    List<String> lines = run.err().lines().toList();
    assertThat(run.exitCode()).as(run.err()).isIn(1, 2);
    assertThat(run.out()).isEmpty();
    assertThat(lines.getFirst()).startsWith("ockham: ");
    for (String part : bad.said()) {
      assertThat(lines.getFirst()).contains(part.replace("@", folder.toString()));
    }
    assertThat(lines.subList(1, lines.size()))
        .allMatch(line -> line.matches("See 'ockham.* --help'\\."))
        .hasSizeLessThan(2);
    assertThat(run.err()).doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(TinyRuns.contents(folder)).isEqualTo(contents);
  }

  @Test
  void verboseAddsTheStackTrace() {
    CommandLineRun run = CommandLineRun.of("evaluate", folder.resolve("none"), "--verbose");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("\tat ").contains("ockham: ");
  }

  @Test
  void aPipeOrDeviceIsNotReplaced() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    boolean made = false;
    try {
      made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
    } catch (IOException e) {
      // Said below: a system without pipes in its file system.
    }
    assumeTrue(made, "mkfifo is not here");
    CommandLineRun run = CommandLineRun.of("prune", folder.resolve("run"), "--out", pipe);
    Files.delete(pipe);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("ockham: " + pipe).contains("device or a pipe");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".ockham-tmp"));
    }
  }
}
