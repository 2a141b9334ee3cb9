package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.PruneTarget;
import dev.ockham.cli.console.ScalingOptions;
import dev.ockham.cli.console.TableReadingOptions;
import dev.ockham.cli.console.Terminal;
import dev.ockham.cli.console.UnscaledNote;
import dev.ockham.core.data.ClassNames;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.evaluate.ActiveUnits;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.ModelSize;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.quality.QualityComparison;
import dev.ockham.core.quality.QualityReport;
import dev.ockham.core.quality.UncertaintyReport;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham evaluate}. */
@Command(
    name = "evaluate",
    description =
        "Measure a model file, or a run pruned at any threshold, on examples with classes, labels"
            + " or numbers, or against its teacher.",
    footer = {
      "",
      "weights counts the original architecture without biases (of a model file whose",
      "architecture has no name that Ockham knows: what the file holds); dense_bytes is 4 bytes",
      "for each of its parameters; of a RUN, file_bytes is what 'prune' would write. ece is the",
      "calibration error over 15 equal-width bins of confidence. A RUN that learnt a teacher's",
      "outputs is compared with these: 1 - R2 is the squared error of an output over that of its",
      "means; 0 is the teacher. A RUN is shown class by class beside its network before pruning,",
      "any file beside --against: harm is the F1 that is lost (of numbers the RMSE that is"
          + " gained),",
      "with the interval of 95 %% of 1000 resamples. What is above 0 in all of it is named as hurt."
    })
