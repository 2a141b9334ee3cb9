package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import java.util.List;

/**
 * Classifiers of sequences of tokens. Both take two inputs: {@code tokens [steps]}, and {@code
 * length}, how many of them are real.
 */
final class SequenceNets {

  private static final int MOST_TOKENS = 10_000_000;
  private static final int MOST_STEPS = 100_000;
  private static final int MOST_LAYERS = 1000;

  private SequenceNets() {}

  static List<Family> families() {
    return List.of(
        new Family(
            "lstm-classifier",
            "embedding, LSTM, dense of its last state; tokens and their number",
            List.of(
                vocab(),
                steps(50),
                new Argument("width", 32, 1, TextChain.MOST_OUTPUTS),
                new Argument("hidden", 64, 1, TextChain.MOST_OUTPUTS),
                Argument.classes(2)),
            SequenceNets::lstm),
        new Family(
            "transformer-encoder",
            "embedding, learnt positions, attention and GELU layers, mean of the real tokens",
            List.of(
                vocab(),
                steps(64),
                new Argument("width", 64, 1, TextChain.MOST_OUTPUTS),
                new Argument("heads", 4, 1, TextChain.MOST_OUTPUTS),
                new Argument("layers", 2, 1, MOST_LAYERS),
                new Argument("hidden", 256, 1, TextChain.MOST_OUTPUTS),
                Argument.classes(2)),
            values -> new Transformer(values).graph()));
  }

  private static Argument vocab() {
    return new Argument("vocab", 1000, 1, MOST_TOKENS);
  }

  private static Argument steps(int usual) {
    return new Argument("steps", usual, 1, MOST_STEPS);
  }

  private static Graph lstm(Arguments values) {
    GraphBuilder g = new GraphBuilder();
    Value tokens = g.input("tokens", values.of("steps"));
    Value length = g.input("length");
    Value x = g.embed(tokens, values.of("vocab"), values.of("width"));
    Recurrent cell = new Recurrent(Recurrent.Cell.LSTM, values.of("hidden"), false, true);
    return g.build(g.dense(g.node("lstm", cell, x, length), values.of("classes")));
  }
}
