package dev.ockham.core.goal;

import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.spec.SpecException;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How much worse one network is than another on the same examples, and how much worse it could be
 * on others: the one-sided bound at {@value #LEVEL}. What is hard for both drops out.
 *
 * @param worse by how much, in the measure's unit; negative where it is better
 * @param bound the true number is below it with a probability of {@value #LEVEL}
 * @param examples that were compared
 */
public record PairedDifference(double worse, double bound, int examples) {

  /** Probability of the one-sided bound. */
  public static final double LEVEL = 0.8;

  /** Quantile of the standard normal at {@link #LEVEL}. */
  static final double QUANTILE = 0.8416212335729143;

  private static final double PERCENT = 100;
  private static final int HALVINGS = 60;

  /**
   * Compares two networks.
   *
   * @param after the one that may be worse
   * @param before the one that it is compared with
   * @param measure one of quality
   * @throws IllegalArgumentException if they are of other examples
   * @throws SpecException if there is no such measure of them
   */
  public static PairedDifference of(Predicted after, Predicted before, Measure measure) {
    return switch (measure.kind()) {
      case ERROR, ACCURACY -> ofErrors(after, before);
      case RECALL -> ofRecall(classes(after), classes(before), measure.label());
      case NLL -> ofMeans(nll(after), nll(before));
      case RMSE -> ofRoots(squares(after), squares(before));
      case SPARSITY, COMPRESSION, WEIGHTS, UNITS, FILE, MACS, LATENCY ->
          throw new IllegalArgumentException(measure + " is of no examples");
    };
  }

  private static PairedDifference ofErrors(Predicted after, Predicted before) {
    if (after instanceof Predicted.Labels now && before instanceof Predicted.Labels then) {
      return ofMeans(wrongLabels(now.values()), wrongLabels(then.values()));
    }
    ClassPredictions now = classes(after).values();
    ClassPredictions then = classes(before).values();
    requireSame(now.count(), then.count());
    return ofChanges(
        now.count(),
        i -> now.predicted(i) != now.label(i),
        i -> then.predicted(i) != then.label(i));
  }

  private static PairedDifference ofRecall(
      Predicted.Classes after, Predicted.Classes before, String label) {
    ClassPredictions now = after.values();
    ClassPredictions then = before.values();
    requireSame(now.count(), then.count());
    int of = after.names().indexOf(label);
    int[] those = IntStream.range(0, now.count()).filter(i -> now.label(i) == of).toArray();
    if (those.length == 0) {
      throw new SpecException(
          "there is no class '%s' in these data; there are %s"
              .formatted(label, String.join(", ", after.names())));
    }
    return ofChanges(
        those.length, k -> now.predicted(those[k]) != of, k -> then.predicted(those[k]) != of);
  }

  private static PairedDifference ofChanges(int count, IntPredicate now, IntPredicate then) {
    int worse = 0;
    int better = 0;
    for (int i = 0; i < count; i++) {
      boolean is = now.test(i);
      boolean was = then.test(i);
      worse += is && !was ? 1 : 0;
      better += was && !is ? 1 : 0;
    }
    return ofCounts(worse, better, count);
  }

  /**
   * The difference of a share in percent, by which examples changed sides: the score interval of
   * Tango (1998, Statistics in Medicine 17:891), which holds for few changes too.
   *
   * @param worse examples that are wrong only after
   * @param better examples that are wrong only before
   * @param count all examples, at least 1
   */
  public static PairedDifference ofCounts(int worse, int better, int count) {
    double low = (double) (worse - better) / count;
    double estimate = low;
    double high = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (score(worse, better, count, middle) > -QUANTILE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new PairedDifference(PERCENT * estimate, PERCENT * high, count);
  }

  /** Deviations that the counts are above a difference, were that the true one. */
  private static double score(int worse, int better, int count, double difference) {
    double b = -worse - better + (2.0 * count - worse + better) * difference;
    double c = -better * difference * (1 - difference);
    double share = (Math.sqrt(b * b - 8.0 * count * c) - b) / (4.0 * count);
    double variance = count * (2 * share + difference * (1 - difference));
    double apart = worse - better - count * difference;
    return variance <= 0 ? Math.signum(apart) * Double.MAX_VALUE : apart / Math.sqrt(variance);
  }

  /** Of means of numbers that each example has, by Student's t of their differences. */
  static PairedDifference ofMeans(double[] after, double[] before) {
    requireSame(after.length, before.length);
    double[] apart = new double[after.length];
    for (int i = 0; i < apart.length; i++) {
      apart[i] = after[i] - before[i];
    }
    double mean = mean(apart);
    return new PairedDifference(mean, mean + reach(apart), apart.length);
  }

  /** Of roots of means of squares, by the slope of the root at the means. */
  static PairedDifference ofRoots(double[] after, double[] before) {
    requireSame(after.length, before.length);
    double now = Math.sqrt(mean(after));
    double then = Math.sqrt(mean(before));
    double[] apart = new double[after.length];
    for (int i = 0; i < apart.length; i++) {
      apart[i] = slope(after[i], now) - slope(before[i], then);
    }
    return new PairedDifference(now - then, now - then + reach(apart), apart.length);
  }

  private static double slope(double square, double root) {
    return root == 0 ? 0 : square / (2 * root);
  }

  /**
   * The bound of a number by itself, in the direction that is worse.
   *
   * @return how far the true one may be above, with a probability of {@value #LEVEL}
   */
  static PairedDifference alone(Predicted now, Measure measure) {
    return switch (measure.kind()) {
      case ERROR, ACCURACY -> {
        if (now instanceof Predicted.Labels labels) {
          yield aloneOf(wrongLabels(labels.values()), false);
        }
        ClassPredictions all = classes(now).values();
        yield aloneOf(wrong(all, IntStream.range(0, all.count()).toArray()));
      }
      case RECALL -> {
        ClassPredictions all = classes(now).values();
        int of = classes(now).names().indexOf(measure.label());
        yield aloneOf(
            wrong(all, IntStream.range(0, all.count()).filter(i -> all.label(i) == of).toArray()));
      }
      case NLL -> aloneOf(nll(now), false);
      case RMSE -> aloneOf(squares(now), true);
      case SPARSITY, COMPRESSION, WEIGHTS, UNITS, FILE, MACS, LATENCY ->
          throw new IllegalArgumentException(measure + " is of no examples");
    };
  }

  /** Wilson's upper bound (1927) of a share in percent. */
  private static PairedDifference aloneOf(boolean[] wrong) {
    int count = Math.max(1, wrong.length);
    double share = 0;
    for (boolean each : wrong) {
      share += each ? 1.0 / count : 0;
    }
    double z2 = QUANTILE * QUANTILE;
    double middle = share + z2 / (2 * count);
    double half = QUANTILE * Math.sqrt(share * (1 - share) / count + z2 / (4.0 * count * count));
    return new PairedDifference(
        PERCENT * share, PERCENT * (middle + half) / (1 + z2 / count), wrong.length);
  }

  private static PairedDifference aloneOf(double[] numbers, boolean root) {
    double mean = mean(numbers);
    double reach = reach(numbers);
    double value = root ? Math.sqrt(mean) : mean;
    return new PairedDifference(
        value,
        root ? value + (value == 0 ? 0 : reach / (2 * value)) : value + reach,
        numbers.length);
  }

  private static boolean[] wrong(ClassPredictions all, int[] those) {
    boolean[] wrong = new boolean[those.length];
    for (int i = 0; i < those.length; i++) {
      wrong[i] = all.predicted(those[i]) != all.label(those[i]);
    }
    return wrong;
  }

  private static Predicted.Classes classes(Predicted predicted) {
    if (predicted instanceof Predicted.Classes classes) {
      return classes;
    }
    throw new SpecException("these data have no classes; numbers have rmse, and nll");
  }

  private static double[] wrongLabels(LabelPredictions all) {
    double[] wrong = new double[all.count()];
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = PERCENT * all.wrongShare(i);
    }
    return wrong;
  }

  private static double[] nll(Predicted predicted) {
    return switch (predicted) {
      case Predicted.Classes classes -> {
        ClassPredictions all = classes.values();
        yield IntStream.range(0, all.count())
            .mapToDouble(i -> -Math.log(Math.max(Double.MIN_NORMAL, all.of(i, all.label(i)))))
            .toArray();
      }
      case Predicted.Labels labels -> labels.values().exampleNlls();
      case Predicted.Numbers numbers -> numbers.values().exampleNlls();
    };
  }

  private static double[] squares(Predicted predicted) {
    if (predicted instanceof Predicted.Numbers numbers) {
      NumberPredictions all = numbers.values();
      return all.exampleSquares();
    }
    throw new SpecException("these data have classes and no numbers; there are error and nll");
  }

  private static void requireSame(int now, int then) {
    if (now != then || now == 0) {
      throw new IllegalArgumentException("%s examples beside %s".formatted(now, then));
    }
  }

  private static double mean(double[] numbers) {
    double sum = 0;
    for (double each : numbers) {
      sum += each;
    }
    return sum / numbers.length;
  }

  /** How far the bound of a mean is above it. */
  private static double reach(double[] numbers) {
    int n = numbers.length;
    if (n < 2) {
      return Double.POSITIVE_INFINITY;
    }
    double mean = mean(numbers);
    double squares = 0;
    for (double each : numbers) {
      squares += (each - mean) * (each - mean);
    }
    return studentQuantile(n - 1) * Math.sqrt(squares / (n - 1) / n);
  }

  /** Student's quantile at {@link #LEVEL} by its expansion about the normal one, as AS 26.7.5. */
  static double studentQuantile(int freedom) {
    double z = QUANTILE;
    double z3 = z * z * z;
    double z5 = z3 * z * z;
    double z7 = z5 * z * z;
    double v = freedom;
    return z
        + (z3 + z) / (4 * v)
        + (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v)
        + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * v * v * v);
  }
}
