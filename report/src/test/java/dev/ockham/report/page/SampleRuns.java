package dev.ockham.report.page;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Images;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.Calibration;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Run folders as training leaves them, made of the records that it writes. */
public final class SampleRuns {

  private static final int EPOCHS = 4;
  private static final float LOG_NOISE_OF_KEPT = -6;
  private static final float LOG_NOISE_OF_REMOVED = 8;

  private SampleRuns() {}

  /** A finished run of four epochs that keeps about a tenth of its weights. */
  public static RunFolder finished(Path root, String architecture, String method)
      throws IOException {
    RunFolder folder = begun(root, architecture, method);
    epochs(folder, EPOCHS);
    checkpoint(folder);
    ReportedRun run = ReportedRun.read("", folder);
    Outcome sizes = run.outcome();
    if (sizes == null) {
      throw new AssertionError("a run with a checkpoint has sizes");
    }
    List<Outcome.Row> rows = new ArrayList<>();
    for (Outcome.Row row : sizes.rows()) {
      EpochMetrics.Score score = new EpochMetrics.Score(3 + rows.size(), 0.1);
      rows.add(new Outcome.Row(row.form(), score, row.nonzeroWeights(), row.bytes()));
    }
    Outcome outcome = new Outcome("validation", 6000, sizes.weights(), rows);
    RunRecord record = RunRecord.read(folder);
    record
        .with(outcome)
        .with(RunRecord.Status.FINISHED, MetricsLog.last(folder.metrics()))
        .write(folder);
    return folder;
  }

  /** A run that has not ended its first epoch. */
  public static RunFolder begun(Path root, String architecture, String method) throws IOException {
    RunFolder folder = new RunFolder(Files.createDirectories(root));
    RunSpec spec =
        SpecTree.of(RunSpec.defaults())
            .with("architecture", architecture, "test")
            .with("method.name", method, "test")
            .with("training.epochs", Integer.toString(EPOCHS), "test")
            .toSpec();
    new RunRecord(
            RunRecord.Status.RUNNING,
            spec,
            new RunRecord.Data(
                "ab12", "</script><script>alert('& gone')</script>", 54_000, 6_000, 33.3, 0.0127),
            Map.of("java", "25", "kernels", "vector"),
            Map.of())
        .write(folder);
    return folder;
  }

  /** Appends epochs in which weights go. */
  public static void epochs(RunFolder folder, int count) throws IOException {
    RunRecord record = RunRecord.read(folder);
    boolean prunes = record.spec().method().method().prunes();
    for (int e = 1; e <= count; e++) {
      List<EpochMetrics.LayerCount> layers = new ArrayList<>();
      for (WeightTensor layer : architecture(record).weightTensors()) {
        long kept = prunes ? layer.weights() / (1 + e) : layer.weights();
        layers.add(
            new EpochMetrics.LayerCount(layer.name(), layer.weights(), kept, layer.outputs()));
      }
      EpochMetrics.@Nullable Score pruned =
          prunes ? new EpochMetrics.Score(5.0 / e + 1, 0.6 / e) : null;
      MetricsLog.append(
          folder.metrics(),
          new EpochMetrics(
              e,
              540L * e,
              0.7 / e,
              prunes ? 1e5 / e : 0,
              (double) e / count,
              1e-3,
              new EpochMetrics.Score(5.0 / e, 0.5 / e),
              pruned,
              layers,
              1.5));
    }
  }

  /** Writes weights, most of them noise, or zeros where a schedule prunes. */
  public static void checkpoint(RunFolder folder) throws IOException {
    RunRecord record = RunRecord.read(folder);
    Method method = record.spec().method().method();
    SplittableRandom random = new SplittableRandom(1);
    Map<String, StoredTensor> tensors = new TreeMap<>();
    for (WeightTensor layer : architecture(record).weightTensors()) {
      float[] theta = new float[(int) layer.weights()];
      float[] logSigma2 = new float[theta.length];
      for (int i = 0; i < theta.length; i++) {
        theta[i] = (float) random.nextDouble(-1, 1);
        boolean kept = random.nextInt(10) == 0;
        float logAlpha = kept ? LOG_NOISE_OF_KEPT : LOG_NOISE_OF_REMOVED;
        logSigma2[i] = (float) (logAlpha + random.nextDouble() + Math.log(theta[i] * theta[i]));
        theta[i] = kept || !method.scheduled() ? theta[i] : 0;
      }
      tensors.put(ParameterNames.theta(layer), StoredTensor.ofFloats(theta, layer.shape()));
      if (method.posterior().hasLogSigma2()) {
        tensors.put(
            ParameterNames.logSigma2(layer), StoredTensor.ofFloats(logSigma2, layer.shape()));
      }
      if (method.learnsAlpha()) {
        float[] logAlpha = new float[theta.length];
        for (int i = 0; i < logAlpha.length; i++) {
          logAlpha[i] = (float) Math.min(0, random.nextDouble(-4, 1));
        }
        tensors.put(
            ParameterNames.logAlpha(layer), StoredTensor.ofFloats(logAlpha, logAlpha.length));
      }
    }
    for (Parameter parameter : architecture(record).graph().parameters()) {
      if (!parameter.role().prunable()) {
        float[] values = new float[parameter.shape().size()];
        boolean ofNorm = parameter.role() == Role.SCALE || parameter.role() == Role.SHIFT;
        Arrays.fill(values, ofNorm ? 1 : 0);
        tensors.put(
            ParameterNames.plain(parameter),
            StoredTensor.ofFloats(values, parameter.shape().toLongs()));
      }
    }
    if (architecture(record).hasBatchNorm()) {
      Shape shape = architecture(record).example();
      byte[] pixels = new byte[20 * shape.size()];
      random.nextBytes(pixels);
      Calibration.write(
          folder, Images.copyOf(shape.dim(0), shape.dim(1), shape.dim(2), pixels, new byte[20]));
    }
    Checkpoint.write(folder, Position.START.nextEpoch(), tensors);
  }

  private static Architecture architecture(RunRecord record) {
    return Architectures.parse(record.spec().architecture());
  }
}
