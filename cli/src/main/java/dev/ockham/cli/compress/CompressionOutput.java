package dev.ockham.cli.compress;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.PairedDifference;
import dev.ockham.core.goal.Verdict;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.run.Judge;
import dev.ockham.train.compress.Compression;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command says of a compression.
 *
 * @param common where it says it
 */
public record CompressionOutput(CommonOptions common) {

  /** Exit code where no network that was tried grants the wish. */
  public static final int NOT_GRANTED = 3;

  /**
   * Writes the files of a compression, and says what came out.
   *
   * @param result nothing where it was stopped
   * @param folder for the files
   * @return the exit code
   */
  public int report(Optional<Compression.Result> result, CompressData found, Path folder)
      throws IOException {
    return result.isEmpty() ? stopped() : report(result.get(), found, new CompressedFiles(folder));
  }

  /** Says that it was stopped. */
  public int stopped() {
    common.print(
        Map.of("status", "stopped"),
        () -> common.out().printf("stopped and saved; the same command with --resume goes on%n"));
    return 0;
  }

  private int report(Compression.Result result, CompressData found, CompressedFiles files)
      throws IOException {
    Map<String, Object> unseen = unseen(result, found);
    Map<String, Object> summary = files.write(result, unseen, common::toJson, common.err());
    common.print(
        summary,
        () -> {
          say(common.out(), result);
          unseen.forEach((name, value) -> common.out().printf("%s: %s%n", name, value));
          common.out().printf("%s: ONNX: %s%n", files.folder(), summary.get("onnx"));
          common.out().printf("see how it went: %s%n", files.report());
        });
    return result.holds() ? 0 : NOT_GRANTED;
  }

  private static void say(PrintWriter to, Compression.Result result) {
    Measured now = result.chosen().measured();
    Measured before = result.dense();
    result
        .dense()
        .values()
        .forEach((measure, value) -> {
          if (measure.kind() != Measure.Kind.RECALL) {
            to.printf(
                "%-12s %14s -> %s%n",
                measure, measure.show(value), measure.show(now.require(measure)));
          }
        });
    for (Verdict verdict : result.chosen().verdicts()) {
      to.println(verdict.line());
    }
    if (!result.holds()) {
      to.printf(
          "no network that was tried grants %s; this one, %s of %s, comes nearest%n",
          result.chosen().verdicts().size() > 1 ? "both" : "it",
          result.chosen().name(),
          result.rounds().size());
    }
    if (before.of(Measure.of(Measure.Kind.ERROR)).orElse(1.0) == 0) {
      to.println("the dense network made no mistake at all: it has probably seen these examples");
    }
  }

  /** The error on examples that nothing was chosen by, dense and compressed. */
  private static Map<String, Object> unseen(Compression.Result result, CompressData found) {
    Examples rest = found.rest();
    if (rest == null || !(result.dense().predicted() instanceof Predicted.Classes)) {
      return Map.of();
    }
    Dataset data = found.data();
    List<String> names = MeasuredQuality.names(data);
    int cores = Runtime.getRuntime().availableProcessors();
    Judge judge = new Judge.Labels();
    Predicted before = Predicted.of(result.denseFile().model(), judge, names, rest, cores, _ -> {});
    Predicted after =
        Predicted.of(
            result.chosen().deployment().file().model(), judge, names, rest, cores, _ -> {});
    Measure error = Measure.of(Measure.Kind.ERROR);
    PairedDifference apart = PairedDifference.of(after, before, error);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("rest_examples", rest.count());
    map.put("rest_error_percent_dense", ((Predicted.Classes) before).summary().errorPercent());
    map.put("rest_error_percent", ((Predicted.Classes) after).summary().errorPercent());
    map.put("rest_error_percent_worse_by", apart.worse());
    map.put("rest_error_percent_worse_at_most", apart.bound());
    return map;
  }
}
