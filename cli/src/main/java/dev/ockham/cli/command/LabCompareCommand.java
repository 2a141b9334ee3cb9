package dev.ockham.cli.command;

import dev.ockham.cli.console.ArchitectureOption;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.process.ParallelRuns;
import dev.ockham.cli.process.PlannedRun;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.data.Split;
import dev.ockham.core.method.Method;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.lab.compare.Comparison;
import dev.ockham.lab.compare.ComparisonPage;
import dev.ockham.lab.compare.Contestant;
import dev.ockham.lab.compare.MeasuredRun;
import dev.ockham.lab.page.LabFolder;
import dev.ockham.lab.page.LabPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham lab compare}: all pruning methods on one network and data set. */
@Command(
    footer = {
      "",
      "Runs go into DIR/runs, each trained by the recipe of its method (recipes/compare in the",
      "sources). Stopped with Ctrl-C and run again, it goes on; more methods or seeds come on top.",
      "Example: ockham lab compare --data fashion-mnist-mini --arch lenet-300-100 --out"
          + " runs/compare"
    })
public final class LabCompareCommand implements Callable<Integer> {

  private static final String RECIPES = "/dev/ockham/cli/recipes/compare/";

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "As in 'ockham train'. Default: ${DEFAULT-VALUE}")
  private String data = "mnist";

  @Option(
      names = "--arch",
      paramLabel = "A",
      description = "As in 'ockham train'. Default: ${DEFAULT-VALUE}")
  private String architecture = "lenet-500-300";

  @Option(
      names = "--methods",
      paramLabel = "A,B,...",
      description = "Methods that prune, by name. Default: all of them.")
  private @Nullable String methods;

  @Option(
      names = "--seeds",
      paramLabel = "N,N,...",
      description = "One run of each method by seed. Default: ${DEFAULT-VALUE}")
  private String seeds = "1,2,3";

  @Option(
      names = "--strengths",
      paramLabel = "F,F,...",
      description = "Factors on each recipe's beta, a run for each. Default: ${DEFAULT-VALUE}")
  private String strengths = "1";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Epochs of every run. Default: as many as make the steps of its recipe.")
  private @Nullable Integer epochs;

  @Option(
      names = "--within",
      paramLabel = "P",
      description =
          "A threshold is chosen to lose at most P points to the dense network, on validation"
              + " images. Default: ${DEFAULT-VALUE}")
  private double within = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores of each run; results depend on it. Default: ${DEFAULT-VALUE}")
  private int threads = 1;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "Runs at once; results do not depend on it. Default: as many as there are cores for.")
  private @Nullable Integer processes;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the runs, the page (index.html) and its numbers (result.json).")
  private Path out = Path.of("");

  @Override
  public Integer call() throws IOException {
    List<Method> chosen = methods();
    List<Long> seedList = list("--seeds", seeds, Long::valueOf, "a whole number");
    List<Double> factors = list("--strengths", strengths, Double::valueOf, "a number");
    requireOptions();
    Architecture network = ArchitectureOption.read(architecture);
    Dataset examples = DataSource.find(data, common.err());
    network.requireFits(data, examples.train().shape(), examples.outputs());
    Contestant dense = contestant(Method.NONE, 1, examples);
    List<Contestant> contestants = new ArrayList<>();
    for (Method method : chosen) {
      List<Double> of = contestant(method, 1, examples).method().hasKl() ? factors : List.of(1.0);
      for (double strength : of) {
        contestants.add(contestant(method, strength, examples));
      }
    }
    List<PlannedRun> runs = new ArrayList<>();
    for (long seed : seedList) {
      runs.add(planned(dense, seed));
      contestants.forEach(contestant -> runs.add(planned(contestant, seed)));
    }
    Interrupt.listen();
    int atOnce = processes == null ? ParallelRuns.fitting(threads) : processes;
    List<RunEnd> ends =
        ParallelRuns.train("compare", runs, atOnce, common.err(), Interrupt::wished);
    if (ends.stream().anyMatch(end -> end.ending() == RunEnd.Ending.STOPPED)) {
      common.print(
          Map.of("status", "stopped"),
          () -> common.out().println("stopped and saved; run the same command again to go on"));
      return 0;
    }
    LabPage page =
        ComparisonPage.of(measure(network, examples, dense, contestants, seedList, ends));
    Map<String, Object> result = new LinkedHashMap<>(page.result());
    var files = LabFolder.write(page, common.toJson(page.result()) + "\n", out);
    result.put("files", files.values().stream().map(Path::toString).toList());
    common.print(result, () -> LabOutput.say(page, out, common.out()));
    return 0;
  }

  private void requireOptions() throws IOException {
    if (threads < 1) {
      throw new SpecException("--threads is %s, not at least 1".formatted(threads));
    }
    if (processes != null && processes < 1) {
      throw new SpecException("--processes is %s, not at least 1".formatted(processes));
    }
    if (epochs != null && epochs < 1) {
      throw new SpecException("--epochs is %s, not at least 1".formatted(epochs));
    }
    if (!(within >= 0 && within <= 100)) {
      throw new SpecException("--within is %s, not from 0 to 100 points".formatted(within));
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new NotDirectoryException(out.toString());
    }
  }

  private List<Method> methods() {
    if (methods == null) {
      return Method.all().stream().filter(Method::prunes).toList();
    }
    List<String> pruning = Method.all().stream().filter(Method::prunes).map(Method::name).toList();
    return list(
        "--methods",
        methods,
        name -> {
          Method method =
              Method.find(name)
                  .orElseThrow(() ->
                      new SpecException(
                          "--methods: unknown method '%s'%s; known: %s"
                              .formatted(
                                  name, Nearest.hint(name, pruning), String.join(", ", pruning))));
          if (!method.prunes()) {
            throw new SpecException(
                "--methods: '%s' prunes nothing; those that do: %s"
                    .formatted(name, String.join(", ", pruning)));
          }
          return method;
        },
        "a method");
  }

  private static <T> List<T> list(
      String option, String text, Function<String, T> read, String kind) {
    List<T> values = new ArrayList<>();
    Set<T> seen = new HashSet<>();
    for (String part : text.split(",", -1)) {
      T value;
      try {
        value = read.apply(part.strip());
      } catch (NumberFormatException e) {
        throw new SpecException("%s: '%s' is not %s".formatted(option, part, kind));
      }
      if (!seen.add(value)) {
        throw new SpecException("%s: '%s' is there twice".formatted(option, part));
      }
      values.add(value);
    }
    return values;
  }

  private Contestant contestant(Method method, double strength, Dataset examples)
      throws IOException {
    SpecTree recipe = Recipe.bundled(LabCompareCommand.class, RECIPES + method.name() + ".yaml");
    RunSpec spec = recipe.toSpec();
    int training =
        Split.stratified(examples.train(), spec.data().validation(), spec.data().splitSeed())
            .train()
            .length;
    if (spec.data().validation() == 0 || training == examples.train().count()) {
      throw new RunException("%s has too few examples to hold some out".formatted(data));
    }
    OptionalInt passes = epochs == null ? OptionalInt.empty() : OptionalInt.of(epochs);
    String name =
        !DatasetCatalog.standard().names().contains(data) && Files.isDirectory(Path.of(data))
            ? Path.of(data).toAbsolutePath().normalize().toString()
            : data;
    return Contestant.of(
        recipe,
        name,
        ArchitectureOption.absolute(architecture),
        training,
        passes,
        strength,
        threads);
  }

  private PlannedRun planned(Contestant contestant, long seed) {
    return new PlannedRun(
        "%s, seed %s".formatted(contestant.title(), seed),
        contestant.run(seed),
        folder(contestant, seed));
  }

  private RunFolder folder(Contestant contestant, long seed) {
    return new RunFolder(out.resolve("runs").resolve(contestant.folder(seed)));
  }

  private Comparison measure(
      Architecture network,
      Dataset examples,
      Contestant dense,
      List<Contestant> contestants,
      List<Long> seedList,
      List<RunEnd> ends)
      throws IOException {
    Map<String, String> missing = new LinkedHashMap<>();
    for (RunEnd end : ends) {
      if (end.ending() == RunEnd.Ending.FAILED) {
        missing.put(end.run().title(), end.reason());
      }
    }
    int cores = Runtime.getRuntime().availableProcessors();
    Map<Long, MeasuredRun> twins = new LinkedHashMap<>();
    for (long seed : seedList) {
      PlannedRun run = planned(dense, seed);
      if (missing.containsKey(run.title())) {
        throw new RunException(
            "there is nothing to compare with: %s failed: %s"
                .formatted(run.title(), missing.get(run.title())));
      }
      twins.put(seed, MeasuredRun.dense(TrainedRun.read(run.folder().root()), examples, cores));
    }
    List<Comparison.Row> rows = new ArrayList<>();
    for (Contestant contestant : contestants) {
      common.err().println("compare: measuring " + contestant.title());
      common.err().flush();
      List<MeasuredRun> measured = new ArrayList<>();
      for (Map.Entry<Long, MeasuredRun> twin : twins.entrySet()) {
        PlannedRun run = planned(contestant, twin.getKey());
        if (!missing.containsKey(run.title())) {
          double enough = twin.getValue().chosenPoint().errorPercent() + within;
          measured.add(
              MeasuredRun.of(TrainedRun.read(run.folder().root()), examples, enough, cores));
        }
      }
      if (!measured.isEmpty()) {
        rows.add(new Comparison.Row(contestant, measured));
      }
    }
    return new Comparison(data, network, within, List.copyOf(twins.values()), rows, missing);
  }
}
