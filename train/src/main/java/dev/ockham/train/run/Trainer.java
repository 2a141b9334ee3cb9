package dev.ockham.train.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.augment.Augmentation;
import dev.ockham.core.augment.AugmentedEpoch;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.EpochOrder;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.Split;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.SurvivingPaths;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.core.spec.TrainingSpec.OnCollapse;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.ProcessGroup;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Shrinking;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.step.TrainingStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The training loop of one run, over a {@link Workspace} that is already claimed. */
final class Trainer implements AutoCloseable {

  private final RunFiles files;
  private final ProcessGroup group;
  private final RunFolder folder;
  private final RunRecord record;
  private final Dataset data;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final Plan plan;
  private final int[] train;
  private final InputScaling scaling;
  private final int[] heldOut;
  private final Augmentation changes;
  private final Teaching teaching;

  /** What batch norms take their statistics from; nothing where there are none. */
  private final Examples calibration;

  private final Kernels kernels;
  private final ParallelRanges threads;
  private final QuietFailures failures;
  private Fitting fitting;

  private Position position = Position.START;
  private long savedAt = System.nanoTime();
  private boolean saidCollapsed;

  /** Whether some process of several wants to stop; one alone is asked before each step. */
  private boolean stops;

  /** The weights that fine-tuning leaves at 0, once it has begun. */
  private @Nullable ZeroWeights zeros;

  Trainer(
      Workspace workspace,
      RunRecord record,
      Architecture architecture,
      Dataset data,
      Split split,
      InputScaling scaling,
      Teaching teaching,
      Kernels kernels,
      TrainingListener listener,
      BooleanSupplier stop,
      ProcessGroup group)
      throws IOException {
    RunSpec spec = record.spec();
    this.files = new RunFiles(workspace, record, scaling, group.leads());
    this.group = group;
    this.folder = workspace.folder();
    this.record = record;
    this.data = data;
    this.listener = listener;
    this.stop = stop;
    this.teaching = teaching;
    this.kernels = kernels;
    this.train = split.train();
    this.scaling = scaling;
    this.heldOut = split.validation();
    this.changes = spec.data().augmentation();
    this.plan = Plan.of(spec, train.length);
    this.threads = new ParallelRanges(spec.training().threads());
    Network network = new Network(architecture, spec.method(), spec.training().seed());
    this.calibration = files.calibration(network, data.train(), train);
    this.fitting = fittingOf(network);
    this.failures = new QuietFailures(spec, plan, data, heldOut, listener::noticed);
  }

  private Fitting fittingOf(Network network) {
    TrainingSpec training = record.spec().training();
    return new Fitting(
        network,
        new TrainingStep(
            network,
            teaching.loss(),
            training.adam(),
            scaling,
            training.batch(),
            Precision.of(training.varianceProducts()),
            kernels,
            threads,
            group),
        new Validation(
            network,
            teaching.loss(),
            teaching.judge(),
            data.train(),
            heldOut,
            scaling,
            calibration,
            kernels,
            threads));
  }

  private Network network() {
    return fitting.network();
  }

  private void replace(Network network) {
    Fitting before = fitting;
    fitting = fittingOf(network);
    before.close();
  }

  /**
   * What raw values go through first, as the record says; what has several means and scales is in
   * checkpoints instead. A model that teaches itself takes its inputs as they are.
   */
  static InputScaling scaling(
      RunRecord record, Architecture architecture, Dataset data, int[] train) {
    if (Teaching.keepsInputs(record.spec(), record.start() != null)) {
      return InputScaling.NONE;
    }
    return architecture.scaled(
        record.data().inputMean() != 0 || record.data().inputScale() != 1
            ? InputScaling.all(
                (float) record.data().inputMean(), (float) record.data().inputScale())
            : RunScaling.of(record.spec().data(), data.train(), train));
  }

