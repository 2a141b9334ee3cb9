package dev.ockham.examples;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.run.Training;
import java.nio.file.Path;

/**
 * From a dense run to one of a wanted size: start from its weights, choose on validation data how
 * much to prune, look at the test data once.
 */
public final class ChooseThreshold {

  /** How many points of error on the validation data a smaller network may cost. */
  private static final double TOLERANCE = 1;

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args.length > 0 ? args[0] : "my-threshold-runs");
    Dataset clothes = Dataset.named("fashion-mnist-mini");
    Architecture network = Architectures.parse("mlp:784-100-10"); // the same, as text

    RunSpec dense = RunSpec.of(network).withEpochs(5);
    TrainedRun before = Training.run(dense, clothes, folder.resolve("dense"));
    RunSpec sparse =
        dense
            .bayesian(Method.SPARSE_VD)
            .withEpochs(15)
            .startingFrom(before.folder().root())
            .with("training.kl_weight.last", 0.3); // a gentler prior than the full KL
    TrainedRun run = Training.run(sparse, clothes, folder.resolve("sparse"));

    // Pruning again and again costs nothing: no threshold needs training.
    Examples validation = run.validation(clothes);
    double allowed = error(before.pruned(), validation) + TOLERANCE;
    ModelFile chosen = run.prunedTo(0.5);
    for (double sparsity = 0.6; sparsity < 1; sparsity += 0.02) {
      ModelFile smaller = run.prunedTo(sparsity);
      if (error(smaller, validation) <= allowed) {
        chosen = smaller;
      }
    }
    chosen.save(folder.resolve("chosen.safetensors"));
    System.out.printf(
        "threshold %s leaves %d of %d weights; test error %.1f %%, dense %.1f %%%n",
        chosen.provenance().get("threshold"),
        chosen.model().nonZeroWeights(),
        network.weights(),
        error(chosen, clothes.test()),
        error(before.pruned(), clothes.test()));
  }

  private static double error(ModelFile file, Examples examples) {
    return Evaluator.classify(file.model(), examples).errorPercent();
  }

  private ChooseThreshold() {}
}
