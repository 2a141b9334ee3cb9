package dev.ockham.examples;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.Training;
import java.nio.file.Path;

/** A network with branches: two residual blocks, whose channels are pruned together. */
public final class ResidualNetwork {

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args.length > 0 ? args[0] : "my-residual-run");
    Dataset clothes = Dataset.named("fashion-mnist-mini");

    // A graph: each call adds a node and gives its value, which any number of later ones may read.
    var g = new GraphBuilder();
    Value x = g.input("picture", clothes.train().shape());
    x = g.relu(g.batchNorm(g.conv2d(x, 8, 4, stride(4)))); // 28 -> 7
    for (int block = 0; block < 2; block++) {
      Value y = g.relu(g.batchNorm(g.conv2d(x, 8, 3, pad(1))));
      x = g.relu(g.add(x, g.batchNorm(g.conv2d(y, 8, 3, pad(1)))));
    }
    Architecture network = Architecture.of("my-residual", g.build(g.dense(g.flatten(x), 10)));

    RunSpec spec =
        RunSpec.of(network).bayesian(Method.SPARSE_VD).withEpochs(4).withLearningRate(0.005);
    TrainedRun run = Training.run(spec, network, clothes, folder, TrainingListener.SILENT);

    Path file = folder.resolve("small.safetensors");
    run.pruned().save(file);
    Predictor predictor = Predictor.load(file);
    Model model = predictor.file().model();
    System.out.printf(
        "%d of %d weights are left, the test error is %.1f %%; the first picture: %s%n",
        model.nonZeroWeights(),
        network.weights(),
        Evaluator.classify(model, clothes.test()).errorPercent(),
        predictor.predict(clothes.test().values(0)).name());
  }

  private ResidualNetwork() {}
}
