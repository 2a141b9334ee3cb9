package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.process.ParallelRuns;
import dev.ockham.cli.process.PlannedRun;
import dev.ockham.cli.reproduce.AblationPage;
import dev.ockham.cli.reproduce.Machine;
import dev.ockham.cli.reproduce.Reproduction;
import dev.ockham.cli.reproduce.ResultPages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham reproduce}: published numbers again, from one command each. */
@Command(
    name = "reproduce",
    description = {
      "Train what was published, prune it, and measure it on the test images, once for each seed.",
      "Stopped and run again, it goes on where it was; what is trained is not trained again."
    },
    footer = {
      "",
      "Each seed's result is kept in DIR/NAME.json beside the published row; one of another run of",
      "that seed, such as those that come with the repository, is replaced. The model of seed 1",
      "becomes ZOO/NAME.safetensors. Seeds train in processes of their own, as many at once as"
          + " fit.",
      "'ockham spark reproduce' trains them on a cluster.",
      "Example: ockham reproduce lenet-300-100-sparse-vd --seeds 1,2,3"
    })
public final class ReproduceCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ReproduceRequest request = new ReproduceRequest();

  @Option(names = "--list", description = "Name what can be reproduced, and stop.")
  private boolean list;

  @Option(
      names = "--docs",
      description = {
        "Make docs/results.md and the tables of README.md and docs/ablation.md, here, of the"
            + " results; and stop."
      })
  private boolean docs;

  @Override
  public Integer call() throws IOException {
    if (list) {
      return list();
    }
    if (docs) {
      return pages();
    }
    return request.run(
        common,
        runs -> {
          Interrupt.listen();
          return ParallelRuns.train(
              request.what().name(), runs, processes(runs), common.err(), Interrupt::wished);
        },
        runs -> Machine.describe(threads(runs), processes(runs)));
  }

  private static int threads(List<PlannedRun> runs) {
    return runs.getFirst().spec().training().threads();
  }

  private static int processes(List<PlannedRun> runs) {
    return Math.min(runs.size(), ParallelRuns.fitting(threads(runs)));
  }

  private int pages() throws IOException {
    Path results = request.results();
    Path here = Path.of("").toAbsolutePath();
    ResultPages.read(results).write(here);
    AblationPage.read(results.resolve("ablation")).write(here);
    List<String> pages = List.of("docs/results.md", "README.md", "docs/ablation.md");
    common.print(
        Map.of("pages", pages),
        () -> common.out().println(String.join(", ", pages) + " are made of " + results));
    return 0;
  }

  private int list() {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Reproduction each : Reproduction.all()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("name", each.name());
      row.put("title", each.title());
      rows.add(row);
    }
    common.print(
        Map.of("reproductions", rows),
        () ->
            Reproduction.all()
                .forEach(each -> common.out().printf("%-40s %s%n", each.name(), each.title())));
    return 0;
  }
}
