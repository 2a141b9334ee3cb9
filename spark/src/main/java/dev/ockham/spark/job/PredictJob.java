package dev.ockham.spark.job;

/**
 * Predicts the rows of a table and writes a table of predictions.
 *
 * <pre>{@code
 * spark-submit --master local[2] --class dev.ockham.spark.job.PredictJob ockham-spark-job.jar \
 *   --model adult.safetensors --input people.parquet --output predictions
 * }</pre>
 */
public final class PredictJob {

  private PredictJob() {}

  /** Predicts a table on Spark; exits with 1 and one line on standard error where that fails. */
  public static void main(String[] words) {
    System.exit(JavaFloor.admitsDriver() ? PredictedTable.make(words) : 1);
  }
}
