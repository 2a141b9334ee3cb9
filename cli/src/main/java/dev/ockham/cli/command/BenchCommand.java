package dev.ockham.cli.command;

import dev.ockham.bench.EpochRace;
import dev.ockham.bench.StepRace;
import dev.ockham.cli.console.ArchitectureOption;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.Terminal;
import dev.ockham.cli.reproduce.Circumstances;
import dev.ockham.cli.reproduce.InferencePage;
import dev.ockham.cli.reproduce.StepPage;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Split;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.TemporaryFolder;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.spec.TrainingSpec.VarianceProducts;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ockham bench}: what things cost on this machine. */
@Command(
    name = "bench",
    description = {
      "Measure what things cost on this machine.",
      "'bench --docs' makes the tables of docs/performance.md, here, of results/bench."
    },
    subcommands = {
      BenchCommand.Step.class,
      BenchCommand.Epoch.class,
      BenchInferenceCommand.class,
      BenchValidationCommand.class
    },
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = "--docs",
      description = "Make the tables of docs/performance.md, here, of results/bench.")
  private boolean docs;

  @Override
  public void run() {
    if (docs) {
      try {
        Path results = Path.of("results", "bench");
        InferencePage.read(results).write(Path.of(""));
        StepPage.read(results).write(Path.of(""));
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      spec.commandLine().getOut().println("docs/performance.md is made of results/bench");
      return;
    }
    throw new ParameterException(
        spec.commandLine(),
        "which measurement? known: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** {@code ockham bench step}. */
  @Command(
      name = "step",
      description = {
        "Race one optimiser step of a dense network and of Sparse VD.",
        "As the textbook writes them (autograd and libtorch's Adam, one thread; dense_parallel with"
            + " libtorch's own threads) and as Ockham does it. Interleaved in one process; medians."
      })
  static final class Step implements Callable<Integer> {

    @Mixin private CommonOptions common = new CommonOptions();

    @Mixin private ArchitectureOption architecture = new ArchitectureOption();

    @Option(
        names = "--batch",
        paramLabel = "N",
        description = "Examples per step, up to 1000. Default: ${DEFAULT-VALUE}")
    private int batch = 100;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Cores for Ockham's steps. Default: ${DEFAULT-VALUE}")
    private int threads = 1;

    @Option(
        names = "--steps",
        paramLabel = "N",
        description = "Timed steps of each. Default: ${DEFAULT-VALUE}")
    private int steps = 200;

    @Option(
        names = "--variance-products",
        paramLabel = "P",
        description = "auto, float32 or bfloat16. Default: ${DEFAULT-VALUE}")
    private String varianceProducts = "auto";

    @Option(names = "--scalar", description = "Ockham's loops without SIMD.")
    private boolean scalar;

    @Option(
        names = "--method",
        paramLabel = "M",
        description = "Trained beside the dense network. Default: ${DEFAULT-VALUE}")
    private String method = "sparse-vd";

    @Override
    public Integer call() throws IOException {
      CountOption.requireWithin("--batch", batch, 1000);
      CountOption.requireWithin("--threads", threads, 1024);
      CountOption.requireWithin("--steps", steps, 1_000_000);
      StepRace.Result race = race();
      List<StepRace.Time> times = race.times();
      Map<String, @Nullable Object> result = new LinkedHashMap<>();
      result.put("architecture", architecture.text());
      result.put("method", method);
      result.put("batch", batch);
      result.put("threads", threads);
      result.put("steps", steps);
      for (StepRace.Time time : times) {
        result.put(time.name() + "_ms", time.median());
        result.put(time.name() + "_quartiles_ms", List.of(time.lower(), time.upper()));
      }
      @Nullable Double eagerOverOckham =
          times.stream().anyMatch(time -> time.name().equals("eager"))
              ? Double.valueOf(median(times, "eager") / median(times, "ockham"))
              : null;
      Map<String, Double> ratios = ratios(times);
      ratios.forEach((name, ratio) -> result.put("ockham_over_" + name, ratio));
      result.put("eager_over_ockham", eagerOverOckham);
      StepRace.Breakdown parts = race.breakdown();
      result.put("forward_ms", parts.forward());
      result.put("noise_ms", parts.noise());
      result.put("backward_ms", parts.backward());
      result.put("update_ms", parts.update());
      race.bytes().forEach((name, bytes) -> result.put(name + "_bytes", bytes));
      result.put("kernels", race.kernels());
      result.put("precision", race.precision());
      Circumstances.put(result, common.arguments(), threads);
      common.print(result, () -> say(race, eagerOverOckham, ratios));
      return 0;
    }

    /** Median of the method's step by that of each dense one, by the latter's name. */
    private static Map<String, Double> ratios(List<StepRace.Time> times) {
      Map<String, Double> ratios = new LinkedHashMap<>();
      for (StepRace.Time time : times) {
        if (time.name().startsWith("dense")) {
          ratios.put(time.name(), median(times, "ockham") / time.median());
        }
      }
      return ratios;
    }

    private StepRace.Result race() throws IOException {
      return StepRace.run(
          architecture.read(),
          Method.named(method),
          batch,
          threads,
          steps,
          scalar ? Kernels.scalar() : Kernels.create(),
          precision());
    }

    private VarianceProducts precision() {
      return Stream.of(VarianceProducts.values())
          .filter(each -> SpecTree.enumName(each).equals(varianceProducts))
          .findFirst()
          .orElseThrow(() ->
              new SpecException(
                  "--variance-products is '%s'; it must be auto, float32 or bfloat16"
                      .formatted(varianceProducts)));
    }

    private static double median(List<StepRace.Time> times, String name) {
      return times.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow().median();
    }

    private void say(
        StepRace.Result race, @Nullable Double eagerOverOckham, Map<String, Double> ratios) {
      common.out().printf("%-14s %8s %10s %22s%n", "step", "threads", "median ms", "quartiles ms");
      for (StepRace.Time time : race.times()) {
        common
            .out()
            .printf(
                Locale.ROOT,
                "%-14s %8d %10.3f %12.3f - %7.3f%n",
                time.name(),
                time.threads(),
                time.median(),
                time.lower(),
                time.upper());
      }
      if (eagerOverOckham != null) {
        common.out().printf(Locale.ROOT, "eager / ockham %.2f, ", eagerOverOckham);
      }
      List<String> said = new ArrayList<>();
      ratios.forEach(
          (name, ratio) -> said.add(String.format(Locale.ROOT, "ockham / %s %.2f", name, ratio)));
      common.out().println(String.join(", ", said));
      StepRace.Breakdown parts = race.breakdown();
      common
          .out()
          .printf(
              Locale.ROOT,
              "ockham: forward %.3f ms (noise by itself %.3f), backward %.3f, update %.3f; %s,"
                  + " kernels %s%n",
              parts.forward(),
              parts.noise(),
              parts.backward(),
              parts.update(),
              race.precision(),
              race.kernels());
      race.bytes()
          .forEach((name, bytes) ->
              common
                  .out()
                  .printf(Locale.ROOT, "%-14s holds %.1f MB between steps%n", name, bytes / 1e6));
    }
  }

  /** {@code ockham bench epoch}. */
  @Command(
      name = "epoch",
      description = {
        "Race whole epochs of a dense network and of a method's, on real data.",
        "Batches, steps and validation; they take turns, an epoch each. Settings are those of"
            + " 'ockham train'."
      })
  static final class Epoch implements Callable<Integer> {

    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
        names = "--recipe",
        paramLabel = "FILE",
        description = "YAML file of settings; options given here come on top.")
    private @Nullable Path recipe;

    @Mixin private TrainSettings settings = new TrainSettings();

    @Override
    public Integer call() throws IOException, TrainingException {
      SpecTree base = recipe == null ? SpecTree.of(RunSpec.defaults()) : Recipe.read(recipe);
      RunSpec run = settings.over(base).toSpec();
      if (!run.method().method().noisy()) {
        throw new SpecException(
            "--method: '%s' has no noise; there is nothing to race the dense network with"
                .formatted(run.method().name()));
      }
      if (run.training().pretrainEpochs() == run.training().epochs()) {
        throw new SpecException(
            "training.pretrain_epochs is %s, all of training.epochs; no epoch with noise is left"
                .formatted(run.training().pretrainEpochs()));
      }
      Dataset data = DataSource.find(run.data(), common.err());
      EpochRace.Result race = race(run, data);
      Map<String, @Nullable Object> result = new LinkedHashMap<>();
      result.put("architecture", run.architecture());
      result.put("data", run.data().name());
      result.put("method", run.method().name());
      List<Map<String, Object>> epochs = new ArrayList<>();
      for (EpochRace.Epoch epoch : race.epochs()) {
        Map<String, Object> entry = epoch.ockham().toMap();
        entry.put("dense_seconds", epoch.dense());
        entry.put("compression", epoch.ockham().compression());
        entry.put("error_percent", errorPercent(epoch));
        epochs.add(entry);
      }
      result.put("epochs", epochs);
      result.put("ockham_over_dense", race.ockhamOverDense());
      result.put("last_over_first", race.lastOverFirst());
      Circumstances.put(result, common.arguments(), run.training().threads());
      common.print(result, () -> say(race));
      return 0;
    }

    private EpochRace.Result race(RunSpec run, Dataset data) throws IOException, TrainingException {
      Split split = Split.stratified(data.train(), run.data().validation(), run.data().splitSeed());
      int examples = split.train().length;
      long steps = Math.ceilDiv(examples, run.training().batchOf(examples));
      long both = 2L * run.training().epochs() - run.training().fineTune().epochs();
      try (TemporaryFolder folder = TemporaryFolder.create();
          @Nullable ProgressBar bar =
              Terminal.interactive() ? Terminal.bar("bench epoch", steps * both, 0) : null) {
        return EpochRace.run(
            run,
            data,
            folder.path(),
            () -> {
              if (bar != null) {
                bar.step();
              }
            });
      }
    }

    /** Of the pruned network where it was measured; null without labels. */
    private static @Nullable Double errorPercent(EpochRace.Epoch epoch) {
      EpochMetrics.Score score =
          epoch.ockham().prunedValidation() == null
              ? epoch.ockham().validation()
              : epoch.ockham().prunedValidation();
      return score == null || !score.labelled() ? null : Double.valueOf(score.errorPercent());
    }

    private void say(EpochRace.Result race) {
      common
          .out()
          .printf(
              "%5s %10s %10s %7s %18s %12s %10s%n",
              "epoch", "dense s", "ockham s", "ratio", "live units", "compression", "val error");
      for (EpochRace.Epoch epoch : race.epochs()) {
        @Nullable Double error = errorPercent(epoch);
        common
            .out()
            .printf(
                Locale.ROOT,
                "%5d %10.3f %10.3f %7.2f %18s %12s %10s%n",
                epoch.ockham().epoch(),
                epoch.dense(),
                epoch.ockham().seconds(),
                epoch.ratio(),
                epoch.ockham().unitsInTraining(),
                Terminal.times(epoch.ockham().compression()),
                error == null ? "-" : String.format(Locale.ROOT, "%.2f %%", error));
      }
      common
          .out()
          .printf(
              Locale.ROOT,
              "ockham / dense %.2f (median), last noisy epoch / first %.2f%n",
              race.ockhamOverDense(),
              race.lastOverFirst());
    }
  }
}
