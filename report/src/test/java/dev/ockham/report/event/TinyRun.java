package dev.ockham.report.event;

import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run folder as training leaves it, of a network of 16 inputs, 3 units and 2 classes. */
final class TinyRun {

  static final int STEPS_PER_EPOCH = 5;

  private TinyRun() {}

  /** Writes record and checkpoint; the weights are made up. */
  static RunFolder at(Path root, String architecture, String method, int[]... shapes)
      throws IOException {
    Files.createDirectories(root);
    RunFolder folder = new RunFolder(root);
    RunSpec spec =
        SpecTree.of(RunSpec.defaults())
            .with("architecture", architecture, "test")
            .with("method.name", method, "test")
            .toSpec();
    new RunRecord(
            RunRecord.Status.RUNNING,
            spec,
            new RunRecord.Data("ab", "test", 9, 1, 0, 1),
            Map.of(),
            Map.of())
        .write(folder);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < shapes.length; i++) {
      int size = 1;
      long[] shape = new long[shapes[i].length];
      for (int d = 0; d < shape.length; d++) {
        size *= shapes[i][d];
        shape[d] = shapes[i][d];
      }
      float[] theta = new float[size];
      float[] logSigma2 = new float[size];
      for (int w = 0; w < size; w++) {
        theta[w] = (w % 7 - 3) / 3f;
        logSigma2[w] = -4 + w % 5;
      }
      String name = (shape.length == 4 ? "conv" : "dense") + (i + 1);
      tensors.put(name + ".theta", StoredTensor.ofFloats(theta, shape));
      tensors.put(name + ".log_sigma2", StoredTensor.ofFloats(logSigma2, shape));
      tensors.put(
          name + ".bias", StoredTensor.ofFloats(new float[shapes[i][0]], (long) shapes[i][0]));
    }
    Checkpoint.write(folder, Position.START, tensors);
    return folder;
  }

  static RunFolder sparse(Path root) throws IOException {
    return at(root, "mlp:16-3-2", "sparse-vd", new int[] {3, 16}, new int[] {2, 3});
  }

  /** The end of an epoch; its numbers tell the epoch and which run of it this is. */
  static EpochMetrics epoch(int epoch, double nll) {
    return new EpochMetrics(
        epoch,
        (long) epoch * STEPS_PER_EPOCH,
        nll,
        1000.0 + epoch,
        0.5,
        0.001,
        new EpochMetrics.Score(12.5, 0.25),
        new EpochMetrics.Score(13.5, 0.75),
        List.of(
            new EpochMetrics.LayerCount("dense1", 48, 12, 6),
            new EpochMetrics.LayerCount("dense2", 6, 6, 2)),
        1.5);
  }

  /** Where training stands after complete epochs. */
  static Position after(int epochs) {
    return new Position(epochs, 0, (long) epochs * STEPS_PER_EPOCH, 0, 0, 0, 0);
  }
}
