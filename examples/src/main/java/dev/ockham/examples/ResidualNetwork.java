package dev.ockham.examples;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.UnitsLeft;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.Training;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network with branches: channels that a sum adds up leave together. */
public final class ResidualNetwork {

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args.length > 0 ? args[0] : "my-residual-runs");
    Dataset clothes = Dataset.named("fashion-mnist-mini"); // 12,000 pictures, in the jar

    // A graph: each call adds a node and gives its value, which any number of later ones may read.
    var g = new GraphBuilder();
    Value x = g.input("picture", clothes.train().shape());
    x = g.relu(g.batchNorm(g.conv2d(x, 10, 4, stride(4)))); // 28 x 28 to 7 x 7
    for (int block = 0; block < 2; block++) {
      Value y = g.relu(g.batchNorm(g.conv2d(x, 20, 3, pad(1))));
      x = g.relu(g.add(x, g.batchNorm(g.conv2d(y, 10, 3, pad(1)))));
    }
    Value logits = g.dense(g.globalAverage(x), 10);
    Architecture network = Architecture.of("my-residual", g.build(logits));

    // The dense network first. Sparse VD starts from it: nine of ten weights go, epoch by epoch,
    // and units that lose all of theirs leave. The last two epochs train what stays.
    RunSpec dense = RunSpec.of(network).withEpochs(3).withBatch(50).withLearningRate(0.01);
    TrainedRun before =
        Training.run(dense, network, clothes, folder.resolve("dense"), TrainingListener.SILENT);
    RunSpec sparse =
        dense
            .bayesian(Method.SPARSE_VD)
            .startingFrom(before.folder().root())
            .withEpochs(7)
            .with("method.initial_log_sigma2", -6)
            .with("training.gradual_pruning.from", 0)
            .with("training.gradual_pruning.sparsity", 0.9)
            .with("training.fine_tune.epochs", 2);
    TrainedRun run =
        Training.run(
            sparse,
            network,
            clothes,
            folder.resolve("sparse"),
            TrainingListener.lines(System.out::println));

    Path file = folder.resolve("small.safetensors");
    run.pruned().save(file);

    Predictor predictor = Predictor.load(file); // from here on ockham-runtime alone
    String first = predictor.predict(clothes.test().values(0)).name();
    Model small = predictor.file().model();
    System.out.printf(
        "%d of %d weights are left, %s, in %d bytes%n",
        small.nonZeroWeights(),
        network.weights(),
        UnitsLeft.of(network.graph(), small).line(),
        Files.size(file));
    System.out.printf(
        "the test error is %.1f %%, dense %.1f %%; the first picture: %s%n",
        Evaluator.classify(small, clothes.test()).errorPercent(),
        Evaluator.classify(before.pruned().model(), clothes.test()).errorPercent(),
        first);
  }

  private ResidualNetwork() {}
}
