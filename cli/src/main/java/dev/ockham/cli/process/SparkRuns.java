package dev.ockham.cli.process;

import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.train.run.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs as tasks of Spark, each a process of its own there. Their folders come to where those of
 * {@link ParallelRuns} are.
 *
 * @param submit hands a plan to Spark and waits
 */
public record SparkRuns(Submit submit) implements TrialRunner {

  /** Hands a plan to Spark. */
  @FunctionalInterface
  public interface Submit {
    /**
     * Waits for its end.
     *
     * @param recipes of the runs: {@code NAME.yaml} for the folder {@code NAME} beside it
     */
    void run(List<Path> recipes) throws IOException;
  }

  @Override
  public List<RunEnd> train(List<PlannedRun> runs) throws IOException {
    ParallelRuns.requireUsable(runs);
    List<Path> recipes = new ArrayList<>();
    for (PlannedRun run : runs) {
      Optional<RunRecord> record = Training.recorded(run.spec(), run.folder());
      if (record.isEmpty() || record.get().status() != RunRecord.Status.FINISHED) {
        Files.createDirectories(run.recipe().getParent());
        AtomicFile.writeString(run.recipe(), SpecTree.of(run.spec()).toYaml());
        recipes.add(run.recipe());
      }
    }
    if (!recipes.isEmpty()) {
      submit.run(recipes);
    }
    List<RunEnd> ends = new ArrayList<>();
    for (PlannedRun run : runs) {
      ends.add(RunEnd.of(run));
    }
    return ends;
  }
}
