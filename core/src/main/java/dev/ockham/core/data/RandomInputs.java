package dev.ockham.core.data;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.WholeRange;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Random inputs for a network, as data without labels: {@code random:1000} in the place of a data
 * set's name. They are a function of this value and of the network's inputs alone.
 *
 * <p>Behind the number may stand, each after a comma, {@code uniform} (or {@code normal}), {@code
 * mean=M}, {@code deviation=D} and {@code seed=S}: {@code
 * random:1000,uniform,mean=128,deviation=74} draws between 0 and 256. Whole numbers take the place
 * of these where a network reads entries of a vocabulary, or lengths.
 *
 * @param count how many to train and validate on; a fifth as many, at least one, are there to test
 *     on
 * @param distribution what they are drawn from
 * @param mean of each number, finite
 * @param deviation standard deviation of each number, positive and finite
 * @param seed any value
 */
public record RandomInputs(
    int count, Distribution distribution, double mean, double deviation, long seed) {

  /** What names of random inputs begin with. */
  public static final String PREFIX = "random:";

  private static final int MOST = 10_000_000;

  /** Half the width of a uniform distribution over its standard deviation. */
  private static final double HALF_WIDTH = Math.sqrt(3);

  /** What numbers are drawn from. */
  public enum Distribution {
    /** The normal distribution. */
    NORMAL,
    /** All between two ends alike. */
    UNIFORM
  }

  /** Checks the ranges. */
  public RandomInputs {
    if (count < 2 || count > MOST) {
      throw new IllegalArgumentException(
          "there must be from 2 to %s random inputs, not %s".formatted(MOST, count));
    }
    if (!Double.isFinite(mean)) {
      throw new IllegalArgumentException("mean is " + mean + "; it must be finite");
    }
    if (!(deviation > 0 && deviation < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("deviation is " + deviation + "; it must be positive");
    }
  }

  /**
   * The random inputs that a name of data stands for; nothing where it is another's name.
   *
   * @throws IllegalArgumentException naming the part that is not understood
   */
  public static Optional<RandomInputs> named(String name) {
    if (!name.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] parts = name.substring(PREFIX.length()).split(",", -1);
    RandomInputs inputs =
        new RandomInputs(
            (int) Math.min(MOST + 1L, whole(name, parts[0])), Distribution.NORMAL, 0, 1, 0);
    for (String part : List.of(parts).subList(1, parts.length)) {
      inputs = inputs.with(name, part);
    }
    return Optional.of(inputs);
  }

  private RandomInputs with(String name, String part) {
    String value = part.substring(part.indexOf('=') + 1);
    return switch (part.substring(0, part.length() - value.length())) {
      case "mean=" -> new RandomInputs(count, distribution, number(name, value), deviation, seed);
      case "deviation=" -> new RandomInputs(count, distribution, mean, number(name, value), seed);
      case "seed=" -> new RandomInputs(count, distribution, mean, deviation, whole(name, value));
      case "" -> new RandomInputs(count, distribution(name, part), mean, deviation, seed);
      default -> throw unknown(name, part);
    };
  }

  private static Distribution distribution(String name, String part) {
    return switch (part) {
      case "normal" -> Distribution.NORMAL;
      case "uniform" -> Distribution.UNIFORM;
      default -> throw unknown(name, part);
    };
  }

  private static IllegalArgumentException unknown(String name, String part) {
    return new IllegalArgumentException(
        "data '%s': '%s' is not understood; write random:N, and behind it normal, uniform, mean=M, deviation=D or seed=S, with commas"
            .formatted(name, part));
  }

  private static long whole(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "data '%s': '%s' is not a whole number".formatted(name, text), e);
    }
  }

  private static double number(String name, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "data '%s': '%s' is not a number".formatted(name, text), e);
    }
  }

  /**
   * Draws inputs of a network; an example of several inputs is their numbers one input after
   * another.
   *
   * @param name what specs and reports call the data
   * @throws IllegalArgumentException if they are too many to be in memory
   */
  public Dataset draw(String name, Graph graph) {
    int test = Math.max(1, count / 5);
    return Dataset.of(name, examples(name, graph, 0, count), examples(name, graph, 1, test));
  }

  private Features examples(String name, Graph graph, int part, int examples) {
    List<Input> inputs = graph.inputs();
    Shape shape =
        inputs.size() == 1
            ? inputs.getFirst().shape()
            : Shape.of(inputs.stream().mapToInt(input -> input.shape().size()).sum());
    long numbers = (long) examples * shape.size();
    if (numbers > Runtime.getRuntime().maxMemory() / (3 * Float.BYTES) || numbers > 1 << 30) {
      throw new IllegalArgumentException(
          "%s: %s examples of %s numbers do not fit into memory; ask for fewer"
              .formatted(name, examples, shape.size()));
    }
    float[] values = new float[(int) numbers];
    int from = 0;
    for (int k = 0; k < inputs.size(); k++) {
      NoiseKey key = NoiseKey.of(seed, part, k);
      WholeRange whole = WholeRange.of(graph, inputs.get(k)).orElse(null);
      int size = inputs.get(k).shape().size();
      for (int i = 0; i < examples; i++) {
        for (int j = 0; j < size; j++) {
          values[i * shape.size() + from + j] = draw(key, i, j, whole);
        }
      }
      from += size;
    }
    return Features.unlabelled(shape, values);
  }

  private float draw(NoiseKey key, int example, int unit, @Nullable WholeRange whole) {
    if (whole != null) {
      double count = whole.most() - whole.least() + 1.0;
      return whole.least() + (int) (CounterDraws.uniform(key, example, unit) * count);
    }
    double standard =
        switch (distribution) {
          case NORMAL -> CounterDraws.normal(key, example, unit);
          case UNIFORM -> HALF_WIDTH * (2 * CounterDraws.uniform(key, example, unit) - 1);
        };
    return (float) (mean + deviation * standard);
  }
}
