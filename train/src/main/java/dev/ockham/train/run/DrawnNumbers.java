package dev.ockham.train.run;

import dev.ockham.core.loss.LossKind;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.target.TargetScaling;
import java.io.IOException;

/**
 * What drawn networks of a run say of numbers, in the units of the data.
 *
 * @param scaling how the run learns numbers
 * @param set the noise that its settings say, in deviations of the targets; 0 where they say none
 */
record DrawnNumbers(TargetScaling scaling, double set) {

  /**
   * The numbers of a run.
   *
   * @throws RunException if it does not learn any
   */
  static DrawnNumbers of(RunFolder folder) throws IOException {
    RunRecord record = RunRecord.read(folder);
    TargetScaling scaling = record.targets();
    if (scaling == null) {
      throw new RunException("%s does not learn numbers".formatted(folder.root()));
    }
    boolean set = record.spec().training().loss() == LossKind.SQUARED;
    return new DrawnNumbers(scaling, set ? record.spec().training().targetNoise() : 0);
  }

  int outputs() {
    return scaling.outputs();
  }

  /** What each network gives for a row, {@code [networks][outputs]}. */
  double[][] means(float[][][] given, int row) {
    double[][] drawn = new double[given.length][outputs()];
    for (int s = 0; s < drawn.length; s++) {
      for (int k = 0; k < outputs(); k++) {
        drawn[s][k] =
            given[s][0][row * outputs() + k] * scaling.deviation().get(k) + scaling.mean().get(k);
      }
    }
    return drawn;
  }

  /** How large each network says the variance of the noise is, {@code [networks][outputs]}. */
  double[][] variances(float[][][] given, int row) {
    double[][] drawn = new double[given.length][outputs()];
    for (int s = 0; s < drawn.length; s++) {
      for (int k = 0; k < outputs(); k++) {
        double unit = scaling.deviation().get(k);
        double noise =
            given[s].length == 2 ? Math.exp(given[s][1][row * outputs() + k]) : set * set;
        drawn[s][k] = noise * unit * unit;
      }
    }
    return drawn;
  }
}
