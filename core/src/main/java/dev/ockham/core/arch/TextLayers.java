package dev.ockham.core.arch;

import dev.ockham.core.arch.TextChain.Kind;
import dev.ockham.core.name.Nearest;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Normalize.Over;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** The layers that texts know: each is read by its word, and a node is written back. */
final class TextLayers {

  private static final float EPSILON = 1e-5f;
  private static final List<TextWord> WORDS = words();

  private TextLayers() {}

  private static List<TextWord> words() {
    List<TextWord> words = new ArrayList<>();
    words.add(TextWord.of("dense", "dense500", "dense(\\d{1,9})(nobias)?", TextLayers::addDense));
    words.add(TextWord.of("bn", (chain, part) -> addNorm(chain, "bn", Over.BATCH, 1)));
    words.add(TextWord.of("ln", (chain, part) -> addNorm(chain, "ln", Over.LAYER, 1)));
    words.add(
        TextWord.of(
            "gn",
            "gn8",
            "gn(\\d{1,9})",
            (chain, part) -> addNorm(chain, "gn", Over.GROUP, number(part, 1))));
    words.add(TextWord.of("in", (chain, part) -> addNorm(chain, "in", Over.INSTANCE, 1)));
    words.addAll(TextWindows.words());
    words.add(TextWord.of("gap", (chain, part) -> addGlobal(chain, Reduce.To.MEAN)));
    words.add(TextWord.of("gmp", (chain, part) -> addGlobal(chain, Reduce.To.MAX)));
    words.addAll(TextActivations.words());
    words.add(
        TextWord.of("prelu", (chain, part) -> chain.add("prelu", new PRelu(chain.unitAxis()))));
    words.addAll(TextMoves.words());
    words.add(
        TextWord.of("embed", "embed1000x32", "embed(\\d{1,9})x(\\d{1,9})", TextLayers::addEmbed));
    for (String cell : List.of("lstm", "gru", "rnn")) {
      for (String ways : List.of("", "bi")) {
        String name = ways + cell;
        words.add(
            TextWord.of(name, name + "64", name + "(\\d{1,9})(seq)?", TextLayers::addRecurrent));
      }
    }
    return List.copyOf(words);
  }

  /**
   * How a part of a text is added to a network; the action says what does not fit.
   *
   * @throws IllegalArgumentException if no layer looks like it
   */
  static Runnable read(TextChain chain, String part) {
    for (TextWord word : WORDS) {
      Matcher matcher = word.pattern().matcher(part);
      if (matcher.matches()) {
        return () -> {
          if (chain.kind() == Kind.TOKENS && !word.name().equals("embed")) {
            throw new IllegalArgumentException(
                "takes numbers but gets " + chain.gets() + "; put embed1000x32 before it");
          }
          word.add().accept(chain, matcher);
        };
      }
    }
    throw new IllegalArgumentException("is not a layer; " + advice(part));
  }

  /** How a layer of each kind is written, one example a kind. */
  static List<String> examples() {
    return WORDS.stream().map(TextWord::example).toList();
  }

  private static String advice(String part) {
    if (part.isEmpty()) {
      return "one '-' stands between two layers";
    }
    String letters = part.replaceFirst("\\d.*", "");
    List<String> names = new ArrayList<>();
    String all = "'ockham architectures --help' lists all layers";
    for (TextWord word : WORDS) {
      if (word.name().equals(letters) && !word.example().equals(letters)) {
        return letters + " is written as " + word.example() + "; " + all;
      }
      names.add(word.name());
    }
    String nearest = Nearest.hint(part, names);
    String hint = nearest.isEmpty() ? Nearest.hint(letters, names) : nearest;
    return hint.isEmpty()
        ? "layers are dense500, conv20x5, pool2, relu and others; " + all
        : hint.substring(2) + " " + all; // without its "; "
  }

  private static int number(Matcher part, int group) {
    return Integer.parseInt(part.group(group));
  }

