package dev.ockham.train.compress;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small dense network that is trained, and compressions that start from it.
 *
 * @param dense the run's folder
 */
record SmallCompressions(Path dense) {

  static final Dataset DATA = SmallData.of(400);

  /** Trains the network. */
  static SmallCompressions in(Path folder) throws IOException, TrainingException {
    SmallCompressions made = new SmallCompressions(folder.resolve("dense"));
    var _ =
        Training.run(
            made.base().with("training.init_from", "").with("method.name", "none").withEpochs(6),
            DATA,
            made.dense);
    return made;
  }

  RunSpec base() {
    return RunSpec.defaults()
        .with("data.name", DATA.name())
        .with("data.validation", 0.3)
        .with("architecture", "mlp:64-20-4")
        .with("training.batch", 20)
        .with("training.threads", 1)
        .with("training.init_from", dense);
  }

  /** A compression that is stopped after some steps. */
  static Compression compression(CompressionSpec spec, Path place, int steps) {
    AtomicInteger left = new AtomicInteger(steps);
    return new Compression(spec, DATA, null, place, () -> left.decrementAndGet() < 0, _ -> {});
  }

  static Compression.Result done(CompressionSpec spec, Path place)
      throws IOException, TrainingException {
    return compression(spec, place, Integer.MAX_VALUE).run(true).orElseThrow();
  }
}
