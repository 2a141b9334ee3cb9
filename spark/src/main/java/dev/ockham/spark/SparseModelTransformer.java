package dev.ockham.spark;

import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Adds a model's predictions to a table, as a stage of Spark ML's pipelines or by itself.
 *
 * <pre>{@code
 * SparseModelTransformer model = SparseModelTransformer.ofFile(spark, "adult.safetensors");
 * Dataset<Row> predicted = model.transform(spark.read().parquet("people"));
 * predicted.select("prediction", "probability", "entropy");
 * }</pre>
 *
 * <p>A model of a table takes its columns by their names. Any other takes one column, named by
 * {@link #inputCol}: vectors or arrays of raw numbers, pictures as the bytes of their files, or
 * texts. Columns that come out: of classes {@code prediction}, {@code class}, {@code probability}
 * and {@code probabilities}; of labels and numbers one for each, by its name.
 *
 * <p>The model's bytes go to each executor once, which prepares it once for all its tasks.
 */
public final class SparseModelTransformer extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1L;
  private static final String FILE = "model.safetensors";

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> prefix;
  private final Param<String> sureness;
  private byte[] file = new byte[0];
  private String id = "";

  /**
   * A transformer without a model, as Spark makes it when it reads a saved one.
   *
   * @param uid its name among the stages of a pipeline
   */
  public SparseModelTransformer(String uid) {
    this.uid = uid; // which parameters ask for
    inputCol =
        new Param<>(
            this, "inputCol", "column with vectors, arrays, pictures or texts; empty: by names");
    prefix = new Param<>(this, "prefix", "stands before the names of the columns that come out");
    sureness = new Param<>(this, "sureness", "how sure a prediction is: none, entropy or moments");
    setDefault(inputCol, "");
    setDefault(prefix, "");
    setDefault(sureness, Sureness.NONE.toString());
  }

  /**
   * A transformer of a model.
   *
   * @param file the bytes of its file, of any version; copied
   * @throws ScoringException if they are none, saying what is wrong
   */
  public static SparseModelTransformer of(byte[] file) {
    return new SparseModelTransformer(
            Identifiable$.MODULE$.randomUID(SparseModelTransformer.class.getSimpleName()))
        .with(file.clone());
  }

  /**
   * A transformer of a model in a file, wherever Hadoop can read.
   *
   * @param path such as {@code model.safetensors} or {@code s3a://bucket/model.safetensors}
   * @throws IOException if it cannot be read
   * @throws ScoringException if it is no model, naming the file
   */
  public static SparseModelTransformer ofFile(SparkSession spark, String path) throws IOException {
    byte[] file = SharedFiles.read(new Path(path), spark.sparkContext().hadoopConfiguration());
    try {
      return of(file);
    } catch (ScoringException e) {
      throw new ScoringException(path + ": " + e.getMessage(), e);
    }
  }

  private SparseModelTransformer with(byte[] bytes) {
    file = bytes;
    id = PreparedModel.id(bytes);
    PreparedModel unused = prepared();
    return this;
  }

  /** What the model's numbers mean in the data that it is for. */
  public DataRules rules() {
    return prepared().predictor().file().rules();
  }

  /** The bytes of its file; not copied. */
  byte[] bytes() {
    return file;
  }

  /** The model, ready to be asked in this JVM. */
  PreparedModel prepared() {
    return PreparedModel.of(id, () -> file);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column with the numbers; empty, the default, for columns by their names. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** What stands before the names of the columns that come out; by default nothing. */
  public Param<String> prefix() {
    return prefix;
  }

  /** How sure a prediction is, {@code none} (the default), {@code entropy} or {@code moments}. */
  public Param<String> sureness() {
    return sureness;
  }

  /** Sets the column that is read, {@link #inputCol}. */
  public SparseModelTransformer setInputCol(String column) {
    return (SparseModelTransformer) set(inputCol, column);
  }

  /** Sets what names of new columns begin with, {@link #prefix}. */
  public SparseModelTransformer setPrefix(String text) {
    return (SparseModelTransformer) set(prefix, text);
  }

  /** Sets how sureness is measured, {@link #sureness}. */
  public SparseModelTransformer setSureness(Sureness how) {
    return (SparseModelTransformer) set(sureness, how.toString());
  }

  private Sureness how() {
    return Sureness.named(getOrDefault(sureness));
  }

  /**
   * The columns of the result.
   *
   * @throws ScoringException naming a column that is missing, of another type or there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return schemaOf(schema, List.of(schema.fields()));
  }

  private StructType schemaOf(StructType schema, List<StructField> kept) {
    PreparedModel model = prepared();
    model.require(how());
    RowIntake unused = RowIntake.of(model.predictor(), schema, getOrDefault(inputCol));
    return new AnswerColumns(model.predictor(), getOrDefault(prefix), how()).behind(kept);
  }

  /** Names of the columns that it reads of a table. */
  public List<String> reads(StructType schema) {
    return RowIntake.of(prepared().predictor(), schema, getOrDefault(inputCol)).reads();
  }

  /**
   * A table with its predictions.
   *
   * @throws ScoringException naming a column that is missing, of another type or there already
   */
  @Override
  public Dataset<Row> transform(Dataset<?> table) {
    return predictions(table, List.of(table.schema().fieldNames()));
  }

  /**
   * Predictions beside some of a table's columns.
   *
   * @param keep names of these columns
   */
  public Dataset<Row> predictions(Dataset<?> table, List<String> keep) {
    StructType schema = table.schema();
    int[] kept = keep.stream().mapToInt(name -> RowIntake.place(schema, name)).toArray();
    List<StructField> fields = new ArrayList<>();
    IntStream.of(kept).forEach(place -> fields.add(schema.fields()[place]));
    StructType result = schemaOf(schema, fields);
    Broadcast<byte[]> model =
        JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext()).broadcast(file);
    return table
        .toDF()
        .mapPartitions(
            new ScoredPartition(
                model, id, schema, getOrDefault(inputCol), getOrDefault(prefix), how(), kept),
            Encoders.row(result));
  }

  /** A copy of the same model. */
  @Override
  public SparseModelTransformer copy(ParamMap extra) {
    SparseModelTransformer copy = new SparseModelTransformer(uid);
    copy.file = file;
    copy.id = id;
    return copyValues(copy, extra);
  }

  /** Writes parameters and model, where Spark ML writes its stages. */
  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  /** Reads what {@link #write} wrote; Spark calls it for the stages of a pipeline. */
  public static MLReader<SparseModelTransformer> read() {
    return new Reader();
  }

  /**
   * Reads what was saved.
   *
   * @param path of the folder
   */
  public static SparseModelTransformer load(String path) {
    return read().load(path);
  }

  /** Whether both are of one model and have the same parameters. */
  boolean sameAs(SparseModelTransformer other) {
    return Arrays.equals(file, other.file)
        && extractParamMap().toSeq().toString().equals(other.extractParamMap().toSeq().toString());
  }

  private static final class Writer extends MLWriter {
    private final SparseModelTransformer of;

    Writer(SparseModelTransformer of) {
      this.of = of;
    }

    @Override
    public void saveImpl(String path) {
      try {
        new DefaultParamsWriter(of).session(sparkSession()).save(path);
        SharedFiles.write(
            new Path(path, FILE), of.file, sparkSession().sparkContext().hadoopConfiguration());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Reader extends MLReader<SparseModelTransformer> {

    @Override
    public SparseModelTransformer load(String path) {
      SparseModelTransformer loaded =
          new DefaultParamsReader<SparseModelTransformer>().session(sparkSession()).load(path);
      try {
        return loaded.with(
            SharedFiles.read(
                new Path(path, FILE), sparkSession().sparkContext().hadoopConfiguration()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
