package dev.ockham.bench;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What whole epochs cost on real data: batches, steps and the look at validation images. The dense
 * network and a method's take turns, an epoch each, in one process; both are stopped after each
 * epoch and resumed for the next.
 */
public final class EpochRace {

  private EpochRace() {}

  /**
   * One epoch of both.
   *
   * @param dense seconds of the plain network's
   * @param ockham of the method's: its time, units and errors
   */
  public record Epoch(double dense, EpochMetrics ockham) {
    /** Time of the method's epoch by that of the plain network's. */
    public double ratio() {
      return ockham.seconds() / dense;
    }
  }

  /**
   * What came of a race.
   *
   * @param epochs in order, at least one
   * @param firstNoisy index of the first epoch that has noise
   * @param lastNoisy of the last one
   */
  public record Result(List<Epoch> epochs, int firstNoisy, int lastNoisy) {
    /** Copies the list. */
    public Result {
      epochs = List.copyOf(epochs);
    }

    /** Median over epochs of the method's time by the plain network's. */
    public double ockhamOverDense() {
      double[] ratios = epochs.stream().mapToDouble(Epoch::ratio).sorted().toArray();
      return ratios[ratios.length / 2];
    }

    /**
     * Time of the method's last epoch under noise by that of its first. The first one also compiles
     * code, so where there are three or more, it is the faster of the first two.
     */
    public double lastOverFirst() {
      double first = seconds(firstNoisy);
      if (lastNoisy - firstNoisy > 1) {
        first = Math.min(first, seconds(firstNoisy + 1));
      }
      return seconds(lastNoisy) / first;
    }

    private double seconds(int epoch) {
      return epochs.get(epoch).ockham().seconds();
    }
  }

  /**
   * Runs the race.
   *
   * @param spec of the method's run; the plain network's is {@link RunSpec#dense}
   * @param folder empty; the two runs are left there
   * @param stepDone called after every step of either
   */
  public static Result run(RunSpec spec, Dataset data, Path folder, Runnable stepDone)
      throws IOException, TrainingException {
    RunSpec dense = spec.dense();
    List<EpochMetrics> denseEpochs = new ArrayList<>();
    List<EpochMetrics> epochs = new ArrayList<>();
    RunFolder denseFolder = new RunFolder(folder.resolve("dense"));
    RunFolder ockhamFolder = new RunFolder(folder.resolve("ockham"));
    boolean more = true;
    while (more) {
      if (denseEpochs.size() < dense.training().epochs()) {
        oneEpoch(dense, data, denseFolder, denseEpochs, stepDone);
      }
      RunRecord record = oneEpoch(spec, data, ockhamFolder, epochs, stepDone);
      more = record.status() == RunRecord.Status.STOPPED;
    }
    List<Epoch> result = new ArrayList<>();
    for (int i = 0; i < epochs.size(); i++) {
      // Fine-tuning has no dense counterpart; a dense epoch costs the same at any time.
      double seconds = denseEpochs.get(Math.min(i, denseEpochs.size() - 1)).seconds();
      result.add(new Epoch(seconds, epochs.get(i)));
    }
    return new Result(
        result,
        spec.training().pretrainEpochs(),
        spec.training().epochs() - spec.training().fineTune().epochs() - 1);
  }

  private static RunRecord oneEpoch(
      RunSpec spec, Dataset data, RunFolder folder, List<EpochMetrics> epochs, Runnable stepDone)
      throws IOException, TrainingException {
    int before = epochs.size();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(Position position) {
            stepDone.run();
          }

          @Override
          public void epochDone(EpochMetrics metrics) {
            epochs.add(metrics);
          }
        };
    return Training.train(spec, data, folder, true, listener, () -> epochs.size() > before);
  }
}