  /**
   * Trains from the last checkpoint, or from the start where there is none, to the end or until
   * asked to stop.
   *
   * @param weights trained numbers to start from; null for none
   * @return the record with its new status
   */
  RunRecord train(@Nullable TrainedWeights weights) throws IOException, TrainingException {
    RunSpec spec = record.spec();
    Checkpoint checkpoint = Resumption.checkpoint(folder, record, plan, listener);
    if (checkpoint != null) {
      UnitSelection live = checkpoint.live(network().architecture());
      if (!live.isAll()) {
        replace(new Network(network().architecture(), live, spec.method(), spec.training().seed()));
      }
      network().restore(checkpoint, kernels);
      position = checkpoint.position();
    } else {
      network().initialize(spec.training().initialWeights(), spec.training().seed(), kernels);
      if (weights != null) {
        network().startFrom(weights.values(), kernels);
        listener.startsFrom(weights);
      } else if (!spec.training().initFrom().isEmpty()) {
        startFrom(new RunFolder(Path.of(spec.training().initFrom())));
      }
    }
    if (group.leads()) {
      Resumption.keepMetrics(folder, record, position, listener);
    }
    files.begin(network(), calibration);
    if (checkpoint == null && (weights != null || group.size() > 1)) {
      save(position); // From here on nobody needs the file that they came from.
    }
    Agreement.send(group, folder);
    Agreement.begin(group, network());
    listener.started(position, spec.training().epochs(), plan.stepsPerEpoch());
    failures.begin(network(), data, train);
    if (position.epoch() > 0 && position.stepInEpoch() == 0) {
      // A run that ended here by collapse, or was killed before it could say so, has collapsed
      // still.
      checkCollapse(position.epoch() - 1, fitting.validation().masks(spec.method()));
    }
    BestEpoch best = new BestEpoch(folder, record, plan.firstJudged(), network().architecture());
    Stages stages = new Stages(folder, plan, spec.training().loss().ofNumbers(), listener);
    while (!group.decides(group.leads() && ends(best, stages))) {
      if (!epoch()) {
        return finish(RunRecord.Status.STOPPED);
      }
    }
    return group.leads() ? finishWith(best, stages) : finish(RunRecord.Status.FINISHED);
  }

  /** Writes the network that the run ends with. */
  private RunRecord finishWith(BestEpoch best, Stages stages) throws IOException {
    best.restore(position, listener);
    stages.restore(position);
    Snapshot snapshot = Snapshot.read(folder);
    record.modelFile(snapshot.pruned(snapshot.masksAt(snapshot.threshold()))).save(folder.model());
    Outcome outcome =
        FinishedNetwork.measure(
            folder, record.id(), snapshot, teaching.judge(), data, heldOut, threads.threads());
    return files.finish(record.with(outcome), RunRecord.Status.FINISHED);
  }

  private boolean ends(BestEpoch best, Stages stages) throws IOException {
    return best.ends(position)
        || stages.ends(position, look())
        || position.epoch() >= record.spec().training().epochs();
  }

  private Stages.Look look() {
    Validation validation = fitting.validation();
    boolean tunes = plan.tunes(position.epoch() - 1);
    return new Stages.Look(
        () -> validation.mistakes(tunes ? validation.masks(record.spec().method()) : null),
        () -> Halving.of(network(), kernels).keepsPaths());
  }

  private void startFrom(RunFolder other) throws IOException {
    RunSpec theirs = RunRecord.read(other).spec();
    String ours = network().architecture().name();
    if (!NetworkSource.title(theirs.architecture()).equals(ours)) {
      throw new RunException(
          "training.init_from: %s has architecture '%s', not '%s'"
              .formatted(other.root(), theirs.architecture(), ours));
    }
    double deviation = record.spec().data().inputDeviation();
    if (theirs.data().inputDeviation() != deviation) {
      throw new RunException(
          "training.init_from: %s has data.input_deviation %s, not %s"
              .formatted(other.root(), theirs.data().inputDeviation(), deviation));
    }
    Checkpoint begins = Checkpoint.read(other);
    begins.requireOf(RunRecord.read(other));
    network().startFrom(begins, kernels);
  }

