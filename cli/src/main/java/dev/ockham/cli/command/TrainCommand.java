package dev.ockham.cli.command;

import dev.ockham.cli.compress.TrainedToTarget;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.console.RunPages;
import dev.ockham.cli.console.ShellWord;
import dev.ockham.cli.console.TrainingProgress;
import dev.ockham.cli.console.WorkerOptions;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.goal.Targets;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.report.event.EventLog;
import dev.ockham.train.engine.ProcessGroup;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import dev.ockham.train.run.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham train}. */
@Command(
    name = "train",
    description = "Train a network into a run folder.",
    footer = {
      "",
      "Example: ockham train --data mnist --arch lenet-300-100 --method sparse-vd --out runs/first",
      "To wishes, as 'ockham compress --arch' does, with its files in RUN: ockham train --data"
          + " mnist",
      "  --arch lenet-300-100 --target \"error<=dense+0.5\" --epochs 60 --out runs/small",
      "Without labels, a model against its own outputs: ockham train --init-from model.safetensors",
      "  --loss teacher --data random:2000 --method sparse-vd --out runs/small",
      "All settings, with what they mean: ockham train --print-spec"
    })
public final class TrainCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description = "Folder of the run; made where there is none.")
  private @Nullable Path out;

  @Mixin private TrainRequest request = new TrainRequest();

  @Option(
      names = "--resume",
      description = "Go on with the run in RUN; start where there is nothing yet.")
  private boolean resume;

  @Option(names = "--print-spec", description = "Print all settings as YAML, and stop.")
  private boolean printSpec;

  @Mixin private WorkerOptions workers = new WorkerOptions();

  @Override
  public Integer call() throws IOException, TrainingException {
    workers.require();
    List<String> wishes = request.settings().target.wishes();
    if (workers.several() && !wishes.isEmpty()) {
      throw new SpecException("--target trains several runs, each with one worker");
    }
    if (workers.follows() && !printSpec) {
      return follow();
    }
    RunFolder folder = out == null ? null : new RunFolder(out);
    RunSpec asked = request.spec(folder, resume);
    if (printSpec) {
      common.print(
          SpecTree.of(asked).toMap(), () -> common.out().print(SpecTree.of(asked).toYaml()));
      return 0;
    }
    if (folder == null) {
      throw new SpecException("--out is missing: name the folder of the run");
    }
    if (!wishes.isEmpty()) {
      return toTargets(asked, Targets.parse(wishes), folder);
    }
    Training.requireUsable(folder, resume);
    try (ProcessGroup group = workers.meet()) {
      return train(asked, folder, group);
    }
  }

  /** Takes part in the run that rank 0 keeps, and says nothing. */
  private int follow() throws IOException, TrainingException {
    RunRecord.Status status;
    try (ProcessGroup group = workers.meet()) {
      status =
          Worker.join(
              group,
              copy -> {
                RunSpec asked = request.spec(copy, true);
                Dataset data = request.data(asked, copy, common.err());
                RunSpec spec = TrainRequest.fitted(asked, data, true);
                Interrupt.listen();
                return new Worker.Asked(spec, data);
              },
              Interrupt::wished);
    }
    boolean stopped = status == RunRecord.Status.STOPPED;
    common.print(Map.of("status", stopped ? "stopped" : "finished"), () -> {});
    return stopped ? Interrupt.EXIT_CODE : 0;
  }

  private int train(RunSpec asked, RunFolder folder, ProcessGroup group)
      throws IOException, TrainingException {
    boolean named = request.namesNetwork();
    Dataset data = request.data(asked, folder, common.err());
    RunSpec spec = TrainRequest.fitted(asked, data, named || folder.holdsRun());
    RunRecord record;
    Interrupt.listen();
    try (TrainingProgress progress =
        new TrainingProgress(spec.method().name(), spec, common.err())) {
      TrainingListener told =
          TrainingListener.all(progress, new EventLog(folder, progress::eventsFailed));
      record = Training.train(spec, data, folder, resume, told, Interrupt::wished, group);
    } catch (TrainingException e) {
      RunPages.write(folder, common.err());
      throw e;
    }
    boolean reported = RunPages.write(folder, common.err());
    boolean stopped = record.status() == RunRecord.Status.STOPPED;
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run", folder.root().toString());
    result.put("status", stopped ? "stopped" : "finished");
    result.putAll(record.last());
    if (!stopped) {
      result.put("model", folder.model().toString());
    }
    if (reported) {
      result.put("report", folder.report().toString());
    }
    common.print(result, () -> say(folder, stopped, reported, spec.method().method()));
    return stopped ? Interrupt.EXIT_CODE : 0;
  }

  private int toTargets(RunSpec asked, Targets targets, RunFolder folder)
      throws IOException, TrainingException {
    Dataset data = request.data(asked, folder, common.err());
    boolean named = request.namesNetwork();
    return TrainedToTarget.run(
        common,
        TrainRequest.fitted(asked, data, named),
        targets,
        request.settings().epochs,
        data,
        folder.root(),
        resume);
  }

  private void say(RunFolder folder, boolean stopped, boolean reported, Method method) {
    if (stopped) {
      common
          .out()
          .printf(
              "stopped and saved; go on with: ockham train --out %s --resume%n",
              ShellWord.of(folder.root()));
    } else {
      common
          .out()
          .printf(
              "%s: done; %s holds the network%s%nnext: ockham evaluate %s%n",
              folder.root(),
              folder.model(),
              method.prunes()
                  ? ", pruned at the run's threshold"
                  : "; method '" + method.name() + "' prunes nothing",
              ShellWord.of(folder.root()));
    }
    if (reported) {
      common.out().printf("see how it went: %s%n", folder.report());
    }
  }
}
