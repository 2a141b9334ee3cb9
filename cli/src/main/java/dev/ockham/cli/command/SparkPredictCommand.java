package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.ModelOrRun;
import dev.ockham.cli.console.SparkOptions;
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
import java.util.concurrent.Callable;
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
      description = "Folder to write; must not be there yet.")
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

  @Option(names = "--replace", description = "Replace an older --output.")
  private boolean replace;

  @Mixin private SparkOptions spark = new SparkOptions();

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
    if (spark.run(spark.submission(PROGRAM, Map.of(), words), common)) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("output", output);
      common.print(result, () -> common.out().println("wrote " + output));
    }
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
    boolean here = spark.local() && !input.matches("\\w+:.*") && !input.matches(".*[*?{\\[].*");
    if (here && !Files.exists(Path.of(input))) {
      throw new NoSuchFileException(input);
    }
  }
}
