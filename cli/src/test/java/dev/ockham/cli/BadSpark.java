package dev.ockham.cli;

import dev.ockham.cli.BadInputTest.Case;
import java.util.List;

/**
 * What is asked wrongly of {@code ockham sweep} and {@code ockham spark}, before Spark is there.
 */
final class BadSpark {

  private BadSpark() {}

  static List<Case> cases() {
    String together = "spark train --data iris --out @/new ";
    String predict = "spark predict @/run --input @/row.csv --output @/new ";
    String compress = "spark compress --arch mlp:in-4-out --data iris --target file<=9KB ";
    return List.of(
        new Case("spark", "which work?", "predict"),
        new Case("spark predcit", "did you mean 'predict'?"),
        new Case("spark predict @/run --output @/new", "--input"),
        new Case("spark predict @/run --input @/row.csv", "--output"),
        new Case("spark predict @/nowhere --input @/row.csv --output @/new", "@/nowhere"),
        new Case("spark predict @/file --input @/row.csv --output @/new", "@/file"),
        new Case("spark predict @/run --input @/gone.csv --output @/new", "@/gone.csv"),
        new Case("spark predict @/run --input @/row.csv --output ''", "--output", "empty"),
        new Case(predict + "--format xls", "--format", "'xls'"),
        new Case(predict + "--uncertainty dice", "--uncertainty", "'dice'"),
        new Case(predict + "--master mesos", "--master", "'mesos'", "spark://HOST:PORT"),
        new Case(predict + "--spark-home @/empty", "--spark-home @/empty", "jars"),
        new Case(predict + "--conf memory", "--conf", "'memory'", "KEY=VALUE"),
        new Case("sweep @/key.yaml --out @/new", "@/key.yaml", "'training'"),
        new Case("sweep @/nowhere --out @/new", "@/nowhere"),
        new Case("sweep @/empty --out @/new", "@/empty", "folder"),
        new Case("sweep @/key.yaml", "--out"),
        new Case("sweep @/sweep.yaml --out @/file", "@/file"),
        new Case("sweep @/sweep.yaml --out @/new --processes 0", "--processes"),
        new Case("spark sweep @/key.yaml --out @/new", "@/key.yaml", "'training'"),
        new Case("spark sweep @/threads.yaml --out @/new", "training.threads is 1 in trial-01"),
        new Case("spark sweep @/sweep.yaml --out @/new --master x", "--master", "'x'"),
        new Case("spark sweep @/sweep.yaml --out @/new --print", "--print", "Unknown option"),
        new Case("spark sweep @/sweep.yaml --out @/new --shared ''", "--shared is empty"),
        new Case("spark sweep @/sweep.yaml --out @/new --spark-home @/empty", "@/empty"),
        new Case("spark train --data iris --out @/new", "--workers"),
        new Case("spark train --data iris --workers 2", "--out"),
        new Case(together + "--workers 0", "--workers is 0"),
        new Case(together + "--workers x", "--workers", "'x'"),
        new Case(together + "--workers 3 --master local[2]", "room for 2 workers of 1 threads"),
        new Case(
            together + "--workers 2 --threads 2 --master local-cluster[2,1,1024]",
            "--master local-cluster[2,1,1024] has room for 0 workers of 2 threads"),
        new Case(
            together + "--workers 2 --master yarn --conf spark.dynamicAllocation.enabled=true",
            "spark.dynamicAllocation.enabled",
            "fixed number of executors"),
        new Case(together + "--workers 2 --target error<=5", "--target"),
        new Case(together + "--workers 2 --epochs x", "--epochs", "'x'"),
        new Case(together + "--workers 2 --master x", "--master", "'x'"),
        new Case(together + "--workers 2 --print", "--print", "Unknown option"),
        new Case(together + "--workers 2 --master yarn --spark-home @/empty", "@/empty"),
        new Case("spark train --data iris --workers 2 --out @/run", "@/run already holds a run"),
        new Case("spark train --data iris --workers 2 --out @/file", "@/file"),
        new Case("spark frontier", "--out DIR is missing"),
        new Case("spark frontier --out @/new --processes 2", "--processes"),
        new Case("spark frontier --out @/new --master x", "--master", "'x'"),
        new Case("spark frontier --out @/new --print", "--print", "Unknown option"),
        new Case("spark frontier --out @/new --spark-home @/empty", "@/empty"),
        new Case("spark reproduce", "NAME is missing", "ockham reproduce --list"),
        new Case("spark reproduce lenet-300-100-sparse", "did you mean"),
        new Case("spark reproduce lenet-300-100-sparse-vd --master x", "--master", "'x'"),
        new Case("spark reproduce lenet-300-100-sparse-vd --spark-home @/empty", "@/empty"),
        new Case(compress + "--effort normal --out @/new", "--effort normal", "one compression"),
        new Case(compress + "--effort slow --out @/new", "slow"),
        new Case(compress, "--out is missing"),
        new Case(compress + "--out @/new --master x", "--master", "'x'"),
        new Case(compress + "--out @/new --spark-home @/empty", "@/empty"));
  }
}
