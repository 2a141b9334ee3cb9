package dev.ockham.examples;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.InputsRead;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.Training;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Arrays of your own. Of 30 measurements only three decide the class; the pruned network says
 * which.
 */
public final class OwnArrays {

  private static final int MEASUREMENTS = 30;

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args.length > 0 ? args[0] : "my-arrays-run");

    // 4,000 rows. What counts, up to some noise, is whether measurements 3 and 14 together exceed
    // twice number 27; the other 27 say nothing.
    SplittableRandom random = new SplittableRandom(1);
    float[][] rows = new float[4000][MEASUREMENTS];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < MEASUREMENTS; k++) {
        rows[i][k] = (float) (20 + 5 * random.nextGaussian());
      }
      double excess = rows[i][3] + rows[i][14] - 2 * rows[i][27];
      labels[i] = excess + 2 * random.nextGaussian() > 0 ? 1 : 0;
    }
    Dataset data = Dataset.of("measurements", Features.of(rows, labels), 0.25, 1);

    var g = new GraphBuilder();
    Value hidden = g.relu(g.dense(g.input("input", MEASUREMENTS), 20));
    Architecture network = Architecture.of(g.build(g.dense(hidden, 2)));
    RunSpec spec =
        RunSpec.of(network).bayesian(Method.SPARSE_VD).withEpochs(60).withLearningRate(0.02);
    TrainedRun run = Training.run(spec, data, folder);

    // The usual threshold, 3, leaves weights that are mostly noise. Asking what matters, keep those
    // that are e = 2.7 standard deviations from zero: log alpha = log(sigma^2 / theta^2) < -2.
    Model model = run.prunedAt(-2).model();
    System.out.printf(
        "the network reads measurements %s; %d of %d weights are left, the test error is %.1f %%%n",
        Arrays.toString(InputsRead.of(model)),
        model.nonZeroWeights(),
        network.weights(),
        Evaluator.classify(model, data.test()).errorPercent());
  }

  private OwnArrays() {}
}