  /** Runs what is left of the current epoch; false if asked to stop within it. */
  private boolean epoch() throws IOException, TrainingException {
    int epoch = position.epoch();
    long began = System.nanoTime() - (long) (position.seconds() * 1e9);
    if (position.stepInEpoch() == 0 && plan.clearsMoments(epoch)) {
      network().clearMoments();
      position = position.withAdamSteps(0);
    }
    if (position.stepInEpoch() == 0) {
      plan.threshold(epoch).ifPresent(this::prune);
      plan.gradualSparsity(epoch).ifPresent(this::pruneTo);
      if (plan.beginsStage(epoch)) {
        Halving.of(network(), kernels).apply(kernels);
        zeros = null; // There are more of them now.
      }
    }
    if (position.stepInEpoch() == 0 && plan.shrinks(epoch)) {
      shrink(epoch);
    }
    if (plan.tunes(epoch) && zeros == null) {
      zeros = ZeroWeights.of(network());
    }
    if (position.stepInEpoch() == 0 && plan.noisy(epoch) && !plan.noisy(epoch - 1)) {
      failures.noiseBegins(network(), position.step(), kernels);
    }
    if (position.stepInEpoch() == 0 && plan.beginsDependence(epoch)) {
      network().beginDependence();
    }
    int[] order = EpochOrder.of(train, plan.training().seed(), epoch);
    fitting.step().change(AugmentedEpoch.of(changes, plan.training().seed(), epoch, train));
    while (position.stepInEpoch() < plan.stepsPerEpoch()) {
      if (group.size() == 1 ? stop.getAsBoolean() : stops) {
        save(position.withSeconds(secondsSince(began)));
        return false;
      }
      oneStep(order, epoch);
      if (secondsSince(savedAt) >= plan.training().checkpointSeconds()
          && position.stepInEpoch() < plan.stepsPerEpoch()) {
        save(position.withSeconds(secondsSince(began)));
      }
    }
    endEpoch(epoch, began);
    return true;
  }

  /** Sets every weight to 0 that goes at a threshold. Its score cannot fall by that. */
  private void prune(double threshold) {
    List<Mask> masks = fitting.validation().masks(record.spec().method(), threshold);
    List<Mask> ofPruned = new ArrayList<>();
    for (int i = 0; i < masks.size(); i++) {
      if (network().layers().get(i).pruned()) {
        ofPruned.add(masks.get(i));
      }
    }
    keepOnly(ofPruned);
  }

  /** Sets the weights with the highest scores to 0; those of units that have left count as gone. */
  private void pruneTo(double sparsity) {
    keepOnly(Ranking.masks(network(), record.spec(), sparsity, kernels));
  }

  /** Sets weights to 0, given which stay of each tensor that the method works on. */
  private void keepOnly(List<Mask> masks) {
    List<WeightLayer> pruned = network().layers().stream().filter(WeightLayer::pruned).toList();
    for (int i = 0; i < masks.size(); i++) {
      pruned.get(i).weights().keepOnly(masks.get(i));
      pruned.get(i).weights().refresh(kernels); // As a resumed run would find them.
    }
  }

  /** Takes out the units whose weights are gone for good. */
  private void shrink(int epoch) {
    MethodSpec method = record.spec().method();
    List<Mask> kept =
        plan.tunes(epoch)
            ? ZeroWeights.of(network()).others()
            : fitting.validation().masks(method, method.threshold() + Plan.SURELY_GONE);
    Shrinking.shrink(network(), kept, kernels)
        .ifPresent(smaller -> {
          replace(smaller);
          zeros = null; // They have other places now.
        });
  }

  private void oneStep(int[] order, int epoch) throws TrainingException, IOException {
    int from = position.stepInEpoch() * plan.training().batch();
    int[] batch =
        Arrays.copyOfRange(order, from, Math.min(order.length, from + plan.training().batch()));
    double nll =
        fitting
            .step()
            .run(
                data.train(),
                batch,
                plan.step(epoch, position.step(), position.adamSteps() + 1),
                group.size() > 1 && stop.getAsBoolean());
    stops |= fitting.step().stops();
    if (!Double.isFinite(nll)) {
      throw diverged(
          "the loss is %s at epoch %s, step %s%s"
              .formatted(
                  nll,
                  epoch + 1,
                  position.step(),
                  network()
                      .firstNonFinite()
                      .map(name -> ": '" + name + "' is the first parameter that is not finite")
                      .orElse(", while every parameter is still finite")));
    }
    if (zeros != null) {
      zeros.restore();
    }
    double decay = plan.decay(epoch, position.step());
    if (decay != 1) {
      network().layers().forEach(layer -> layer.weights().theta().multiplyBy((float) decay));
    }
    position = position.afterStep(nll, batch.length);
    listener.stepped(position);
  }

