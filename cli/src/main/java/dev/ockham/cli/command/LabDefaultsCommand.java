package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.DataSource;
import dev.ockham.core.arch.FittedSizes;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.lab.defaults.DefaultsRow;
import dev.ockham.lab.defaults.DefaultsTrial;
import dev.ockham.lab.regression.RegressionSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham lab defaults}. */
@Command(
    footer = {
      "",
      "Example: ockham lab defaults --data iris --arch mlp:4-100-3 --out defaults.json",
      "With --uci DIR, --data is one of the UCI sets there, as in 'lab regression'; trials are of"
          + " its splits then, and else of seeds."
    })
final class LabDefaultsCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--data", required = true, paramLabel = "D", description = "As in 'train'.")
  private String data = "";

  @Option(names = "--uci", paramLabel = "DIR", description = "Folder of the eight UCI sets.")
  private @Nullable Path uci;

  @Option(names = "--arch", paramLabel = "A", description = "As in 'train'.")
  private @Nullable String architecture;

  @Option(
      names = "--trials",
      paramLabel = "N",
      description = "How many seeds, or splits. Default: ${DEFAULT-VALUE}.")
  private int trials = 3;

  @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Any setting of both runs.")
  private List<String> changes = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Result file; a row of these data is replaced, others stay.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    if (trials < 1 || (uci != null && trials > RegressionSet.SPLITS)) {
      throw new SpecException(
          "--trials is %s; it is at least 1, and there are %s splits"
              .formatted(trials, RegressionSet.SPLITS));
    }
    List<DefaultsTrial> done = new ArrayList<>();
    for (int i = 0; i < trials; i++) {
      RunSpec spec = spec().withSeed(i);
      Dataset examples =
          uci == null
              ? DataSource.find(spec.data(), common.err())
              : RegressionSet.read(uci, data).split(i);
      boolean fits = architecture == null;
      String network = FittedSizes.of(fits ? "mlp:in-50-out" : spec.architecture(), true, examples);
      done.add(DefaultsTrial.of(spec.with("architecture", network), examples));
      say(new DefaultsRow(done));
    }
    Map<String, Object> row = new DefaultsRow(done).toMap();
    if (out != null) {
      ResultRows.put(out, data, row);
    }
    common.print(row, () -> common.out().flush());
    return 0;
  }

  private RunSpec spec() {
    RunSpec spec = spec(data, changes);
    if (architecture != null) {
      spec = spec.with("architecture", architecture);
    }
    boolean epochs = changes.stream().anyMatch(change -> change.startsWith("training.epochs="));
    RunSpec open = spec.with("training.schedule", "auto");
    return epochs ? open : open.with("training.epochs", 0);
  }

  /** Runs on one thread that save nothing in between, with changes. */
  static RunSpec spec(String data, List<String> changes) {
    RunSpec spec =
        RunSpec.defaults()
            .withBatch(0)
            .with("data.name", data)
            .with("training.threads", 1)
            .with("training.checkpoint_seconds", 1000);
    for (String change : changes) {
      int equals = change.indexOf('=');
      if (equals < 1) {
        throw new SpecException("--set %s is not of the form PATH=VALUE".formatted(change));
      }
      spec = spec.with(change.substring(0, equals), change.substring(equals + 1));
    }
    return spec;
  }

  private void say(DefaultsRow row) {
    DefaultsTrial last = row.trials().getLast();
    common
        .err()
        .printf(
            Locale.ROOT,
            "%s %d: dense %.4f, pruned %.4f at %.1fx; mean dense %.4f, pruned %.4f, NLL %+.4f, at"
                + " %.1fx%n",
            data,
            last.seed(),
            DefaultsTrial.mistake(last.dense()),
            DefaultsTrial.mistake(last.pruned()),
            last.compression(),
            row.dense(),
            row.pruned(),
            row.nats(),
            row.compression());
    common.err().flush();
  }
}
