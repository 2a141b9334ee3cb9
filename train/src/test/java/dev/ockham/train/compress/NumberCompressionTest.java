package dev.ockham.train.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Targets;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.run.Training;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that predict numbers. */
class NumberCompressionTest {

  private static final int INPUTS = 8;
  private static final Dataset DATA = Dataset.of("slopes", features(600, 1), features(100, 2));

  @TempDir private Path temp;

  /** 1000 + 20·|x0 − x1|, with noise of deviation 5; the other inputs say nothing. */
  private static Features features(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count * INPUTS];
    float[] targets = new float[count];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < INPUTS; k++) {
        values[i * INPUTS + k] = (float) random.nextGaussian();
      }
      double apart = Math.abs(values[i * INPUTS] - values[i * INPUTS + 1]);
      targets[i] = (float) (1000 + 20 * apart + 5 * random.nextGaussian());
    }
    return Features.of(Shape.of(INPUTS), values, Numbers.of(1, targets));
  }

  private static RunSpec base() {
    return RunSpec.defaults()
        .with("data.name", "slopes")
        .with("data.validation", 0.3)
        .with("architecture", "mlp:8-30-1")
        .with("training.batch", 20)
        .with("training.threads", 1)
        .with("training.learning_rate.initial", 0.01);
  }

  /** Its file is in the data's units, which training must neither forget nor take on twice. */
  @Test
  void aModelFileBecomesSmallAtTheQualityThatItHad() throws Exception {
    TrainedRun run =
        Training.run(
            base().with("method.name", "none").withEpochs(15), DATA, temp.resolve("dense"));
    Path file = temp.resolve("dense.safetensors");
    List<Mask> all =
        run.snapshot().layers().stream().map(layer -> Mask.all(layer.theta().length)).toList();
    run.record().modelFile(run.snapshot().masked(all)).save(file);
    RunSpec start =
        base().with("architecture", file.toString()).with("training.init_from", file.toString());
    CompressionSpec spec =
        new CompressionSpec(
            start,
            Targets.parse(List.of("rmse<=1.05x", "compression>=3")),
            Budget.parse("20epochs"),
            true,
            "");
    Compression.Result result =
        new Compression(spec, DATA, null, temp.resolve("small"), () -> false, _ -> {})
            .run(false)
            .orElseThrow();
    assertThat(result.dense().require(Measure.parse("rmse"))).isLessThan(8);
    assertThat(result.holds()).as(result.chosen().line()).isTrue();
    assertThat(result.chosen().measured().require(Measure.parse("rmse"))).isLessThan(8);
    assertThat(result.chosen().compression()).isGreaterThanOrEqualTo(3);
  }
}
