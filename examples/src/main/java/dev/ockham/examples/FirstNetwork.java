package dev.ockham.examples;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Prediction;
import dev.ockham.train.run.Training;
import java.nio.file.Path;

/** The twelve lines of the README: a network, trained, pruned, saved and asked. */
public final class FirstNetwork {

  public static void main(String[] args) throws Exception {
    train(Path.of(args.length > 0 ? args[0] : "my-run"));
  }

  private static void train(Path folder) throws Exception {
    Dataset clothes = Dataset.named("fashion-mnist-mini"); // 12,000 pictures, in the jar
    var g = new GraphBuilder();
    Value pixels = g.flatten(g.input("input", clothes.train().shape()));
    Value hidden = g.relu(g.dense(pixels, 100));
    Architecture network = Architecture.of(g.build(g.dense(hidden, 10)));
    RunSpec spec = RunSpec.of(network).bayesian(Method.SPARSE_VD).withEpochs(20);
    TrainedRun run = Training.run(spec, clothes, folder);
    Path file = folder.resolve("small.safetensors");
    run.pruned().save(file);
    Predictor predictor = Predictor.load(file); // from here on plain Java 21, one jar
    Prediction first = predictor.predict(clothes.test().values(0));
    System.out.println(first.name() + ", " + Math.round(100 * first.probability()) + " % sure");
  }

  private FirstNetwork() {}
}
