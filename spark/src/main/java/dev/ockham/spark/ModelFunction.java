package dev.ockham.spark;

import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A model as a function of SQL. It takes a row, {@code struct(*)}, or one value: a vector or an
 * array of numbers, a picture, a text; and gives a row of predictions.
 *
 * <pre>{@code
 * ModelFunction.register(spark, "income", SparseModelTransformer.ofFile(spark, "adult.safetensors"));
 * spark.sql("SELECT id, income(struct(*)).prediction FROM people");
 * }</pre>
 *
 * <p>It asks row by row; for whole tables the transformer is faster.
 */
public final class ModelFunction implements UDF1<Object, Row> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<byte[]> model;
  private final String id;
  private final Sureness sureness;
  private transient @Nullable Asked asked;

  private ModelFunction(Broadcast<byte[]> model, String id, Sureness sureness) {
    this.model = model;
    this.id = id;
    this.sureness = sureness;
  }

  /** A model with the way into it, for rows of one kind; of one thread. */
  private record Asked(
      StructType schema, PreparedModel model, RowIntake intake, AnswerColumns columns) {}

  /**
   * Makes a model known to a session's SQL.
   *
   * @param name of the function
   * @param of the model; its sureness holds, its prefix goes before the names
   */
  public static void register(SparkSession spark, String name, SparseModelTransformer of) {
    Sureness how = Sureness.named(of.getOrDefault(of.sureness()));
    PreparedModel prepared = of.prepared();
    prepared.require(how);
    Broadcast<byte[]> bytes =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(of.bytes());
    StructField[] fields =
        new AnswerColumns(prepared.predictor(), "", how).fields().toArray(new StructField[0]);
    spark
        .udf()
        .register(
            name,
            new ModelFunction(bytes, PreparedModel.id(of.bytes()), how),
            DataTypes.createStructType(fields));
  }

  @Override
  public synchronized Row call(@Nullable Object value) {
    Row row = value instanceof Row given ? given : RowFactory.create(value);
    Asked way = way(value instanceof Row given ? given.schema() : null, value);
    float[] input = new float[way.model().predictor().inputs()];
    try {
      way.intake().encode(row, input, 0);
    } catch (IllegalArgumentException e) {
      throw new ScoringException(String.valueOf(e.getMessage()));
    }
    Object[] out = new Object[way.columns().fields().size()];
    way.columns().write(way.model().answer(input, 1, sureness), 0, out, 0);
    return RowFactory.create(out);
  }

  private Asked way(@Nullable StructType schema, @Nullable Object value) {
    Asked known = asked;
    boolean fits = known != null && (schema == null || schema.equals(known.schema()));
    if (!fits) {
      PreparedModel prepared = PreparedModel.of(id, model::value);
      StructType own = schema == null ? single(value) : schema;
      String column = schema == null ? SINGLE : "";
      asked =
          new Asked(
              own,
              prepared,
              RowIntake.of(prepared.predictor(), own, column),
              new AnswerColumns(prepared.predictor(), "", sureness));
    }
    return Objects.requireNonNull(asked);
  }

  private static final String SINGLE = "value";

  /** A row of one value, by the class of the value. */
  private static StructType single(@Nullable Object value) {
    return new StructType()
        .add(
            SINGLE,
            switch (value) {
              case null -> DataTypes.NullType;
              case byte[] bytes -> DataTypes.BinaryType;
              case String text -> DataTypes.StringType;
              case scala.collection.Seq<?> array -> DataTypes.createArrayType(DataTypes.FloatType);
              case org.apache.spark.ml.linalg.Vector vector ->
                  org.apache.spark.ml.linalg.SQLDataTypes.VectorType();
              default ->
                  throw new ScoringException(
                      "a %s is nothing that the model takes; give it a row, as struct(*), or a vector, an array, a picture or a text"
                          .formatted(value.getClass().getSimpleName()));
            });
  }
}
