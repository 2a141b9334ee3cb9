package dev.ockham.cli.command;

import dev.ockham.cli.console.ArchitectureOption;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.DataPath;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.FileBits;
import dev.ockham.cli.process.PlannedRun;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.cli.process.TrialRunner;
import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Split;
import dev.ockham.core.method.Method;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.lab.frontier.Contestant;
import dev.ockham.lab.frontier.Frontier;
import dev.ockham.lab.frontier.FrontierPage;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Methods that are to be compared: the options, and the work. */
final class FrontierRequest {

  private static final String RECIPES = "/dev/ockham/cli/recipes/compare/";

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
              + " examples; of numbers P percent of its RMSE. Default: ${DEFAULT-VALUE}")
  private double within = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores of each run; results depend on it. Default: ${DEFAULT-VALUE}")
  private int threads = 1;

  @Mixin private FileBits bits = new FileBits();

  @Option(names = "--no-latency", description = "Do not measure how long one example takes.")
  private boolean untimed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder of the runs, the page (index.html) and its numbers (result.json); RUNs need"
              + " none.")
  private @Nullable Path out;

  /**
   * Where it goes.
   *
   * @throws SpecException if no option says so
   */
  Path folder() {
    if (out == null) {
      throw new SpecException(
          "RUN or --out DIR is missing: name runs to measure, or a folder to train methods into");
    }
    return out;
  }

  /** Cores of each run. */
  int threads() {
    return threads;
  }

  /** Refuses bits that no file has. */
  void requireBits() {
    var _ = bits.parsed();
  }

  /** Measures curves, as the options say. */
  KeptCurves curves(Dataset examples, CommonOptions common) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new KeptCurves(examples, bits, !untimed, cores, common.err());
  }

  /**
   * Trains and compares them.
   *
   * @param runner who trains
   * @return the exit code
   * @throws SpecException naming an option that is wrong
   * @throws RunException if a dense run failed, so that there is nothing to compare with
   */
  int run(CommonOptions common, TrialRunner runner) throws IOException {
    requireBits();
    Path folder = folder();
    List<Method> chosen = methods();
    List<Long> seedList = list("--seeds", seeds, Long::valueOf, "a whole number");
    List<Double> factors = list("--strengths", strengths, Double::valueOf, "a number");
    requireOptions(folder);
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
    List<PlannedRun> planned = new ArrayList<>();
    for (long seed : seedList) {
      planned.add(planned(folder, dense, seed));
      contestants.forEach(contestant -> planned.add(planned(folder, contestant, seed)));
    }
    List<RunEnd> ends = runner.train(planned);
    if (ends.stream().anyMatch(end -> end.ending() == RunEnd.Ending.STOPPED)) {
      return stopped(common);
    }
    Optional<Frontier> measured =
        new FrontierMeasuring(
                folder,
                data,
                network,
                examples,
                within,
                bits.text(),
                curves(examples, common),
                common.err())
            .of(dense, contestants, seedList, ends);
    if (measured.isEmpty()) {
      return stopped(common);
    }
    LabPage page = FrontierPage.of(measured.get());
    Map<String, Object> result = new LinkedHashMap<>(page.result());
    var files = LabFolder.write(page, common.toJson(page.result()) + "\n", folder);
    result.put("files", files.values().stream().map(Path::toString).toList());
    common.print(result, () -> LabOutput.say(page, folder, common.out()));
    return 0;
  }

  private static int stopped(CommonOptions common) {
    common.print(
        Map.of("status", "stopped"),
        () -> common.out().println("stopped and saved; run the same command again to go on"));
    return 0;
  }

  private void requireOptions(Path folder) throws IOException {
    CountOption.requirePositive("--threads", threads);
    CountOption.requirePositive("--epochs", epochs);
    if (!(within >= 0 && within <= 100)) {
      throw new SpecException("--within is %s, not from 0 to 100 points".formatted(within));
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
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
    SpecTree recipe = Recipe.bundled(FrontierRequest.class, RECIPES + method.name() + ".yaml");
    RunSpec spec = recipe.toSpec();
    int training =
        Split.stratified(examples.train(), spec.data().validation(), spec.data().splitSeed())
            .train()
            .length;
    if (spec.data().validation() == 0 || training == examples.train().count()) {
      throw new RunException("%s has too few examples to hold some out".formatted(data));
    }
    OptionalInt passes = epochs == null ? OptionalInt.empty() : OptionalInt.of(epochs);
    return Contestant.of(
        recipe,
        DataPath.absolute(data),
        ArchitectureOption.absolute(architecture),
        training,
        passes,
        strength,
        threads);
  }

  private static PlannedRun planned(Path folder, Contestant contestant, long seed) {
    return new PlannedRun(
        "%s, seed %s".formatted(contestant.title(), seed),
        contestant.run(seed),
        FrontierMeasuring.folder(folder, contestant, seed));
  }
}
