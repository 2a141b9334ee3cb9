package dev.ockham.examples;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Prediction;
import dev.ockham.train.run.Training;
import java.nio.file.Path;

/** A network you wrote, made Bayesian in one call, trained, pruned, saved and used. */
public final class MakeItBayesian {

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args.length > 0 ? args[0] : "my-run");
    Dataset clothes = Dataset.named("fashion-mnist-mini"); // 12,000 pictures, in the jar

    // A network you wrote, ...
    var g = new GraphBuilder();
    Value hidden = g.relu(g.dense(g.flatten(g.input("input", clothes.train().shape())), 100));
    Architecture network = Architecture.of(g.build(g.dense(hidden, 10)));

    // ... its layers made Bayesian in one call, and trained.
    RunSpec spec = RunSpec.of(network).bayesian(Method.SPARSE_VD).withEpochs(20);
    TrainedRun run = Training.run(spec, clothes, folder);

    // Prune by what the posterior says, and keep the rest as a small file.
    Path file = folder.resolve("small.safetensors");
    run.pruned().save(file);

    // Use the file. Loading and predicting are plain Java and need ockham-runtime alone.
    Predictor predictor = Predictor.load(file);
    Prediction first = predictor.predict(clothes.test().values(0));
    System.out.printf(
        "the first test picture: %s, %.0f %% sure%n", first.name(), 100 * first.probability());
    System.out.printf(
        "%d of %d weights are left, the test error is %.1f %%%n",
        predictor.file().model().nonZeroWeights(),
        network.weights(),
        Evaluator.classify(predictor.file().model(), clothes.test()).errorPercent());
  }

  private MakeItBayesian() {}
}
