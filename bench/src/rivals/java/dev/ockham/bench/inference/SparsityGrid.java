package dev.ockham.bench.inference;

import dev.ockham.core.arch.Architectures;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One layer at growing sparsity in Ockham's runtime, and ONNX Runtime on the dense layer: where the
 * first gets faster is the break-even point. {@code -prof gc} gives bytes a call; times are
 * sampled, so that there are percentiles.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class SparsityGrid {

  /** The layer, as a network; what gives channels is flattened, which costs nothing. */
  @Param({
    "mlp:784-300",
    "mlp:300-100",
    "mlp:2000-2000",
    "net:16x32x32-conv16x3p1-flatten",
    "net:64x8x8-conv64x3p1-flatten",
    "net:64x8x8-conv64x1-flatten",
    "net:20x12x12-conv50x5-flatten"
  })
  public String layer = "";

  /** Share of weights that are gone. */
  @Param({"0", "0.5", "0.8", "0.9", "0.95", "0.98", "0.99"})
  public double sparsity;

  /** Examples a call. */
  @Param({"1", "100"})
  public int batch;

  private Contestant ockham;
  private Contestant onnxRuntime;

  /** Draws the layer. */
  @Setup
  public void setUp() throws RaceException {
    RandomNetwork random = new RandomNetwork(Architectures.parse(layer), 1);
    Model dense = random.dense();
    Model sparse = random.sparse(dense, sparsity);
    String input = dense.graph().inputs().getFirst().name();
    List<float[]> batches =
        List.of(Objects.requireNonNull(RandomInputs.draw(dense, batch, 1).inputs().get(input)));
    ockham = new OckhamContestant(sparse, batches, batch, 1);
    onnxRuntime = OnnxRuntimeContestant.of(dense, batches, batch, 1);
  }

  /** Ockham, at the sparsity. */
  @Benchmark
  public void ockham() {
    ockham.predict(0);
  }

  /** ONNX Runtime, dense. */
  @Benchmark
  public void onnxRuntimeDense() {
    onnxRuntime.predict(0);
  }

  /** Gives back native memory. */
  @TearDown
  public void tearDown() {
    ockham.close();
    onnxRuntime.close();
  }
}
