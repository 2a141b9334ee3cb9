package dev.ockham.train.compress;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.goal.Latency;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.Target;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What networks are judged by.
 *
 * @param spec with the wishes
 * @param data to train on
 * @param own examples to judge by; null for the part of the training data that the spec holds out
 */
record Yardstick(CompressionSpec spec, Dataset data, @Nullable Examples own) {

  /** What the network is worth before anything is done. */
  Before before(RunRecord record, ModelFile dense) throws IOException {
    Examples examples = own;
    if (examples == null) {
      Split split =
          Split.stratified(
              data.train(), spec.base().data().validation(), spec.base().data().splitSeed());
      examples = data.train().select(split.validation());
    }
    if (examples.count() == 0) {
      throw new SpecException(
          "there are no validation examples to judge by; name some with --validation, or set"
              + " data.validation");
    }
    int threads = record.spec().training().threads();
    Judge judge = Judge.without(record);
    Deployment.Bench bench =
        new Deployment.Bench(judge, MeasuredQuality.names(data), examples, threads);
    Deployment whole = new Deployment(dense, Map.of(), false);
    long weights = dense.model().weightCount();
    return new Before(whole.measure(weights, bench), dense, weights, bench);
  }

  /** The same with its latency, as the journal has it, where a wish is about that. */
  Before withLatency(Before before, Journal journal) throws IOException {
    if (!spec.targets().about(Kind.LATENCY)) {
      return before;
    }
    double seconds = journal.latency("dense", before.file().model());
    return new Before(
        before.measured().withLatency(seconds), before.file(), before.weights(), before.bench());
  }

  /**
   * Checks that the wishes can be granted, and do not hold yet.
   *
   * @throws SpecException in one line
   */
  void requireReachable(Before before) {
    Measured measured = before.measured();
    if (spec.targets().about(Kind.LATENCY) && measured.of(Measure.of(Kind.LATENCY)).isEmpty()) {
      measured = measured.withLatency(Latency.seconds(before.file().model()));
    }
    double empty = EmptyNetwork.fileBytes(before.file());
    spec.targets().requireReachable(measured, empty);
    ChanceCheck.require(measured, before.file(), !spec.base().training().initFrom().isEmpty());
    List<WeightTensor> tensors = WeightTensor.of(before.file().model().graph());
    spec.most().requireNames("--most", tensors.stream().map(WeightTensor::name).toList());
    requireRoom(before);
  }

  /** What is spared must leave room for what is wished. */
  private void requireRoom(Before before) {
    double most = spec.limits().most(before.file().model().graph());
    for (Target target : spec.targets().sizes()) {
      double wanted = target.wanted(before.measured());
      double compression =
          switch (target.measure().kind()) {
            case COMPRESSION -> wanted;
            case SPARSITY -> 1 / (1 - wanted);
            case WEIGHTS -> before.weights() / Math.floor(wanted);
            case UNITS, FILE, MACS, LATENCY, ERROR, ACCURACY, RMSE, NLL, RECALL -> 1;
          };
      if (compression > most) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "--target %s: what --keep and --most spare leaves at most a compression of %.4g",
                target,
                most));
      }
    }
  }
}