public final class EvaluateCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "MODEL|RUN", description = "A model file or the folder of a run.")
  private Path subject = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "Data set, by name or path; default: the one it was trained on.")
  private @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "PART",
      description =
          "${COMPLETION-CANDIDATES}; validation and train as in training. Default: test, and"
              + " all of data that it was not trained on and that have no test part of their own.")
  private EvaluatedExamples.@Nullable Part part;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description =
          "For a RUN: average the predictions of N networks drawn from the posterior (the kept"
              + " weights are noisy). Default: the mean weights.")
  private @Nullable Integer samples;

  @Mixin private CertaintyOptions certainty = new CertaintyOptions();

  @Option(
      names = "--against",
      paramLabel = "MODEL",
      description =
          "Another model file, to be compared with class by class; default for a RUN: its network"
              + " before pruning.")
  private @Nullable Path against;

  @Option(names = "--threads", paramLabel = "N", description = "Cores to use; default: all.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @ArgGroup(exclusive = true, heading = "Of a RUN, what is left at another threshold:%n")
  private PruneTarget target = new PruneTarget();

  @Mixin private ScalingOptions scaling = new ScalingOptions();

  @Mixin private TableReadingOptions table = new TableReadingOptions();

  @Override
  public Integer call() throws IOException {
    CountOption.requirePositive("--samples", samples);
    CountOption.requirePositive("--threads", threads);
    boolean isRun = Files.isDirectory(subject);
    if (samples != null && !isRun) {
      throw new SpecException("--samples needs a RUN; a model file has no posterior any more");
    }
    if (isRun && !scaling.areAbsent()) {
      throw new SpecException("--mean and --deviation are for a model file; a RUN has its scaling");
    }
    requireOwnThreshold(isRun);
    EvaluatedNetwork found =
        isRun
            ? EvaluatedNetwork.ofRun(subject, target, against)
            : EvaluatedNetwork.ofModel(subject, scaling, against);
    EvaluatedExamples examples = new EvaluatedExamples(found, data, part, table);
    Dataset dataset = InputOrder.arranged(examples.data(common.err()), found.network());
    EvaluatedExamples.Part measured = examples.part(dataset);
    Examples images =
        ClassNames.asNumberedBy(
            found.rules().classes(),
            examples.of(measured, dataset),
            dataset.classNames(),
            dataset.origin());
    if (!isRun && scaling.areAbsent()) {
      UnscaledNote.say(subject, found.model(), images, common.err());
    }
    Judge judge = Judging.fitting(found.judge(), found.model(), images, dataset);
    requireComparable(found, judge, images);
    List<String> names = found.names().isEmpty() ? Judging.names(dataset.rules()) : found.names();
    Quality quality = quality(found, judge, names, images);
    Map<String, UncertaintyReport> reports =
        certainty.measure(
            subject,
            new CertaintyOptions.Networks(
                found.model(),
                found.variances(),
                found.before(),
                against == null ? "dense" : "other",
                found.rules()),
            judge,
            names,
            images,
            samples,
            threads,
            common.err());
    report(
        quality,
        reports,
        ActiveUnits.of(found.model(), images),
        ModelSize.of(found.original(), found.model(), found.fileBytes()),
        found.weightsSha256(),
        examples.name(),
        measured);
    return 0;
  }

  /** A model file has no scores any more, and what is drawn is drawn at the run's own threshold. */
  private void requireOwnThreshold(boolean isRun) {
    if (target.given().isEmpty()) {
      return;
    }
    if (!isRun) {
      throw new SpecException(
          "%s needs a RUN; a model file has only its weights".formatted(target.given()));
    }
    if (samples != null || certainty.asks()) {
      throw new SpecException(
          "%s and %s: networks are drawn at the run's own threshold; 'ockham prune --keep-variance %s' writes a file to measure"
              .formatted(
                  target.given(), samples != null ? "--samples" : "--uncertainty", target.given()));
    }
  }

  /** Labels belong to one vector of logits; without labels there is a teacher, or nothing. */
  private void requireComparable(EvaluatedNetwork found, Judge judge, Examples images)
      throws RunException {
    boolean classes = found.model().graph().outputs().size() == 1;
    boolean labels =
        switch (judge) {
          case Judge.Labels() -> true;
          case Judge.SeveralLabels(), Judge.OfNumbers _ -> false;
          case Judge.Teacher(Model _, Lesson lesson) -> samples != null && !lesson.labels();
        };
    if (labels && !(images.labelled() && classes)) {
      throw new RunException(
          "%s: %s; only a RUN that learnt a teacher's outputs is measured without labels%s"
              .formatted(
                  subject,
                  images.labelled()
                      ? "it gives " + found.model().graph().outputs() + ", which are no classes"
                      : "the data have no labels to compare its outputs with",
                  samples == null ? "" : ", and without --samples"));
    }
  }

  private Quality quality(EvaluatedNetwork found, Judge judge, List<String> names, Examples images)
      throws IOException {
    if (!Terminal.interactive()) {
      return quality(found, judge, names, images, _ -> {});
    }
    try (ProgressBar bar = Terminal.bar("evaluate", images.count(), 0)) {
      return quality(found, judge, names, images, bar::stepTo);
    }
  }

  private Quality quality(
      EvaluatedNetwork found,
      Judge judge,
      List<String> names,
      Examples images,
      IntConsumer progress)
      throws IOException {
    try {
      if (samples != null) {
        return new DrawnQuality(new RunFolder(subject), samples, threads)
            .of(judge, names, images, progress);
      }
      return switch (judge) {
        case Judge.Labels() -> {
          Predicted predicted =
              Predicted.of(found.model(), judge, names, images, threads, progress);
          yield new Quality(
              images.count(),
              ((Predicted.Classes) predicted).summary(),
              null,
              compared(found, judge, names, images, predicted));
        }
        case Judge.SeveralLabels(), Judge.OfNumbers _ ->
            new Quality(
                images.count(),
                null,
                judge.score(found.model(), images, threads, progress),
                compared(
                    found,
                    judge,
                    names,
                    images,
                    Predicted.of(found.model(), judge, names, images, threads, _ -> {})));
        case Judge.Teacher(Model _, Lesson lesson) ->
            new Quality(
                images.count(),
                lesson.labels() && images.labelled()
                    ? Evaluator.classify(found.model(), images)
                    : null,
                judge.score(found.model(), images, threads, progress),
                null);
      };
    } catch (IllegalArgumentException e) {
      throw new RunException("%s: %s".formatted(subject, e.getMessage()));
    }
  }

  private QualityReport compared(
      EvaluatedNetwork found,
      Judge judge,
      List<String> names,
      Examples images,
      Predicted predicted) {
    Model before = found.before();
    return QualityComparison.of(
        predicted,
        before == null ? null : Predicted.of(before, judge, names, images, threads, _ -> {}));
  }

  private void report(
      Quality quality,
      Map<String, UncertaintyReport> reports,
      List<ActiveUnits> gates,
      ModelSize size,
      String sha256,
      String name,
      EvaluatedExamples.Part measured) {
    Map<String, Object> result = quality.toMap();
    if (!reports.isEmpty()) {
      Map<String, Object> each = new LinkedHashMap<>();
      reports.forEach((form, certain) -> each.put(form, certain.toMap()));
      result.put("uncertainty", each);
    }
    result.put("weights", size.weights());
    result.put("nonzero_weights", size.nonzeroWeights());
    result.put("compression", size.compression());
    result.put("file_bytes", size.fileBytes());
    result.put("dense_bytes", size.denseBytes());
    result.put("file_ratio", size.fileRatio());
    result.put("layers", size.layers().stream().map(ModelSize.LayerSize::toMap).toList());
    if (!gates.isEmpty()) {
      result.put("gates", gates.stream().map(ActiveUnits::toMap).toList());
    }
    result.put("weights_sha256", sha256);
    common.print(result, () -> say(quality, reports, gates, size, sha256, name, measured));
  }

  private void say(
      Quality quality,
      Map<String, UncertaintyReport> reports,
      List<ActiveUnits> gates,
      ModelSize size,
      String sha256,
      String name,
      EvaluatedExamples.Part measured) {
    common
        .out()
        .printf(
            Locale.ROOT,
            "%s on %s (%s, %d examples)%n"
                + "%s"
                + "weights      %d of %d left, %s%n"
                + "file         %d bytes of %d dense, %.1fx%n",
            subject,
            name,
            measured,
            quality.examples(),
            quality.lines(),
            size.nonzeroWeights(),
            size.weights(),
            Terminal.times(size.compression()),
            size.fileBytes(),
            size.denseBytes(),
            size.fileRatio());
    int names = size.layers().stream().mapToInt(each -> each.name().length()).max().orElse(0);
    for (ModelSize.LayerSize layer : size.layers()) {
      common
          .out()
          .printf(
              Locale.ROOT,
              "  %s %-18s %8d left, sparsity %.2f %%%n",
              Terminal.padded(layer.name(), names),
              layer.shape(),
              layer.nonzero(),
              100 * layer.sparsity());
    }
    for (ActiveUnits gate : gates) {
      common
          .out()
          .printf(
              Locale.ROOT,
              "  %s %d of %d units stored, %.1f open for an example in the mean%n",
              Terminal.padded(gate.gate(), names),
              gate.stored(),
              gate.units(),
              gate.meanActive());
    }
    if (quality.report() != null) {
      QualityLines.of(quality.report(), against == null ? "dense" : "other")
          .forEach(common.out()::println);
    }
    if (!reports.isEmpty()) {
      UncertaintyLines.of(reports).forEach(common.out()::println);
    }
    common.out().printf("sha256       %s%n", sha256);
  }
}
