package dev.ockham.core.arch;

import dev.ockham.core.arch.TextChain.Kind;
import dev.ockham.core.name.Nearest;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Normalize.Over;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The layers that texts know: each is read by its word, and a node is written back. */
final class TextLayers {

  private static final float EPSILON = 1e-5f;
  private static final float LEAKY_SLOPE = 0.01f;

  private static final Map<String, Activation> ACTIVATIONS = activations();

  /**
   * A kind of layer.
   *
   * @param name letters that it begins with
   * @param example how one is written
   * @param pattern all that it can look like
   * @param add adds it to a network
   */
  private record Word(
      String name, String example, Pattern pattern, BiConsumer<TextChain, Matcher> add) {
    static Word of(String name, BiConsumer<TextChain, Matcher> add) {
      return new Word(name, name, Pattern.compile(name), add);
    }

    static Word of(
        String name, String example, String pattern, BiConsumer<TextChain, Matcher> add) {
      return new Word(name, example, Pattern.compile(pattern), add);
    }
  }

  private static final List<Word> WORDS = words();

  private TextLayers() {}

  private static Map<String, Activation> activations() {
    Map<String, Activation> words = new LinkedHashMap<>();
    words.put("relu", Activation.of(Function.RELU));
    words.put("relu6", new Activation(Function.CLIP, 0, 6));
    words.put("leaky", new Activation(Function.LEAKY_RELU, LEAKY_SLOPE, 0));
    words.put("elu", new Activation(Function.ELU, 1, 0));
    words.put("gelu", Activation.of(Function.GELU));
    words.put("gelutanh", Activation.of(Function.GELU_TANH));
    words.put("silu", Activation.of(Function.SILU));
    words.put("mish", Activation.of(Function.MISH));
    words.put("hswish", Activation.of(Function.HARD_SWISH));
    words.put("hsigmoid", new Activation(Function.HARD_SIGMOID, 1f / 6, 0.5f));
    words.put("sigmoid", Activation.of(Function.SIGMOID));
    words.put("tanh", Activation.of(Function.TANH));
    words.put("softplus", Activation.of(Function.SOFTPLUS));
    return words;
  }

  private static List<Word> words() {
    List<Word> words = new ArrayList<>();
    words.add(Word.of("dense", "dense500", "dense(\\d{1,9})(nobias)?", TextLayers::addDense));
    words.add(new Word("conv", "conv20x5p1s2", TextWindows.CONV, TextWindows::addConvolution));
    words.add(new Word("dw", "dw3p1", TextWindows.DEPTHWISE, TextWindows::addDepthwise));
    words.add(Word.of("bn", (chain, part) -> addNorm(chain, "bn", Over.BATCH, 1)));
    words.add(Word.of("ln", (chain, part) -> addNorm(chain, "ln", Over.LAYER, 1)));
    words.add(
        Word.of(
            "gn",
            "gn8",
            "gn(\\d{1,9})",
            (chain, part) -> addNorm(chain, "gn", Over.GROUP, number(part, 1))));
    words.add(Word.of("in", (chain, part) -> addNorm(chain, "in", Over.INSTANCE, 1)));
    words.add(new Word("pool", "pool2", TextWindows.POOL, TextWindows::addPool));
    words.add(new Word("avg", "avg3p1s2", TextWindows.POOL, TextWindows::addPool));
    words.add(Word.of("gap", (chain, part) -> addGlobal(chain, Reduce.To.MEAN)));
    words.add(Word.of("gmp", (chain, part) -> addGlobal(chain, Reduce.To.MAX)));
    for (Map.Entry<String, Activation> each : ACTIVATIONS.entrySet()) {
      Activation activation = each.getValue();
      String stem = activation.function().name().toLowerCase(Locale.ROOT);
      words.add(Word.of(each.getKey(), (chain, part) -> chain.add(stem, activation)));
    }
    words.add(Word.of("prelu", (chain, part) -> chain.add("prelu", new PRelu(chain.unitAxis()))));
    words.add(
        Word.of(
            "flatten",
            (chain, part) -> chain.add("flatten", Reshape.flatten(), List.of(), Kind.VECTOR)));
    words.add(Word.of("swap", (chain, part) -> addSwap(chain)));
    words.add(Word.of("embed", "embed1000x32", "embed(\\d{1,9})x(\\d{1,9})", TextLayers::addEmbed));
    for (String cell : List.of("lstm", "gru", "rnn")) {
      for (String ways : List.of("", "bi")) {
        String name = ways + cell;
        words.add(Word.of(name, name + "64", name + "(\\d{1,9})(seq)?", TextLayers::addRecurrent));
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
    for (Word word : WORDS) {
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
    throw new IllegalArgumentException(
        "is not a layer"
            + hint(part)
            + " (layers are "
            + String.join(", ", WORDS.stream().map(Word::example).toList())
            + ")");
  }

  private static String hint(String part) {
    String letters = part.replaceFirst("\\d.*", "");
    List<String> names = new ArrayList<>();
    for (Word word : WORDS) {
      if (word.name().equals(letters) && !word.example().equals(letters)) {
        return "; " + letters + " is written as " + word.example();
      }
      names.add(word.name());
    }
    String hint = Nearest.hint(part, names);
    return hint.isEmpty() ? Nearest.hint(letters, names) : hint;
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

  private static void addSwap(TextChain chain) {
    if (chain.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "takes channels × positions, or a sequence, but gets " + chain.gets());
    }
    Kind gives = chain.kind() == Kind.SEQUENCE ? Kind.CHANNELS : Kind.SEQUENCE;
    chain.add("permute", new Permute(List.of(1, 0)), List.of(), gives);
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
    if (operator instanceof Pool pool) {
      return TextWindows.write(pool);
    }
    if (operator instanceof Reduce reduce) {
      return reduce.to() == Reduce.To.MAX ? "gmp" : "gap";
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
    return writeWithoutSizes(operator);
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

  private static @Nullable String writeWithoutSizes(Operator operator) {
    if (operator instanceof Embed embed) {
      return "embed" + embed.rows() + "x" + embed.width();
    }
    if (operator instanceof PRelu) {
      return "prelu";
    }
    if (operator instanceof Reshape) {
      return "flatten";
    }
    if (operator instanceof Permute) {
      return "swap";
    }
    for (Map.Entry<String, Activation> each : ACTIVATIONS.entrySet()) {
      if (each.getValue().equals(operator)) {
        return each.getKey();
      }
    }
    return null;
  }
}
