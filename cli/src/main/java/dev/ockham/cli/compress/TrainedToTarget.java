package dev.ockham.cli.compress;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.console.WritableFolder;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.goal.Targets;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.Schedule;
import dev.ockham.core.spec.SpecException;
import dev.ockham.train.compress.Budget;
import dev.ockham.train.compress.Compression;
import dev.ockham.train.compress.CompressionSpec;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code train --target}: what {@code compress} does of a network that is to be trained first. */
public final class TrainedToTarget {

  private TrainedToTarget() {}

  /**
   * Trains to targets.
   *
   * @param spec data, network, method and seed of all runs; what {@code training.init_from} names
   *     is not trained first
   * @param epochs of all runs together; null for what half an hour is enough for
   * @return the exit code
   */
  public static int run(
      CommonOptions common,
      RunSpec spec,
      Targets targets,
      @Nullable String epochs,
      Dataset data,
      Path out,
      boolean resume)
      throws IOException, TrainingException {
    if (spec.training().schedule() == Schedule.AUTO) {
      throw new SpecException("--schedule auto goes without --target, which has a schedule");
    }
    WritableFolder.require(out);
    Budget budget = Budget.parse(epochs == null ? "30m" : epochs + "epochs");
    CompressionSpec asked = new CompressionSpec(spec, targets, budget, true, "");
    Compression compression =
        new Compression(
            asked,
            data,
            null,
            out,
            Interrupt::wished,
            line -> {
              common.err().println("train: " + line);
              common.err().flush();
            });
    Interrupt.listen();
    CompressData judged = new CompressData(data, null, null);
    return new CompressionOutput(common).report(compression.run(resume), judged, out);
  }
}