  private static void addDense(TextChain chain, Matcher part) {
    int outputs = number(part, 1);
    if (chain.kind() == Kind.CHANNELS) {
      throw new IllegalArgumentException(
          "takes a vector but gets " + chain.gets() + "; put flatten before it");
    }
    TextChain.requireOutputs(outputs);
    List<String> without = part.group(2) == null ? List.of() : List.of("bias");
    chain.add("dense", new Linear(outputs), without, chain.kind());
  }

  private static void addNorm(TextChain chain, String stem, Over over, int groups) {
    chain.add(stem, new Normalize(over, chain.unitAxis(), groups, EPSILON));
  }

  private static void addGlobal(TextChain chain, Reduce.To to) {
    if (chain.kind() == Kind.VECTOR) {
      throw new IllegalArgumentException(
          "takes channels with positions, or a sequence, but gets " + chain.gets());
    }
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < chain.shape().rank(); axis++) {
      if (axis != chain.unitAxis()) {
        axes.add(axis);
      }
    }
    chain.add("pool", new Reduce(to, axes, false), List.of(), Kind.VECTOR);
  }

  private static void addEmbed(TextChain chain, Matcher part) {
    if (chain.kind() != Kind.TOKENS) {
      throw new IllegalArgumentException(
          "takes tokens but gets "
              + chain.gets()
              + "; it can only be the first layer, behind an input such as t50");
    }
    TextChain.requireOutputs(number(part, 2));
    chain.add("embed", new Embed(number(part, 1), number(part, 2)), List.of(), Kind.SEQUENCE);
  }

  private static void addRecurrent(TextChain chain, Matcher part) {
    String word = part.group();
    boolean bothWays = word.startsWith("bi");
    Recurrent.Cell cell =
        switch (word.charAt(bothWays ? 2 : 0)) {
          case 'l' -> Recurrent.Cell.LSTM;
          case 'g' -> Recurrent.Cell.GRU;
          default -> Recurrent.Cell.TANH;
        };
    chain.addRecurrent(cell, number(part, 1), bothWays, part.group(2) == null);
  }

  /**
   * The layers of a graph as texts say them, if each of its nodes has a word. Whether they describe
   * this very graph, reading them tells.
   */
  static @Nullable List<String> write(Graph graph) {
    List<String> parts = new ArrayList<>();
    List<Node> nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      boolean bothWays =
          nodes.get(i).operator() instanceof Recurrent
              && i + 2 < nodes.size()
              && nodes.get(i + 1).operator() instanceof Recurrent
              && nodes.get(i + 2).operator() instanceof Concat;
      String part = write(graph, nodes.get(i));
      if (part == null) {
        return null;
      }
      parts.add(bothWays ? "bi" + part : part);
      i += bothWays ? 2 : 0;
    }
    return parts;
  }

  private static @Nullable String write(Graph graph, Node node) {
    Operator operator = node.operator();
    if (operator instanceof Linear linear) {
      return "dense" + linear.outputs() + (node.parameters().containsKey("bias") ? "" : "nobias");
    }
    if (operator instanceof Convolution convolution) {
      return TextWindows.write(graph, node, convolution);
    }
    if (operator instanceof ConvolutionTransposed transposed) {
      return TextWindows.write(node, transposed);
    }
    if (operator instanceof Pool pool) {
      return TextWindows.write(pool);
    }
    if (operator instanceof Normalize norm) {
      return switch (norm.over()) {
        case BATCH -> "bn";
        case LAYER -> "ln";
        case GROUP -> "gn" + norm.groups();
        case INSTANCE -> "in";
      };
    }
    if (operator instanceof Recurrent recurrent) {
      return write(recurrent);
    }
    if (operator instanceof Embed embed) {
      return "embed" + embed.rows() + "x" + embed.width();
    }
    if (operator instanceof PRelu) {
      return "prelu";
    }
    String move = TextMoves.write(node.name(), operator);
    return move == null ? TextActivations.write(operator) : move;
  }

  private static String write(Recurrent recurrent) {
    String cell =
        switch (recurrent.cell()) {
          case LSTM -> "lstm";
          case GRU, GRU_RESET_FIRST -> "gru";
          case TANH, RELU -> "rnn";
        };
    return cell + recurrent.hidden() + (recurrent.last() ? "" : "seq");
  }
}
