package dev.ockham.examples;

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
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.Training;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small transformer looks at a picture in patches, each of which may ask the others. */
public final class AttentionNetwork {

  private static final int PATCHES = 16;
  private static final int WIDTH = 16;

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args.length > 0 ? args[0] : "my-attention-runs");
    Dataset clothes = Dataset.named("fashion-mnist-mini"); // 12,000 pictures, in the jar

    // 16 patches of 7 x 7 pixels, each as 16 numbers, to which a learnt place is added.
    var g = new GraphBuilder();
    Value x = g.conv2d(g.input("picture", clothes.train().shape()), WIDTH, 7, stride(7));
    x = g.permute(g.reshape(x, WIDTH, PATCHES), 1, 0); // [patch, number]
    x = g.add(x, g.learnt(Shape.of(PATCHES, WIDTH), 1));

    // Each patch asks all patches, and adds what those have to say whose keys fit.
    Value normed = g.layerNorm(x);
    Value query = g.dense(normed, WIDTH);
    Value key = g.dense(normed, WIDTH);
    Value value = g.dense(normed, 2 * WIDTH);
    Value scores = g.matrixProductTransposed(query, key);
    scores = g.activation(scores, new Activation(Function.SCALE, 1f / 4, 0)); // 1 / sqrt(WIDTH)
    x = g.add(x, g.dense(g.matrixProduct(g.softmax(scores), value), WIDTH));
    Value hidden = g.activation(g.dense(g.layerNorm(x), 4 * WIDTH), Function.GELU);
    x = g.add(x, g.dense(hidden, WIDTH));
    Value mean = g.reduce(g.layerNorm(x), Reduce.To.MEAN, false, 0);
    Architecture network = Architecture.of("my-attention", g.build(g.dense(mean, 10)));

    // The dense network first. Sparse VD starts from it: four of five weights go, epoch by epoch,
    // and units that lose all of theirs leave. The last two epochs train what stays.
    RunSpec dense = RunSpec.of(network).withEpochs(4).withBatch(50).withLearningRate(0.005);
    TrainedRun before =
        Training.run(dense, network, clothes, folder.resolve("dense"), TrainingListener.SILENT);
    RunSpec sparse =
        dense
            .bayesian(Method.SPARSE_VD)
            .startingFrom(before.folder().root())
            .withEpochs(8)
            .withBeta(0.5)
            .with("method.initial_log_sigma2", -6)
            .with("training.gradual_pruning.from", 0)
            .with("training.gradual_pruning.sparsity", 0.8)
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

  private AttentionNetwork() {}
}
