package dev.ockham.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.answer.Answering;
import dev.ockham.core.answer.Answers;
import dev.ockham.core.answer.MeanAnswers;
import dev.ockham.core.answer.MomentAnswers;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.table.PredictionLines;
import dev.ockham.core.table.TablePredictor;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions in Spark, beside those of {@code ockham predict}. */
@Tag("long")
class ScoringTest {

  private static final int ROWS = 1500;

  @TempDir static Path folder;
  private static SparkSession spark;
  private static ModelFile people;
  private static byte[] model;
  private static Path csv;

  @BeforeAll
  static void begin() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("test")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .getOrCreate();
    people = People.model();
    model = People.bytes(people, folder);
    csv = People.csv(folder.resolve("people.csv"), ROWS);
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  private static SparseModelTransformer transformer() {
    return SparseModelTransformer.of(model);
  }

  private static Dataset<Row> asText() {
    return spark.read().option("header", "true").csv(csv.toString());
  }

  /** Numbers as numbers. */
  private static Dataset<Row> typed() {
    return asText()
        .withColumn("age", functions.col("age").cast("int"))
        .withColumn("hours", functions.col("hours").cast("float"));
  }

  private static Dataset<Row> one(String column, DataType type, Object... values) {
    List<Row> rows = new ArrayList<>();
    for (Object value : values) {
      rows.add(RowFactory.create(value));
    }
    return spark.createDataFrame(rows, new StructType().add(column, type));
  }

