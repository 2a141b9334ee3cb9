package dev.ockham.train.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.data.Split;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Software;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.AutomaticSchedule;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.Schedule;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.TrainingSpec.VarianceProducts;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.ProcessGroup;
import dev.ockham.train.pass.GraphPass;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The front door: trains a run into its folder. {@link #run} is for programs; {@link #train} has
 * what a command needs besides: a choice about resuming, and a way to stop.
 */
public final class Training {

  private Training() {}

  /**
   * Trains a run to its end. What is there already is used: a finished run of the same spec and
   * data is returned as it is, one that was stopped or killed goes on.
   *
   * <p>Native memory and threads are given back before this returns.
   *
   * @param spec what to do; its data name becomes that of the data
   * @param data what to train, validate and test on
   * @param folder where the run lives; made where there is none
   * @return the run, to prune, measure and save
   * @throws TrainingException if training diverged or collapsed
   * @throws IllegalArgumentException if the architecture does not fit the data
   * @throws IOException if the folder cannot be used, or holds a run of another spec or other data
   */
  public static TrainedRun run(RunSpec spec, Dataset data, Path folder)
      throws IOException, TrainingException {
    return run(spec, data, folder, TrainingListener.SILENT);
  }

  /**
   * Trains as {@link #run(RunSpec, Dataset, Path)} does, telling how it goes.
   *
   * @param listener called on this thread
   */
  public static TrainedRun run(RunSpec spec, Dataset data, Path folder, TrainingListener listener)
      throws IOException, TrainingException {
    RunSpec named = spec.with("data.name", data.name());
    train(named, data, new RunFolder(folder), true, listener, () -> false);
    return TrainedRun.read(folder);
  }

  /**
   * Trains a network of one's own, which no text needs to describe.
   *
   * @param architecture the network, whatever the spec's is; the run folder keeps it
   */
  public static TrainedRun run(
      RunSpec spec, Architecture architecture, Dataset data, Path folder, TrainingListener listener)
      throws IOException, TrainingException {
    String source = NetworkSource.of(architecture);
    RunSpec named = spec.with("data.name", data.name()).with("architecture", source);
    train(
        named,
        new Architecture(source, architecture.graph()),
        null,
        data,
        new RunFolder(folder),
        true,
        listener,
        () -> false,
        ProcessGroup.ALONE);
    return TrainedRun.read(folder);
  }

  /**
   * Trains a network further that is trained already. Its numbers are the means that the run begins
   * with; all else, such as variances, starts as in every run.
   *
   * @param weights the network with its numbers, whatever the spec says; the run folder keeps both
   * @throws IOException also if the folder holds a run that began with other numbers
   */
  public static TrainedRun run(
      RunSpec spec, TrainedWeights weights, Dataset data, Path folder, TrainingListener listener)
      throws IOException, TrainingException {
    String source = NetworkSource.of(weights.architecture());
    RunSpec named =
        spec.with("data.name", data.name())
            .with("architecture", source)
            .with("training.init_from", weights.source());
    train(
        named,
        new Architecture(source, weights.architecture().graph()),
        weights,
        data,
        new RunFolder(folder),
        true,
        listener,
        () -> false,
        ProcessGroup.ALONE);
    return TrainedRun.read(folder);
  }

  /**
   * Trains a network that is trained already against its own outputs as they are now, so that it
   * can be pruned on inputs without labels. The network may have several inputs and outputs of any
   * shape.
   *
   * @param spec what to do; its loss becomes {@code teacher}
   * @param weights where to start, and what to learn
   * @param data inputs such as {@link dev.ockham.core.data.RandomInputs} draws; labels do not
   *     matter
   * @param folder where the run lives; made where there is none
   * @param listener called on this thread
   */
  public static TrainedRun teach(
      RunSpec spec, TrainedWeights weights, Dataset data, Path folder, TrainingListener listener)
      throws IOException, TrainingException {
    RunSpec taught = spec.with("training.init_from", weights.source()).taughtByItself();
    return run(taught, weights, data, folder, listener);
  }

  /**
   * Checks that a run may be in a folder, before anything is loaded or downloaded for it.
   *
   * @param resume whether a run that is there already may go on
   * @throws RunException naming the folder and what is in the way
   * @throws IOException if the folder cannot be read
   */
  public static void requireUsable(RunFolder folder, boolean resume) throws IOException {
    Workspace.requireUsable(folder, resume);
  }

  /**
   * The record of a run that is in a folder already, and may go on there.
   *
   * @param spec what is asked for
   * @param folder where
   * @return nothing where no run has begun yet
   * @throws RunException if the folder holds a run of another spec, naming the first leaf that
   *     differs, or is not empty and holds none
   * @throws IOException if the folder cannot be read
   */
  public static Optional<RunRecord> recorded(RunSpec spec, RunFolder folder) throws IOException {
    Workspace.requireUsable(folder, true);
    return folder.holdsRun() ? Optional.of(Workspace.recorded(folder, spec)) : Optional.empty();
  }

  /**
   * Trains a run that is not there yet, or goes on with the one that is.
   *
   * <p>A run that was stopped or killed at any moment and is resumed ends with the same bytes of
   * parameters and optimiser state as one that was not, on the same machine and with the same
   * number of threads.
   *
   * @param spec what to do
   * @param data the data that the spec names
   * @param folder where the run lives
   * @param resume whether a run that is there already may go on; a finished one is returned as it
   *     is
   * @param listener hears how it goes
   * @param stop asked before each step; true saves and returns, and so does a {@link
   *     dev.ockham.core.run.StopRequest} in the folder
   * @return the run's record, with status FINISHED or STOPPED
   * @throws TrainingException if training diverged or collapsed; the folder keeps the last good
   *     checkpoint
   * @throws IllegalArgumentException if the architecture does not fit the data
   * @throws IOException if the folder cannot be used or holds another run
   */
  public static RunRecord train(
      RunSpec spec,
      Dataset data,
      RunFolder folder,
      boolean resume,
      TrainingListener listener,
      BooleanSupplier stop)
      throws IOException, TrainingException {
    return train(spec, data, folder, resume, listener, stop, ProcessGroup.ALONE);
  }

  /**
   * Trains as {@link #train(RunSpec, Dataset, RunFolder, boolean, TrainingListener,
   * BooleanSupplier)} does, together with other processes, each of which cuts the same batches and
   * computes a part of them. Rank 0 of a group calls this; the others {@link Worker#join}. Two
   * processes of one thread give the bits of one of two threads; with more of them, last bits
   * differ.
   *
   * @param stop where one of the processes says true, all stop before the same step
   * @param group stays open
   * @throws dev.ockham.train.engine.WorkerGoneException if another process is gone; the last
   *     checkpoint is good
   */
  public static RunRecord train(
      RunSpec spec,
      Dataset data,
      RunFolder folder,
      boolean resume,
      TrainingListener listener,
      BooleanSupplier stop,
      ProcessGroup group)
      throws IOException, TrainingException {
    RunSpec decided = Teaching.decided(spec, data);
    RunStart start = RunStart.of(decided, data, folder);
    RunRecord ended =
        train(
            decided,
            start.architecture(),
            start.weights(),
            data,
            folder,
            resume,
            listener,
            stop,
            group);
    group.await(); // So that nobody says that the run is done before it is.
    return ended;
  }

  private static RunRecord train(
      RunSpec asked,
      Architecture given,
      @Nullable TrainedWeights trained,
      Dataset found,
      RunFolder folder,
      boolean resume,
      TrainingListener listener,
      BooleanSupplier stop,
      ProcessGroup group)
      throws IOException, TrainingException {
    Dataset data = InputOrder.arranged(found, given.graph());
    RunSpec open = Teaching.decided(asked, data);
    Teaching.requireFits(open, given, data);
    Split split = RunStart.split(open, data);
    ScaledStart start = ScaledStart.of(open, given, trained, data, split);
    Architecture architecture = Teaching.network(open, start.architecture());
    requireNames(open, architecture);
    RunSpec spec = AutomaticProblem.decided(open, architecture, data.train().targets(), split);
    requireJudged(spec, split);
    try (Workspace workspace = Workspace.claim(folder, resume)) {
      Kernels kernels = Kernels.create();
      RunRecord record;
      if (folder.holdsRun()) {
        record = begun(folder, open, architecture, start.weights(), data);
        if (record.status() == RunRecord.Status.FINISHED && !Resumption.isDamaged(folder)) {
          Agreement.sendNothing(group);
          return record;
        }
        record = goingOn(record, group, listener);
        Libtorch.start();
      } else {
        record = first(spec, group.size(), architecture, start, data, split, kernels);
        tellChosen(open, record.spec(), listener);
      }
      try (Arena answers = Arena.ofShared()) {
        InputScaling scaling = Trainer.scaling(record, architecture, data, split.train());
        Teaching teaching =
            folder.holdsRun()
                ? Teaching.resume(folder, record, data, split, answers)
                : Teaching.begin(
                    record, architecture, data, split, scaling, start.weights(), folder, answers);
        try (Trainer trainer =
            new Trainer(
                workspace,
                taught(record, teaching).identified(architecture.graph()),
                architecture,
                data,
                split,
                scaling,
                teaching,
                kernels,
                listener,
                new StopWish(folder, stop),
                group)) {
          return trainer.train(start.weights());
        }
      }
    }
  }

  private static void requireNames(RunSpec spec, Architecture architecture) {
    List<String> names = architecture.weightTensors().stream().map(WeightTensor::name).toList();
    spec.method().requireNames(names);
    spec.training().gradualPruning().requireNames(names);
  }

  /** The record of a run that goes on, perhaps with another number of processes. */
  private static RunRecord goingOn(
      RunRecord record, ProcessGroup group, TrainingListener listener) {
    if (record.workers() != group.size()) {
      listener.noticed(
          "goes on with %s workers in place of %s: its last bits, and what batch norms see, are"
                  .formatted(group.size(), record.workers())
              + " no longer those of a run with as many throughout");
    }
    return record.with(RunRecord.Status.RUNNING, record.last()).withWorkers(group.size());
  }

  /** A spec with the batch that a run of it has on some data, where it is left to them. */
  public static RunSpec sized(RunSpec spec, Dataset data) {
    int examples = RunStart.split(spec, data).train().length;
    return spec.withBatch(spec.training().batchOf(examples));
  }

  /** Says that a schedule was chosen; runs of few epochs keep theirs. */
  private static void tellChosen(RunSpec open, RunSpec decided, TrainingListener listener) {
    if (open.training().schedule() == Schedule.AUTO
        && decided.training().epochs() >= AutomaticSchedule.LEAST_EPOCHS) {
      listener.scheduled(decided);
    }
  }

  /** The record of a run that is there, which must be the one that is asked for. */
  private static RunRecord begun(
      RunFolder folder,
      RunSpec open,
      Architecture architecture,
      @Nullable TrainedWeights weights,
      Dataset data)
      throws IOException {
    RunRecord record = Workspace.recorded(folder, open);
    record.requireSameData(folder, data);
    folder.requireSame(architecture);
    Workspace.requireSameStart(folder, record, weights);
    return record;
  }

  private static void requireJudged(RunSpec spec, Split split) {
    if (spec.training().earlyStopping().on() && split.validation().length == 0) {
      throw new SpecException(
          "training.early_stopping.patience is %s, but no validation examples are held out"
              .formatted(spec.training().earlyStopping().patience()));
    }
    if (spec.training().fineTune().stages() > 1
        && (split.validation().length == 0 || spec.training().loss() == LossKind.TEACHER)) {
      throw new SpecException(
          "training.fine_tune.stages is %s, but there are no validation examples with right answers"
              .formatted(spec.training().fineTune().stages()));
    }
  }

  /** The record of a run that begins. */
  private static RunRecord first(
      RunSpec spec,
      int workers,
      Architecture architecture,
      ScaledStart start,
      Dataset data,
      Split split,
      Kernels kernels)
      throws IOException {
    Libtorch.start();
    TrainedWeights weights = start.weights();
    boolean keepsInputs = Teaching.keepsInputs(spec, weights != null);
    RunRecord record = begin(spec, workers, keepsInputs, architecture, data, split, kernels);
    TargetScaling targets = start.scaling(spec);
    record = targets == null ? record : record.with(targets);
    return weights == null
        ? record
        : record.startingFrom(new RunRecord.Start(weights.source(), weights.sha256()));
  }

  private static RunRecord taught(RunRecord record, Teaching teaching) {
    Lesson lesson = teaching.lesson();
    return lesson == null ? record : record.with(lesson);
  }

  private static RunRecord begin(
      RunSpec spec,
      int workers,
      boolean keepsInputs,
      Architecture architecture,
      Dataset data,
      Split split,
      Kernels kernels) {
    double mean = 0;
    double scale = 1;
    if (data.train() instanceof Images images && !keepsInputs) {
      List<PixelStatistics> channels = RunScaling.channels(spec.data(), images, split.train());
      if (channels.size() == 1) {
        mean = channels.getFirst().mean();
        scale = RunScaling.scale(spec.data(), channels.getFirst());
      }
    }
    Map<String, String> software = new LinkedHashMap<>(Software.versions());
    software.put("libtorch", Libtorch.version());
    software.put("kernels", kernels.name());
    int threads = spec.training().threads();
    int resolved = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return new RunRecord(
            RunRecord.Status.RUNNING,
            spec.withTraining(
                spec.training()
                    .withThreads(resolved)
                    .withVarianceProducts(
                        varianceProducts(spec, architecture, resolved * workers))),
            new RunRecord.Data(
                data.contentHash(),
                data.origin(),
                split.train().length,
                split.validation().length,
                mean,
                scale,
                unknownRules(data)),
            software,
            Map.of())
        .withWorkers(workers);
  }

  /** Rules that would be lost; those of data sets with a name are known anyway. */
  private static DataRules unknownRules(Dataset data) {
    return DatasetCatalog.standard().withContents(data.contentHash()).isPresent()
        ? DataRules.NONE
        : data.rules();
  }

  /** Only where there are large products of variances does it matter what is faster. */
  private static VarianceProducts varianceProducts(
      RunSpec spec, Architecture architecture, int shares) {
    VarianceProducts asked = spec.training().varianceProducts();
    if (asked != VarianceProducts.AUTO) {
      return asked;
    }
    boolean large =
        spec.method().method().posterior().hasLogSigma2()
            && GraphPass.hasLargeProducts(
                architecture.graph(), Math.ceilDiv(spec.training().batch(), shares));
    return large ? Precision.of(asked).setting() : VarianceProducts.FLOAT32;
  }
}
