package dev.ockham.train.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Targets;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.Ceilings;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.train.SmallData;
import dev.ockham.train.run.Training;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wishes of units and multiply-adds make networks with convolutions narrower. */
class ChannelCutTest {

  private static final Dataset DATA = SmallData.of(240);
  private static final String PLAIN =
      "net:1x8x8-conv12x3p1-relu-pool2-conv12x3p1-relu-pool2-flatten-dense16-relu-dense4";

  @TempDir private Path temp;

  private RunSpec base(String architecture) {
    return RunSpec.defaults()
        .with("data.name", DATA.name())
        .with("data.validation", 0.3)
        .with("architecture", architecture)
        .with("training.batch", 20)
        .with("training.threads", 1);
  }

  private CompressionSpec spec(RunSpec base, String budget, String most, String... targets) {
    return new CompressionSpec(
        base,
        Targets.parse(List.of(targets)),
        Budget.parse(budget),
        true,
        "",
        Effort.NORMAL,
        Ceilings.parse("--most", most));
  }

  private Optional<Compression.Result> run(CompressionSpec spec, Path place, int steps)
      throws Exception {
    AtomicInteger left = new AtomicInteger(steps);
    return new Compression(spec, DATA, null, place, () -> left.decrementAndGet() < 0, _ -> {})
        .run(true);
  }

  private RunSpec trained(String architecture, int epochs) throws Exception {
    RunSpec base = base(architecture).with("training.learning_rate.initial", 3e-3);
    Path dense = temp.resolve("dense");
    var _ = Training.run(base.with("method.name", "none").withEpochs(epochs), DATA, dense);
    return base(architecture).with("training.init_from", dense);
  }

  @Test
  void halfOfTheMultiplyAddsGoByChannelsAndTheNetworkStaysGood() throws Exception {
    RunSpec base = trained(PLAIN, 12);
    CompressionSpec spec = spec(base, "8epochs", "none", "macs<=0.5x", "error<=dense+10");
    Compression.Result result = run(spec, temp.resolve("small"), Integer.MAX_VALUE).orElseThrow();
    assertThat(result.holds()).as(result.chosen().line()).isTrue();
    double dense = result.dense().require(Measure.parse("macs"));
    double macs = result.chosen().measured().require(Measure.parse("macs"));
    // The fewest units that do: not much further than was asked for.
    assertThat(macs).isBetween(0.35 * dense, 0.5 * dense);
    Graph narrow = Snapshot.read(result.chosen().run()).architecture().graph();
    assertThat(narrow.multiplyAdds()).isLessThanOrEqualTo((long) (0.5 * dense));
    // Stopped and gone on with, it ends with the same weights.
    Optional<Compression.Result> again = Optional.empty();
    for (int stops = 0; again.isEmpty(); stops++) {
      assertThat(stops).isLessThan(60);
      again = run(spec, temp.resolve("stopped"), 25);
    }
    assertThat(again.get().chosen().deployment().file().weightsSha256())
        .isEqualTo(result.chosen().deployment().file().weightsSha256());
  }

  @Test
  void whatIsSparedStaysAndSaysWhatIsLeft() throws Exception {
    RunSpec base = trained(PLAIN, 2).with("method.except", "conv2");
    CompressionSpec spec = spec(base, "2epochs", "conv1=25%", "units<=0.8x");
    Compression.Result result = run(spec, temp.resolve("small"), Integer.MAX_VALUE).orElseThrow();
    assertThat(result.holds()).isTrue();
    Graph narrow = Snapshot.read(result.chosen().run()).architecture().graph();
    assertThat(narrow.units("conv2")).isEqualTo(12);
    assertThat(narrow.units("conv1")).isGreaterThanOrEqualTo(9);
    CompressionSpec never = spec(base, "2epochs", "conv1=25%", "units<=6");
    assertThatThrownBy(() -> run(never, temp.resolve("never"), Integer.MAX_VALUE))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("not even one unit in each layer");
  }

  /** Channels between the sums of a ResNet go; those that a sum holds in place stay. */
  @Tag("long")
  @Test
  void aResNetBecomesNarrowerInsideItsBlocks() throws Exception {
    RunSpec base = trained("resnet-20:classes=4,channels=1,size=8", 6);
    CompressionSpec spec = spec(base, "6epochs", "none", "macs<=0.5x", "error<=dense+10");
    Compression.Result result = run(spec, temp.resolve("small"), Integer.MAX_VALUE).orElseThrow();
    assertThat(result.holds()).as(result.chosen().line()).isTrue();
    assertThat(result.chosen().measured().require(Measure.parse("macs")))
        .isLessThanOrEqualTo(0.5 * result.dense().require(Measure.parse("macs")));
  }
}
