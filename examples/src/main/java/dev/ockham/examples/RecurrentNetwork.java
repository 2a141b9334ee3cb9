package dev.ockham.examples;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.UnitsLeft;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.Training;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sentences of different lengths, read word by word. */
public final class RecurrentNetwork {

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args.length > 0 ? args[0] : "my-recurrent-runs");
    Dataset meals = Dataset.named("meals"); // 400 sentences of praise or complaint, in the jar

    // Two inputs: words by their numbers in the vocabulary, and how many of them are real.
    TextRules text = meals.rules().text().orElseThrow();
    var g = new GraphBuilder();
    Value words = g.input("tokens", text.length());
    Value length = g.input("length");
    Value x = g.embed(words, text.vocabulary().size(), 24);
    x = g.node("lstm", new Recurrent(Recurrent.Cell.LSTM, 24, false, true), x, length);
    Architecture network = Architecture.of("my-recurrent", g.build(g.dense(x, 2)));

    // The dense network first. Sparse VD starts from it: nine of ten weights go, epoch by epoch,
    // and units that lose all of theirs leave. The last six epochs train what stays.
    RunSpec dense = RunSpec.of(network).withEpochs(20).withBatch(20).withLearningRate(0.015);
    TrainedRun before =
        Training.run(dense, network, meals, folder.resolve("dense"), TrainingListener.SILENT);
    RunSpec sparse =
        dense
            .bayesian(Method.SPARSE_VD)
            .startingFrom(before.folder().root())
            .withEpochs(24)
            .withBeta(0.05) // 290 sentences bear little of the prior
            .with("method.initial_log_sigma2", -6)
            .with("training.gradual_pruning.from", 0)
            .with("training.gradual_pruning.sparsity", 0.9)
            .with("training.fine_tune.epochs", 6);
    TrainedRun run =
        Training.run(
            sparse,
            network,
            meals,
            folder.resolve("sparse"),
            TrainingListener.lines(System.out::println));

    Path file = folder.resolve("small.safetensors");
    run.pruned().save(file);

    Predictor predictor = Predictor.load(file); // from here on ockham-runtime alone
    String opinion = predictor.predict("The soup was not good.").name();
    Examples test = InputOrder.arranged(meals, network.graph()).test();
    Model small = predictor.file().model();
    System.out.printf(
        "%d of %d weights are left, %s, in %d bytes%n",
        small.nonZeroWeights(),
        network.weights(),
        UnitsLeft.of(network.graph(), small).line(),
        Files.size(file));
    System.out.printf(
        "the test error is %.1f %%, dense %.1f %%; \"The soup was not good.\" is a %s%n",
        Evaluator.classify(small, test).errorPercent(),
        Evaluator.classify(before.pruned().model(), test).errorPercent(),
        opinion);
  }

  private RecurrentNetwork() {}
}
