package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.ModelOrRun;
import dev.ockham.cli.console.ShellWord;
import dev.ockham.cli.console.SparkOptions;
import dev.ockham.cli.process.SparkSubmission;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham spark predict}. */
@Command(
    name = "predict",
    description = "Predict a table of any size with Spark, and write a table of predictions.",
    footer = {
      "",
      "Example: ockham spark predict adult.safetensors --input people.parquet --output predicted",
      "--keep id --master 'local[2]'",
      "writes a folder of Parquet files with id, prediction, class, probability, probabilities.",
      "",
      "A model of a table takes columns by their names. Of others name the --column: vectors or",
      "arrays of numbers, pictures as binary, texts. Input and output may be wherever Hadoop reads",
      "and writes: files, hdfs://, s3a://."
    })
public final class SparkPredictCommand implements Callable<Integer> {

  private static final String PROGRAM = "dev.ockham.spark.job.PredictJob";

  /** How sure predictions are. */
  enum How {
    none,
    entropy,
    moments
  }

  /** Kinds of tables. */
  enum Format {
    parquet,
    csv,
    json,
    orc
  }

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ModelOrRun subject = new ModelOrRun();

  @Option(
      names = "--input",
      required = true,
      paramLabel = "X",
      description = "The table: a file, a folder of such, or a pattern with *.")
  private String input = "";

  @Option(
      names = "--output",
      required = true,
      paramLabel = "Y",
      description = "Folder to write; appears once all of it is written.")
  private String output = "";

  @Option(
      names = "--input-format",
      paramLabel = "F",
      description = "parquet, csv, json or orc. Default: by the ending, else parquet.")
  private @Nullable Format inputFormat;

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "Of what is written: parquet, csv, json or orc. Default: ${DEFAULT-VALUE}")
  private Format format = Format.parquet;

  @Option(
      names = "--keep",
      paramLabel = "COLUMNS",
      description = "Write these columns of a row beside its prediction.")
  private String keep = "";

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "What names of the predictions' columns begin with.")
  private String prefix = "";

  @Option(
      names = "--column",
      paramLabel = "C",
      description = "The column with vectors, arrays, pictures or texts.")
  private String column = "";

  @Option(
      names = "--uncertainty",
      paramLabel = "HOW",
      description =
          "Say how sure each prediction is: entropy, of classes and labels; or moments, from the"
              + " variances that a model file keeps.")
  private How how = How.none;

  @Option(
      names = "--replace",
      description =
          "Replace an --output of predictions that is there, once the new one is written.")
  private boolean replace;

  @Mixin private SparkOptions spark = new SparkOptions();

  @Option(
      names = "--print",
      description = "Print the command that would be run, to run it yourself, and do nothing.")
  private boolean print;

  @Override
  public Integer call() throws IOException {
    Path model = subject.model();
    var _ = ModelFile.load(model);
    requireInput();
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--model", model.toAbsolutePath().toUri().toString()));
    words.addAll(List.of("--input", input, "--output", output, "--format", format.name()));
    words.addAll(List.of("--uncertainty", how.name()));
    add(words, "--keep", keep);
    add(words, "--prefix", prefix);
    add(words, "--column", column);
    add(words, "--input-format", inputFormat == null ? "" : inputFormat.name());
    if (replace) {
      words.add("--replace");
    }
    SparkSubmission submission = spark.submission(PROGRAM, Map.of(), words);
    if (print) {
      String line =
          submission.command(Optional.empty()).stream()
              .map(ShellWord::of)
              .collect(Collectors.joining(" "));
      common.print(Map.of("command", line), () -> common.out().println(line));
      return 0;
    }
    submission.run(common.err(), common.verbose());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("output", output);
    common.print(result, () -> common.out().println("wrote " + output));
    return 0;
  }

  private static void add(List<String> words, String option, String value) {
    if (!value.isEmpty()) {
      words.addAll(List.of(option, value));
    }
  }

  /** Says so at once where Spark would after some seconds. */
  private void requireInput() throws IOException {
    if (input.isEmpty() || output.isEmpty()) {
      throw new SpecException(
          "%s is empty, where a file or folder is named"
              .formatted(input.isEmpty() ? "--input" : "--output"));
    }
    if (spark.local() && isPath(input) && !Files.exists(Path.of(input))) {
      throw new NoSuchFileException(input);
    }
    if (spark.local() && isPath(output) && !replace && Files.exists(Path.of(output))) {
      throw new RunException(
          output + ": is there already; choose another --output, or say --replace");
    }
    List<String> names = List.of(keep.split(",", -1));
    for (int i = 1; i < names.size(); i++) {
      if (names.subList(0, i).contains(names.get(i))) {
        throw new SpecException("--keep names '%s' twice".formatted(names.get(i)));
      }
    }
  }

  /** Whether it is one of this machine, and no pattern. */
  private static boolean isPath(String place) {
    return !place.matches("\\w+:.*") && !place.matches(".*[*?{\\[].*");
  }
}
