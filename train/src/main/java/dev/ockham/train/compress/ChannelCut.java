package dev.ockham.train.compress;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.Target;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a network with convolutions narrower: gates on its units are learnt from the trained
 * weights, the units that tell least for what they cost go, as many as the wishes of size need, and
 * the narrower network is fine-tuned for all epochs that are left.
 *
 * @param base of all runs
 * @param spending the posterior's epochs are those of the gates
 */
record ChannelCut(
    CompressionSpec spec,
    Phases phases,
    RunSpec base,
    Spending spending,
    Before before,
    Journal journal) {

  private static final String GATES = "sbp";

  /** log σ of a gate starts at −5, and moves by about a rate in each step. */
  private static final double WAY = 10;

  private static final double MOST_GATE_RATE = 100;

  /** Whether wishes are reached by units of a network, and not by single weights. */
  static boolean suits(CompressionSpec spec, Graph graph) {
    return spec.targets().about(Kind.UNITS, Kind.MACS, Kind.LATENCY)
        && graph.nodes().stream().anyMatch(node -> node.operator() instanceof Convolution);
  }

  /** The spec of the run that learns gates. */
  static RunSpec gates(RunSpec base, int first, int examples) {
    RunSpec gated =
        base.with("method.name", GATES) // which brings its own defaults
            .with("method.only", base.method().only())
            .with("method.except", base.method().except());
    double steps = (double) first * Math.ceilDiv(examples, base.training().batch());
    double way = steps * base.training().learningRate().initial();
    double rate = Math.clamp(WAY / way, gated.method().gateRate(), MOST_GATE_RATE);
    return LongerRun.posterior(first, RoundSearch.beta(base))
        .spec(gated.with("method.gate_rate", rate), first);
  }

  /** Cuts and fine-tunes the network whose gates are learnt; nothing if it was asked to stop. */
  Optional<Compression.Result> run(RunFolder gates) throws IOException, TrainingException {
    RunRecord record = RunRecord.read(gates);
    UnitRanking ranking =
        UnitRanking.of(Snapshot.read(gates), new Limits(record.spec().method(), spec.most()));
    int units = needed(record, ranking);
    phases
        .say()
        .accept(
            "without %s of %s units that could go"
                .formatted(String.valueOf(units), String.valueOf(ranking.count())));
    return tuned(record, Compaction.compact(ranking.without(units)));
  }

  /** Two short rounds that show what teaches better, and a long one behind the better of them. */
  private Optional<Compression.Result> tuned(RunRecord record, Model narrow)
      throws IOException, TrainingException {
    List<Round> rounds = new ArrayList<>();
    int left = spending.tuned();
    int showing = Distillation.showing(left);
    Model from = narrow;
    boolean distils = false;
    if (showing > 0 && Distillation.suits(spec, record.spec())) {
      Optional<Round> better =
          Distillation.better(
              teacher -> round(rounds, record, narrow, teacher, showing),
              before.measured(),
              phases.say());
      if (better.isEmpty()) {
        return Optional.empty();
      }
      distils = better.get().distilled();
      from = QuickCompression.whole(better.get().run());
      left -= 2 * showing;
    }
    if (round(rounds, record, from, distils, left).isEmpty()) {
      return Optional.empty();
    }
    Round chosen = Choice.of(rounds, before.measured(), spec.targets());
    int epochs = spending.posterior() + spending.tuned();
    return Optional.of(
        new Compression.Result(before.measured(), rounds, chosen, epochs, before.file()));
  }

  /** One round, which joins the others; nothing if it was asked to stop. */
  private Optional<Round> round(
      List<Round> rounds, RunRecord record, Model from, boolean distils, int epochs)
      throws IOException, TrainingException {
    String name = "round-" + (rounds.size() + 1);
    Path file = phases.folder().resolve(name + "-start.safetensors");
    if (!Files.exists(file)) {
      record.modelFile(from).save(file);
    }
    RunFolder run = phases.folder(name);
    RunSpec its = HeldZeros.tuning(base, file, from, epochs);
    its = distils ? Distillation.of(its, phases.dense().toString()) : its;
    if (!phases.train(name, its, run)) {
      return Optional.empty();
    }
    TrainedRun trained = TrainedRun.read(run.root());
    Deployment floats = Deployment.dense(trained.record(), trained.snapshot());
    double sparsity = 1 - (double) from.nonZeroWeights() / before.weights();
    Round round =
        new Appraisal(spec, before, journal)
            .of(name, run, spending.posterior() + epochs, distils, sparsity, floats, Map.of());
    rounds.add(round);
    phases.say().accept(round.line());
    return Optional.of(round);
  }

  /** The fewest units without which all wishes of size hold. */
  private int needed(RunRecord record, UnitRanking ranking) throws IOException {
    Map<String, Float> steps =
        spec.bits() && spec.targets().about(Kind.FILE)
            ? Deployment.of(record, ranking.sized(ranking.count() / 2))
                .inFewBits(Map.of(), before.bench())
                .steps()
            : Map.of();
    int few = 0;
    int enough = ranking.count();
    if (!grants(record, ranking, enough, steps)) {
      throw new SpecException(
          "--target %s: not even one unit in each layer has that; what can go are units of convolutions and dense layers that no sum holds in place"
              .formatted(spec.targets()));
    }
    while (enough - few > 1) {
      int middle = (few + enough) >>> 1;
      if (grants(record, ranking, middle, steps)) {
        enough = middle;
      } else {
        few = middle;
      }
    }
    return enough;
  }

  private boolean grants(RunRecord record, UnitRanking ranking, int units, Map<String, Float> steps)
      throws IOException {
    Deployment floats = Deployment.of(record, ranking.sized(units));
    Deployment kept = steps.isEmpty() ? floats : floats.roundedAs(steps);
    Map<Measure, Double> sizes =
        Measured.sizes(before.weights(), kept.file().model(), kept.bytes());
    for (Target target : spec.targets().sizes()) {
      Measure measure = target.measure();
      double value =
          measure.kind() == Kind.LATENCY
              ? journal.latency("without %s units".formatted(units), floats.file().model())
              : sizes.getOrDefault(measure, Double.POSITIVE_INFINITY);
      if (!measure.atLeastAsGood(value, target.wanted(before.measured()))) {
        return false;
      }
    }
    return true;
  }
}
