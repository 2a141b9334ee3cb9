package dev.ockham.spark.job;

import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.spark.ScoringException;
import dev.ockham.spark.SparseModelTransformer;
import dev.ockham.spark.Sureness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** A table of predictions, made of a table with Spark. */
final class PredictedTable {

  private static final List<String> OPTIONS =
      List.of(
          "--model",
          "--input",
          "--output",
          "--input-format",
          "--format",
          "--keep",
          "--prefix",
          "--column",
          "--uncertainty");
  private static final List<String> SWITCHES = List.of("--replace");
  private static final List<String> FORMATS = List.of("parquet", "csv", "json", "orc");

  private PredictedTable() {}

  /** Makes it; the exit code, 1 where one line on standard error says what went wrong. */
  static int make(String[] words) {
    try {
      run(new JobWords(words, OPTIONS, SWITCHES));
      return 0;
    } catch (Exception e) {
      System.err.println("ockham: " + JobFaults.line(e, JavaFloor.PREDICTING));
      return 1;
    }
  }

  private static void run(JobWords words) throws IOException {
    String format = known(words.optional("--format").orElse("parquet"), "--format");
    Sureness how = sureness(words.optional("--uncertainty").orElse("none"));
    SparkConf conf = new SparkConf();
    JobFaults.requireAnswers(conf.get("spark.master", ""));
    try (SparkSession spark =
        SparkSession.builder()
            .appName("ockham predict")
            .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")
            .getOrCreate()) {
      OutputFolder output =
          OutputFolder.of(
              words.required("--output"),
              words.required("--input"),
              words.has("--replace"),
              spark.sparkContext().hadoopConfiguration());
      SparseModelTransformer model =
          SparseModelTransformer.ofFile(spark, words.required("--model"))
              .setPrefix(words.optional("--prefix").orElse(""))
              .setInputCol(words.optional("--column").orElse(""))
              .setSureness(how);
      Dataset<Row> table = table(spark, words, model.rules());
      List<String> keep =
          words.optional("--keep").map(text -> List.of(text.split(",", -1))).orElse(List.of());
      Dataset<Row> predicted = model.predictions(needed(table, model, keep), keep);
      if (format.equals("csv")) {
        predicted = predicted.drop(words.optional("--prefix").orElse("") + "probabilities");
      }
      try {
        predicted
            .write()
            .mode("errorifexists")
            .option("header", "true")
            .format(format)
            .save(output.beside().toString());
        output.take();
      } finally {
        output.clear();
      }
    }
  }

  private static Sureness sureness(String name) {
    try {
      return Sureness.named(name);
    } catch (IllegalArgumentException e) {
      throw new ScoringException("--uncertainty: " + e.getMessage());
    }
  }

  private static String known(String format, String option) {
    if (!FORMATS.contains(format)) {
      throw new ScoringException(
          "%s is '%s'; it must be one of %s".formatted(option, format, FORMATS));
    }
    return format;
  }

  /** Only the columns that are read or kept, so that Parquet leaves the others where they are. */
  private static Dataset<Row> needed(
      Dataset<Row> table, SparseModelTransformer model, List<String> keep) {
    Set<String> names = new LinkedHashSet<>(model.reads(table.schema()));
    List<String> own = List.of(table.columns());
    for (String name : keep) {
      if (!own.contains(name)) {
        throw new ScoringException(
            "--keep: the table has no column '%s'; it has %s".formatted(name, own));
      }
      names.add(name);
    }
    List<Column> columns = new ArrayList<>();
    names.forEach(name -> columns.add(functions.col("`" + name.replace("`", "``") + "`")));
    return table.select(columns.toArray(new Column[0]));
  }

  private static Dataset<Row> table(SparkSession spark, JobWords words, DataRules rules) {
    String input = words.required("--input");
    String format =
        known(words.optional("--input-format").orElseGet(() -> formatOf(input)), "--input-format");
    DataFrameReader reader = spark.read().format(format);
    TableRules known = rules.table().orElse(null);
    if (format.equals("csv")) {
      reader =
          reader
              .option("header", known == null || known.header() ? "true" : "false")
              .option("sep", known == null ? "," : known.separator())
              .option("escape", "\"")
              .option("mode", "FAILFAST")
              .option("multiLine", "false");
      if (known == null) {
        reader = reader.option("inferSchema", "true");
      }
    }
    Dataset<Row> table = reader.load(input);
    boolean byPlace =
        format.equals("csv")
            && known != null
            && !known.header()
            && table.columns().length == known.names().size();
    return byPlace && known != null ? table.toDF(known.names().toArray(new String[0])) : table;
  }

  /** By the ending; a folder is taken for Parquet. */
  private static String formatOf(String input) {
    String name = input.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    if (name.endsWith(".csv") || name.endsWith(".tsv") || name.endsWith(".txt")) {
      return "csv";
    }
    if (name.endsWith(".json") || name.endsWith(".jsonl")) {
      return "json";
    }
    return name.endsWith(".orc") ? "orc" : "parquet";
  }
}
