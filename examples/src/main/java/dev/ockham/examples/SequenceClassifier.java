package dev.ockham.examples;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.Training;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Sequences of words of different lengths; the class is which of two words comes last. */
public final class SequenceClassifier {

  private static final int STEPS = 12;
  private static final int WORDS = 20;

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args.length > 0 ? args[0] : "my-sequence-run");

    // A row has STEPS words, of which the first few count, and behind them how many those are.
    SplittableRandom random = new SplittableRandom(1);
    float[][] rows = new float[3000][STEPS + 1];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int length = random.nextInt(4, STEPS + 1);
      for (int k = 0; k < STEPS; k++) {
        rows[i][k] = random.nextInt(WORDS);
        labels[i] = k < length && rows[i][k] < 2 ? (int) rows[i][k] : labels[i];
      }
      rows[i][STEPS] = length;
    }
    Dataset data = Dataset.of("sequences", Features.of(rows, labels), 0.25, 1);

    // Inputs take the numbers of a row in their order.
    var g = new GraphBuilder();
    Value words = g.input("words", STEPS);
    Value length = g.input("length");
    Value x = g.embed(words, WORDS, 8);
    x = g.node("lstm", new Recurrent(Recurrent.Cell.LSTM, 16, false, true), x, length);
    Architecture network = Architecture.of("my-lstm", g.build(g.dense(x, 2)));

    RunSpec spec =
        RunSpec.of(network).bayesian(Method.SPARSE_VD).withEpochs(20).withLearningRate(0.02);
    TrainedRun run = Training.run(spec, network, data, folder, TrainingListener.SILENT);
    Model model = run.pruned().model();
    System.out.printf(
        "%d of %d weights are left, the test error is %.1f %%%n",
        model.nonZeroWeights(),
        network.weights(),
        Evaluator.classify(model, data.test()).errorPercent());
  }

  private SequenceClassifier() {}
}
