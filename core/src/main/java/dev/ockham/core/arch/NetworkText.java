package dev.ockham.core.arch;

import dev.ockham.core.arch.TextChain.Kind;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Networks whose layers follow each other as text: {@code net:}, the input and the layers, joined
 * by {@code -}. The same in every locale; shells and YAML take it without quotes.
 *
 * <pre>
 * net:1x28x28-conv20x5-relu-pool2-flatten-dense500-relu-dense10   channels, rows, columns
 * net:40x101-conv64x10-bn-relu-gap-dense12                        channels, positions
 * net:20-dense16-relu-dense2                                      a vector
 * net:t50-embed1000x32-lstm64-dense2                              tokens
 * net:t50x8-gru32-dense2                                          a sequence: steps, features
 * </pre>
 */
public final class NetworkText {

  /** What such texts begin with. */
  public static final String PREFIX = "net:";

  private static final Pattern INPUT =
      Pattern.compile("(\\d{1,9})(?:x(\\d{1,9}))?(?:x(\\d{1,9}))?");
  private static final Pattern SEQUENCE = Pattern.compile("t(\\d{1,9})(?:x(\\d{1,9}))?");

  /** Longest text; none of people has a hundredth of it. */
  private static final int MOST_CHARACTERS = 1 << 16;

  /** Characters that are shown of one that is too long. */
  private static final int SHOWN = 40;

  private NetworkText() {}

  /** How layers are written, such as {@code conv20x5p1s2}: one example for each kind. */
  public static List<String> layers() {
    return TextLayers.examples();
  }

  /**
   * The text of a network, if one describes it with all its names; equal networks have equal texts.
   */
  public static Optional<String> write(Graph graph) {
    List<String> layers = TextLayers.write(graph);
    if (layers == null || graph.inputs().size() != 1) {
      return Optional.empty();
    }
    String input =
        String.join(
            "x", graph.inputs().getFirst().shape().dims().stream().map(String::valueOf).toList());
    for (String steps : List.of("", "t")) {
      String text = PREFIX + steps + input + "-" + String.join("-", layers);
      if (text.length() <= MOST_CHARACTERS && describes(text, graph)) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  private static boolean describes(String text, Graph graph) {
    try {
      return read(text).equals(graph);
    } catch (IllegalArgumentException e) {
      return false; // its layers are said by words that do not fit behind each other
    }
  }

  /**
   * The network of a text; its name is the shortest text of the same network.
   *
   * @throws IllegalArgumentException quoting the text, and naming the part that is wrong with the
   *     character at which it begins, counted from 1, or the layer that does not fit by its number
   */
  public static Architecture parse(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "architecture '%s…' has %s characters, more than %s"
              .formatted(text.substring(0, SHOWN), text.length(), MOST_CHARACTERS));
    }
    if (text.endsWith("-")) {
      throw new IllegalArgumentException(
          "architecture '%s' ends with '-'; a layer belongs behind it".formatted(text));
    }
    Graph graph = read(text);
    return new Architecture(
        write(graph).orElseThrow(() -> new AssertionError("cannot be written: " + text)), graph);
  }

  private static Graph read(String text) {
    TextChain chain = null;
    int number = 0;
    int at = PREFIX.length();
    String last = "";
    for (String part : text.substring(at).split("-", -1)) {
      if (chain == null) {
        chain = place(text, part, at, () -> input(part));
      } else {
        TextChain behind = chain;
        Runnable layer = place(text, part, at, () -> TextLayers.read(behind, part));
        number++;
        boolean nothing = last.isEmpty() && part.equals("flatten") && chain.kind() == Kind.VECTOR;
        if (!nothing) {
          add(text, number, part, layer);
          last = part;
        }
      }
      at += part.length() + 1;
    }
    return finished(text, chain, number, last);
  }

  private static <T> T place(String text, String part, int at, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "architecture '%s': '%s' at character %s %s"
              .formatted(text, part, String.valueOf(at + 1), e.getMessage()),
          e);
    }
  }

  private static void add(String text, int number, String part, Runnable layer) {
    try {
      layer.run();
    } catch (IllegalArgumentException | ArithmeticException e) {
      String reason = e instanceof ArithmeticException ? "its sizes are too large" : e.getMessage();
      throw new IllegalArgumentException(
          "architecture '" + text + "': layer " + number + ", " + part + ": " + reason, e);
    }
  }

  private static Graph finished(String text, @Nullable TextChain chain, int layers, String last) {
    if (chain == null) {
      throw new AssertionError("splitting gives at least one part");
    }
    String where = "architecture '" + text + "': ";
    if (last.isEmpty()) {
      throw new IllegalArgumentException(where + "there are no layers");
    }
    if (chain.kind() != Kind.VECTOR) {
      throw new IllegalArgumentException(
          where
              + ("layer " + layers + ", " + last + ", is the last and gives " + chain.shape())
              + ", not a vector; add flatten or gap");
    }
    try {
      return chain.graph();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + e.getMessage(), e);
    }
  }

  private static TextChain input(String part) {
    Matcher sequence = SEQUENCE.matcher(part);
    Matcher input = INPUT.matcher(part);
    boolean steps = sequence.matches();
    if (!steps && !input.matches()) {
      throw new IllegalArgumentException(
          "is not an input: 1x28x28 (channels, rows, columns), 40x101 (channels, positions), 20 (a"
              + " vector), t50 (tokens) or t50x8 (a sequence: steps, features)");
    }
    Shape shape = shape(steps ? sequence : input);
    if (shape.size() == 0) {
      throw new IllegalArgumentException("is an input without any numbers");
    }
    if (steps) {
      return new TextChain(shape, shape.rank() == 1 ? Kind.TOKENS : Kind.SEQUENCE);
    }
    boolean one = shape.rank() == 3 && shape.size() == shape.dim(0);
    return shape.rank() == 1 || one
        ? new TextChain(Shape.of(shape.size()), Kind.VECTOR)
        : new TextChain(shape, Kind.CHANNELS);
  }

  private static Shape shape(Matcher input) {
    int axes = 1;
    while (axes < input.groupCount() && input.group(axes + 1) != null) {
      axes++;
    }
    int[] dims = new int[axes];
    for (int axis = 0; axis < axes; axis++) {
      dims[axis] = Integer.parseInt(input.group(axis + 1));
    }
    return Shape.of(dims);
  }
}
