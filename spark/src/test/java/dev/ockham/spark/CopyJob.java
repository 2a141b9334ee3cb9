package dev.ockham.spark;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** Spark alone at work, beside which {@code bench/measure-spark.sh} holds a job that predicts. */
public final class CopyJob {

  private CopyJob() {}

  /** Writes a table of Parquet once more: from, to. */
  public static void main(String[] paths) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("copy").getOrCreate()) {
      spark.read().parquet(paths[0]).write().mode("overwrite").parquet(paths[1]);
    }
  }
}