  /** What plain predict writes of the same file. */
  private static List<List<String>> plain(Answering answering) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TablePredictor(
            people.model(),
            answering,
            people.rules(),
            TableSpec.defaults(),
            List.of("id"),
            PredictionLines.Form.CSV,
            1)
        .predict(csv, out, rows -> {});
    return out.toString(StandardCharsets.UTF_8).lines().skip(1).map(People::cells).toList();
  }

  private static void same(Dataset<Row> predicted, List<List<String>> expected, String... columns) {
    List<Row> rows = predicted.select("id", columns).collectAsList();
    assertThat(rows).hasSize(ROWS);
    for (int i = 0; i < ROWS; i++) {
      for (int k = 0; k <= columns.length; k++) {
        assertThat(rows.get(i).get(k).toString()).isEqualTo(expected.get(i).get(k + 1));
      }
    }
  }

  @Test
  void textAndNumbersArePredictedAsPlainPredictDoesIt() throws IOException {
    List<List<String>> expected = plain(new MeanAnswers(people.model(), people.rules()));
    same(transformer().transform(asText()), expected, "prediction", "probability");
    Path parquet = folder.resolve("people.parquet");
    typed().write().parquet(parquet.toString());
    Dataset<Row> read = spark.read().parquet(parquet.toString()).orderBy(functions.expr("int(id)"));
    same(transformer().transform(read), expected, "prediction", "probability");
    assertThat(expected.stream().map(cells -> cells.get(2)).distinct().count()).isGreaterThan(1);
  }

  @Test
  @Tag("long")
  void probabilitiesAndClassSayTheSame() {
    Dataset<Row> predicted = transformer().transform(asText());
    assertThat(predicted.columns())
        .containsExactly(
            "id",
            "age",
            "sex",
            "work",
            "hours",
            "prediction",
            "class",
            "probability",
            "probabilities");
    for (Row row : predicted.collectAsList()) {
      List<Float> all = row.getList(row.fieldIndex("probabilities"));
      int best = (int) row.<Double>getAs("class").doubleValue();
      assertThat(People.CLASSES.get(best)).isEqualTo(row.getAs("prediction"));
      assertThat(all.get(best)).isEqualTo(row.<Float>getAs("probability"));
      assertThat(all).allMatch(p -> p <= all.get(best));
    }
  }

  @Test
  @Tag("long")
  void momentsAreThoseOfPlainPredict() throws IOException {
    List<List<String>> expected =
        plain(new MomentAnswers(people.model(), people.variances(), people.rules(), 2));
    Dataset<Row> predicted = transformer().setSureness(Sureness.MOMENTS).transform(asText());
    same(predicted, expected, "prediction", "probability", "entropy", "mutual_information");
  }

  @Test
  @Tag("long")
  void entropyIsThatOfTheProbabilities() {
    Dataset<Row> predicted = transformer().setSureness(Sureness.ENTROPY).transform(asText());
    for (Row row : predicted.limit(50).collectAsList()) {
      double entropy = 0;
      for (Float p : row.<Float>getList(row.fieldIndex("probabilities"))) {
        entropy -= p * Math.log(p);
      }
      assertThat((double) row.<Float>getAs("entropy"))
          .isCloseTo(entropy, org.assertj.core.api.Assertions.within(1e-6));
    }
  }

  @Test
  @Tag("long")
  void numbersHaveAColumnEachAndDeviations() throws IOException {
    ModelFile two = People.file(3, 2, DataRules.NONE.withNumbers(List.of("price", "rent")));
    float[] row = {1, -2, 3};
    Row said =
        SparseModelTransformer.of(People.bytes(two, folder))
            .setInputCol("x")
            .setPrefix("p_")
            .setSureness(Sureness.MOMENTS)
            .transform(one("x", SQLDataTypes.VectorType(), Vectors.dense(1, -2, 3)))
            .first();
    Answers expected =
        new MomentAnswers(two.model(), two.variances(), two.rules(), 2).answer(row, 1);
    assertThat(said.schema().fieldNames())
        .containsExactly("x", "p_price", "p_price_deviation", "p_rent", "p_rent_deviation");
    assertThat(said.<Float>getAs("p_rent")).isEqualTo(expected.values()[1]);
    assertThat(said.<Float>getAs("p_price_deviation")).isEqualTo(expected.certainty().get(0)[0]);
  }

  @Test
  @Tag("long")
  void vectorsArraysAndColumnsGiveTheSameNumbers() throws IOException {
    ModelFile labels = People.file(3, 2, DataRules.NONE.withLabels(List.of("red", "blue")));
    SparseModelTransformer of = SparseModelTransformer.of(People.bytes(labels, folder));
    float[] expected = Predictor.of(labels).predict(new float[] {0, 2.5f, 0}, 1);
    List<Row> rows = new ArrayList<>();
    rows.addAll(
        of.copy(new org.apache.spark.ml.param.ParamMap())
            .setInputCol("x")
            .transform(
                one(
                    "x",
                    SQLDataTypes.VectorType(),
                    Vectors.dense(0, 2.5, 0),
                    Vectors.sparse(3, new int[] {1}, new double[] {2.5})))
            .select("red", "blue")
            .collectAsList());
    rows.addAll(
        spark
            .range(1)
            .selectExpr("0 AS a", "float(2.5) AS b", "0L AS c")
            .transform(of::transform)
            .select("red", "blue")
            .collectAsList());
    rows.addAll(
        spark
            .sql("SELECT array(0.0D, 2.5D, 0.0D) AS x")
            .transform(table ->
                of.copy(new org.apache.spark.ml.param.ParamMap()).setInputCol("x").transform(table))
            .select("red", "blue")
            .collectAsList());
    assertThat(rows).hasSize(4);
    for (Row row : rows) {
      assertThat(row.getFloat(0)).isEqualTo(expected[0]);
      assertThat(row.getFloat(1)).isEqualTo(expected[1]);
    }
  }

  private static byte[] png(int side) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.getRaster().setSample(x, y, 0, 10 * y + x);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "png", out)).isTrue();
    return out.toByteArray();
  }

  @Test
  void picturesAreReadFromTheirBytes() throws IOException {
    ModelFile pictures = People.file(16, 3, DataRules.ofClasses(People.CLASSES));
    SparseModelTransformer of =
        SparseModelTransformer.of(People.bytes(pictures, folder)).setInputCol("content");
    float[] pixels = new float[16];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 10 * (i / 4) + i % 4;
    }
    Row row = of.transform(one("content", DataTypes.BinaryType, png(4))).first();
    assertThat(row.<Float>getAs("probability"))
        .isEqualTo(Predictor.of(pictures).predict(pixels).probability());
    assertThatThrownBy(
            () -> of.transform(one("content", DataTypes.BinaryType, png(5))).collectAsList())
        .hasStackTraceContaining("column 'content': the picture is 5×5")
        .hasStackTraceContaining("4×4");
  }

  @Test
  @Tag("long")
  void aPipelineIsSavedAndLoadedWithTheModel() throws IOException {
    ModelFile labels = People.file(2, 2, DataRules.NONE.withLabels(List.of("red", "blue")));
    SparseModelTransformer last =
        SparseModelTransformer.of(People.bytes(labels, folder))
            .setInputCol("v")
            .setPrefix("is ")
            .setSureness(Sureness.ENTROPY);
    Dataset<Row> table = spark.sql("SELECT 1.5D AS a, -2D AS b UNION ALL SELECT 0D, 1D");
    PipelineModel fitted =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler().setInputCols(new String[] {"a", "b"}).setOutputCol("v"),
                  last
                })
            .fit(table);
    String place = folder.resolve("pipeline").toString();
    fitted.write().save(place);
    PipelineModel loaded = PipelineModel.load(place);
    assertThat(((SparseModelTransformer) loaded.stages()[1]).sameAs(last)).isTrue();
    assertThat(loaded.transform(table).collectAsList())
        .isEqualTo(fitted.transform(table).collectAsList());
    assertThatThrownBy(() -> fitted.write().save(place)).hasMessageContaining("already exists");
  }

  @Test
  @Tag("long")
  void theFunctionOfSqlSaysWhatTheTransformerSays() {
    typed().createOrReplaceTempView("people");
    ModelFunction.register(spark, "income", transformer().setSureness(Sureness.ENTROPY));
    Dataset<Row> asked =
        spark.sql(
            "SELECT id, p.prediction, p.probability, p.entropy FROM"
                + " (SELECT id, income(struct(*)) AS p FROM people)");
    Dataset<Row> expected =
        transformer()
            .setSureness(Sureness.ENTROPY)
            .transform(typed())
            .select("id", "prediction", "probability", "entropy");
    assertThat(asked.collectAsList()).isEqualTo(expected.collectAsList());
    assertThatThrownBy(() -> spark.sql("SELECT income(struct(id, age)) FROM people").collect())
        .hasStackTraceContaining("lacks columns 'sex', 'work', 'hours' that the model takes")
        .hasStackTraceContaining("it has 'id', 'age'");
    assertThatThrownBy(() -> spark.sql("SELECT income(id) FROM people").collect())
        .hasStackTraceContaining("column 'value' is string; the model takes numbers");
  }

  @Test
  void aModelIsPreparedOnceInAJvm() {
    PreparedModel first = PreparedModel.of(PreparedModel.id(model), () -> model);
    assertThat(
            PreparedModel.of(
                PreparedModel.id(model),
                () -> {
                  throw new AssertionError("its bytes are fetched again");
                }))
        .isSameAs(first);
  }

  @Test
  void whatDoesNotFitIsSaidInOneLineBeforeAnythingRuns() {
    Map<String, Dataset<Row>> tables =
        Map.of(
            "the table lacks columns 'work', 'hours' that the model takes; it has 'id', 'age',"
                + " 'sex'",
            asText().drop("work", "hours"),
            "column 'age' is array<string>; the model takes a number there",
            asText().withColumn("age", functions.array("age")),
            "column 'age' is boolean; the model takes a number there",
            asText().withColumn("age", functions.lit(true)),
            "column 'work' is binary; the model takes a category there",
            asText().withColumn("work", functions.col("work").cast("binary")),
            "the table has a column 'probability' already; give the predictions' columns a"
                + " --prefix",
            asText().withColumn("probability", functions.lit(1)));
    tables.forEach((line, table) ->
        assertThatThrownBy(() -> transformer().transform(table))
            .isInstanceOf(ScoringException.class)
            .hasMessage(line));
    assertThatThrownBy(() -> transformer().setInputCol("nose").transform(asText()))
        .hasMessage("the table has no column 'nose'; it has 'id', 'age', 'sex', 'work', 'hours'");
    assertThatThrownBy(() -> transformer().setInputCol("age").transform(asText()))
        .hasMessageStartingWith("column 'age' is string; the model takes numbers: a vector");
    assertThatThrownBy(() -> SparseModelTransformer.of(new byte[20]))
        .isInstanceOf(ScoringException.class)
        .hasMessageStartingWith("the model cannot be used: ");
  }

  @Test
  void aRowThatCannotBeEncodedIsNamed() throws IOException {
    Path broken = folder.resolve("broken.csv");
    Files.writeString(broken, "id,age,sex,work,hours\n0,20,Male,farm,3\n1,2O,Male,farm,3\n");
    Dataset<Row> table = spark.read().option("header", "true").csv(broken.toString());
    assertThatThrownBy(() -> transformer().transform(table).collectAsList())
        .hasStackTraceContaining(
            "broken.csv: row 2 of partition 0: column 'age': '2O' is not a number");
    ModelFile plain = People.file(3, 2, DataRules.NONE);
    byte[] file = People.bytes(plain, folder);
    assertThatThrownBy(() ->
            SparseModelTransformer.of(file)
                .setInputCol("x")
                .transform(one("x", SQLDataTypes.VectorType(), Vectors.dense(1, 2)))
                .collectAsList())
        .hasStackTraceContaining(
            "row 1 of partition 0: column 'x': 2 numbers, where the model takes 3");
    assertThatThrownBy(() ->
            SparseModelTransformer.of(file)
                .setInputCol("x")
                .transform(one("x", SQLDataTypes.VectorType(), Vectors.dense(1, 2, Double.NaN)))
                .collectAsList())
        .hasStackTraceContaining("column 'x': 'NaN' is no number of 32 bits");
  }

  @Test
  @Tag("long")
  void surenessThatTheModelCannotSayIsRefused() throws IOException {
    ModelFile without =
        new ModelFile(people.model(), people.provenance(), people.rules(), Map.of());
    SparseModelTransformer of =
        SparseModelTransformer.of(People.bytes(without, folder)).setSureness(Sureness.MOMENTS);
    assertThatThrownBy(() -> of.transform(asText()))
        .hasMessageContaining("keeps no variances of its weights")
        .hasMessageContaining("--keep-variance");
    assertThatThrownBy(() ->
            SparseModelTransformer.of(
                    People.bytes(
                        People.file(3, 1, DataRules.NONE.withNumbers(List.of("price"))), folder))
                .setInputCol("x")
                .setSureness(Sureness.ENTROPY)
                .transform(one("x", SQLDataTypes.VectorType(), Vectors.dense(1, 2, 3))))
        .hasMessageStartingWith("entropy is for classes and labels");
  }
}
