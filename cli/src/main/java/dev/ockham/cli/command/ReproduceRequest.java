package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.ReplaceableModel;
import dev.ockham.cli.console.WritableFolder;
import dev.ockham.cli.process.PlannedRun;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.cli.process.RunEnd.Ending;
import dev.ockham.cli.process.TrialRunner;
import dev.ockham.cli.reproduce.Reproduction;
import dev.ockham.cli.reproduce.ReproductionResult;
import dev.ockham.cli.reproduce.ResultPages;
import dev.ockham.cli.reproduce.SeedResult;
import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.ModelSize;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be reproduced: the options, and the work. */
final class ReproduceRequest {

  /** The seed whose model is kept. */
  private static final long ZOO_SEED = 1;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "What to reproduce; 'ockham reproduce --list' names it.")
  private @Nullable String name;

  @Option(names = "--seeds", paramLabel = "N,N,...", description = "Default: ${DEFAULT-VALUE}")
  private String seeds = "1,2,3";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores for each seed; default: the recipe's.")
  private @Nullable Integer threads;

  @Option(
      names = "--out",
      paramLabel = "RUNS",
      description = "Folder of the runs, RUNS/NAME/seed-N. Default: ${DEFAULT-VALUE}")
  private Path out = Path.of("runs", "reproduce");

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Folder of the result files. Default: ${DEFAULT-VALUE}")
  private Path results = Path.of("results");

  @Option(
      names = "--zoo",
      paramLabel = "ZOO",
      description = "Folder of the models that are kept. Default: ${DEFAULT-VALUE}")
  private Path zoo = Path.of("zoo");

  /**
   * What it is.
   *
   * @throws SpecException if nothing is named, or nothing of this name can be reproduced
   */
  Reproduction what() {
    if (name == null) {
      throw new SpecException(
          "NAME is missing; ockham reproduce --list names what can be reproduced");
    }
    return Reproduction.named(name);
  }

  /** Folder of the runs. */
  Path folder() {
    return out.resolve(what().name());
  }

  /** Folder of the result files. */
  Path results() {
    return results;
  }

  /**
   * Trains it once more and measures it.
   *
   * @param runner who trains
   * @param machine what the results of runs say they were made on
   * @return the exit code
   * @throws SpecException naming an option that is wrong
   * @throws RunException if a run failed, or results are of other settings
   */
  int run(
      CommonOptions common,
      TrialRunner runner,
      Function<List<PlannedRun>, Map<String, Object>> machine)
      throws IOException {
    Reproduction what = what();
    SpecTree recipe = what.recipe();
    if (threads != null) {
      CountOption.requirePositive("--threads", threads);
      recipe = recipe.with("training.threads", Integer.toString(threads), "--threads");
    }
    List<PlannedRun> runs = planned(what, recipe);
    ReproductionResult known = known(what, recipe);
    Path model = zoo.resolve(what.name() + ".safetensors");
    ReplaceableModel.require(model);
    WritableFolder.require(out);
    WritableFolder.require(results);
    WritableFolder.require(zoo);
    Dataset data = DataSource.find(recipe.toSpec().data(), common.err());
    List<RunEnd> ends = runner.train(runs);
    if (ends.stream().anyMatch(end -> end.ending() == Ending.STOPPED)) {
      common.print(
          Map.of("status", "stopped"),
          () -> common.out().println("stopped and saved; run the same command again to go on"));
      return 0;
    }
    for (RunEnd end : ends) {
      if (end.ending() == Ending.FAILED) {
        throw new RunException(end.run().title() + ": " + end.reason());
      }
    }
    ReproductionResult result = known;
    Path file = ReproductionResult.file(results, what.name());
    for (long seed : seedList()) {
      Optional<SeedResult> there = result.seed(seed);
      if (there.isEmpty() || !isOfRun(there.get(), folder(what, seed, false))) {
        result = result.with(measure(what, seed, data, machine.apply(runs)));
        result.write(results);
        if (there.isPresent()) {
          common.err().printf("%s held another run of seed %s; now this one%n", file, seed);
        }
      }
      if (seed == ZOO_SEED) {
        Files.createDirectories(zoo);
        ModelFile.load(folder(what, seed, false).model()).save(model);
      }
    }
    ReproductionResult measured = result.only(seedList());
    common.print(measured.toMap(), () -> say(common, what, measured));
    return 0;
  }

  /** What is measured already; to other settings it could not be added. */
  private ReproductionResult known(Reproduction what, SpecTree recipe) throws IOException {
    Map<String, Object> settings = recipe.toMap();
    ReproductionResult fresh = new ReproductionResult(what.name(), settings, List.of());
    ReproductionResult there = ReproductionResult.read(results, what.name()).orElse(fresh);
    if (!there.isOf(settings)) {
      throw new RunException(
          "%s is of other settings than the recipe's; choose another --results, or delete it"
              .formatted(ReproductionResult.file(results, what.name())));
    }
    return there;
  }

  /** A result may have come with the repository, from another machine's run. */
  private static boolean isOfRun(SeedResult result, RunFolder run) throws IOException {
    return result.isOf(
        ModelFile.load(run.model()).weightsSha256(), MetricsLog.seconds(run, RunRecord.read(run)));
  }

  private Set<Long> seedList() {
    Set<Long> wanted = new LinkedHashSet<>();
    for (String seed : seeds.split(",", -1)) {
      try {
        wanted.add(Long.parseLong(seed.strip()));
      } catch (NumberFormatException e) {
        throw new SpecException("--seeds: '%s' is no whole number".formatted(seed));
      }
    }
    return wanted;
  }

  private List<PlannedRun> planned(Reproduction what, SpecTree recipe) {
    List<PlannedRun> runs = new ArrayList<>();
    for (long seed : seedList()) {
      RunSpec seeded = recipe.with("training.seed", Long.toString(seed), "--seeds").toSpec();
      runs.add(run(what, seed, seeded, false));
      if (what.twin()) {
        runs.add(run(what, seed, seeded.dense(), true));
      }
    }
    return runs;
  }

  private PlannedRun run(Reproduction what, long seed, RunSpec spec, boolean twin) {
    return new PlannedRun(
        "seed %s%s".formatted(seed, twin ? ", dense" : ""), spec, folder(what, seed, twin));
  }

  private RunFolder folder(Reproduction what, long seed, boolean twin) {
    return new RunFolder(out.resolve(what.name()).resolve((twin ? "dense-seed-" : "seed-") + seed));
  }

  /** The only place that reads test images, after everything has been decided. */
  private SeedResult measure(
      Reproduction what, long seed, Dataset data, Map<String, Object> machine) throws IOException {
    RunFolder folder = folder(what, seed, false);
    RunRecord record = RunRecord.read(folder);
    Architecture architecture = folder.architecture(record.spec());
    ModelFile file = ModelFile.load(folder.model());
    Model model = file.model();
    ModelSize size = ModelSize.of(architecture.graph(), model, Files.size(folder.model()));
    DataSpec split = record.spec().data();
    Examples train =
        data.train()
            .select(Split.stratified(data.train(), split.validation(), split.splitSeed()).train());
    return new SeedResult(
        seed,
        errorPercent(model, data.test()),
        errorPercent(model, train),
        what.twin()
            ? errorPercent(ModelFile.load(folder(what, seed, true).model()).model(), train)
            : null,
        size.weights(),
        size.nonzeroWeights(),
        size.fileBytes(),
        size.denseBytes(),
        size.layers().stream().map(ModelSize.LayerSize::sparsity).toList(),
        MetricsLog.seconds(folder, record),
        file.weightsSha256(),
        machine,
        record.software());
  }

  private static double errorPercent(Model model, Examples examples) {
    int cores = Runtime.getRuntime().availableProcessors();
    return Evaluator.classify(model, examples, cores, _ -> {}).errorPercent();
  }

  private void say(CommonOptions common, Reproduction what, ReproductionResult result) {
    common.out().print(new ResultPages(List.of(new ResultPages.Row(what, result))).table());
    common.out().printf("seed by seed: %s%n", ReproductionResult.file(results, what.name()));
  }
}