  private TrainingException diverged(String what) throws IOException {
    finish(RunRecord.Status.FAILED);
    return new TrainingException(what + "; a lower training.learning_rate.initial may help");
  }

  private void endEpoch(int epoch, long began) throws IOException, TrainingException {
    requireFinite(position);
    if (epoch + 1 == plan.training().epochs()) {
      plan.gradualSparsity(epoch + 1).ifPresent(this::pruneTo);
    }
    Agreement.requireSame(group, network(), epoch + 1);
    List<Mask> masks = fitting.validation().masks(record.spec().method());
    if (group.leads()) {
      tell(epoch, masks, began);
    } else {
      position = position.nextEpoch();
    }
    checkCollapse(epoch, masks);
  }

  /** Validates, and writes down what an epoch has brought. */
  private void tell(int epoch, List<Mask> masks, long began) throws IOException, TrainingException {
    long lastStep = position.step() - 1;
    EpochMetrics metrics =
        new EpochMetrics(
            epoch + 1,
            position.step(),
            record.spec().training().loss(),
            record.spec().pseudoLikelihood().isEmpty(),
            position.nllSum() / position.examples(),
            network().klNats(kernels),
            plan.beta(lastStep),
            plan.learningRate(lastStep),
            fitting.validation().score(null),
            record.spec().method().method().prunes() ? fitting.validation().score(masks) : null,
            fitting.validation().counts(record.spec().method(), masks),
            secondsSince(began));
    files.append(metrics);
    save(position.nextEpoch());
    listener.epochDone(metrics);
    failures.epochDone(metrics);
  }

  private void checkCollapse(int epoch, List<Mask> masks) throws IOException, TrainingException {
    Optional<String> dead = SurvivingPaths.firstDeadNode(network().graph(), byParameter(masks));
    if (dead.isEmpty()) {
      return;
    }
    if (plan.training().onCollapse() == OnCollapse.CONTINUE) {
      if (!saidCollapsed) {
        saidCollapsed = true;
        listener.collapsed(dead.get(), epoch + 1);
      }
      return;
    }
    finish(RunRecord.Status.COLLAPSED);
    throw new TrainingException(
        ("collapse after epoch %s: no weight of layer '%s' that the input reaches is left at"
                + " threshold %s; %s, or go on with --on-collapse continue")
            .formatted(
                epoch + 1,
                dead.get(),
                record.spec().method().threshold(),
                CollapseRemedy.of(record.spec())));
  }

  private Map<String, Mask> byParameter(List<Mask> masks) {
    Map<String, Mask> byParameter = new HashMap<>();
    for (int i = 0; i < masks.size(); i++) {
      byParameter.put(network().layers().get(i).tensor().parameter().name(), masks.get(i));
    }
    return byParameter;
  }

  /** The last update may have broken what the NLL before it could not show. */
  private void requireFinite(Position at) throws IOException, TrainingException {
    Optional<String> broken = network().firstNonFinite();
    if (broken.isPresent()) {
      throw diverged(
          "parameter '%s' is not finite after epoch %s, step %s"
              .formatted(broken.get(), at.epoch() + 1, at.step()));
    }
  }

  private void save(Position at) throws IOException, TrainingException {
    requireFinite(at);
    files.save(at, network());
    position = at;
    savedAt = System.nanoTime();
  }

  private RunRecord finish(RunRecord.Status status) throws IOException {
    return files.finish(record, status);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  @Override
  public void close() {
    fitting.close();
    threads.close();
  }
}
