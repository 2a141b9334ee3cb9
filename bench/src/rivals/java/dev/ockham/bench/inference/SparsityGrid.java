package dev.ockham.bench.inference;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.run.Software;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;
import tools.jackson.databind.json.JsonMapper;

/**
 * One layer at growing sparsity in Ockham's runtime, and ONNX Runtime on the dense layer: where the
 * first gets faster is the break-even point. Times are sampled, so that there are percentiles.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class SparsityGrid {
  private static final String DENSE = "onnxRuntimeDense";

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

  /**
   * Runs the grid and prints JSON.
   *
   * @param arguments options of JMH, such as {@code -p sparsity=0.9}
   */
  public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
    Options options = new CommandLineOptions(arguments);
    List<Map<String, Object>> rows = new ArrayList<>(rows(options, "ockham"));
    // The time of the dense layer does not depend on how many of its numbers are 0.
    rows.addAll(rows(new OptionsBuilder().parent(options).param("sparsity", "0").build(), DENSE));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("rows", rows);
    result.put("software", Software.versions());
    System.out.println(new JsonMapper().writeValueAsString(result));
  }

  private static List<Map<String, Object>> rows(Options asked, String runner)
      throws RunnerException {
    Options options =
        new OptionsBuilder()
            .parent(asked)
            .include(SparsityGrid.class.getName() + "." + runner + "$")
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .build();
    List<Map<String, Object>> rows = new ArrayList<>();
    var say = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL);
    for (RunResult each : new Runner(options, say).run()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("runner", runner);
      row.put("layer", each.getParams().getParam("layer"));
      row.put("batch", Integer.parseInt(each.getParams().getParam("batch")));
      row.put("sparsity", Double.parseDouble(each.getParams().getParam("sparsity")));
      Statistics times = each.getPrimaryResult().getStatistics();
      for (int percent : new int[] {50, 90, 99}) {
        row.put("p" + percent + "_us", times.getPercentile(percent));
      }
      Result<?> allocated = each.getSecondaryResults().get("gc.alloc.rate.norm");
      row.put("bytes_per_call", allocated.getStatistics().getMin());
      rows.add(row);
    }
    return rows;
  }

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
