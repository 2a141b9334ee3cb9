package dev.ockham.core.goal;

import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.SpecException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Something that can be measured of a network, such as {@code error}, {@code file} or {@code
 * recall[cat]}.
 *
 * @param kind what is measured
 * @param label the class, for {@link Kind#RECALL}; empty for all others
 */
public record Measure(Kind kind, String label) {

  /** What a number is counted in. */
  public enum Unit {
    /** From 0 to 1. */
    SHARE,
    /** Times. */
    FACTOR,
    /** Whole numbers. */
    COUNT,
    /** Bytes; {@code 1KB} is 1,000 and {@code 1KiB} 1,024 of them. */
    BYTES,
    /** Seconds. */
    SECONDS,
    /** Percentage points. */
    PERCENT,
    /** Nats of an example, or what the data are measured in. */
    PLAIN
  }

  /** The kinds of measures. */
  public enum Kind {
    /** Share of all weights that are 0. */
    SPARSITY(Unit.SHARE, true, false),
    /** All weights over those that are left. */
    COMPRESSION(Unit.FACTOR, true, false),
    /** Weights that are left, biases not counted. */
    WEIGHTS(Unit.COUNT, false, false),
    /** Units of the layers with weights that are left. */
    UNITS(Unit.COUNT, false, false),
    /** Bytes of the file as shipped. */
    FILE(Unit.BYTES, false, false),
    /** Multiply-adds of an example that hardware does without knowing of zeros. */
    MACS(Unit.COUNT, false, false),
    /** Seconds for one example on one thread of this machine. */
    LATENCY(Unit.SECONDS, false, false),
    /** Percent of examples, or of labels, that come out wrong. */
    ERROR(Unit.PERCENT, false, true),
    /** Percent of examples that come out right. */
    ACCURACY(Unit.PERCENT, true, true),
    /** Root of the mean squared error of all numbers. */
    RMSE(Unit.PLAIN, false, true),
    /** Mean of −log p of an example, in nats. */
    NLL(Unit.PLAIN, false, true),
    /** Percent of a class that is found. */
    RECALL(Unit.PERCENT, true, true);

    private final Unit unit;
    private final boolean largerIsBetter;
    private final boolean quality;

    Kind(Unit unit, boolean largerIsBetter, boolean quality) {
      this.unit = unit;
      this.largerIsBetter = largerIsBetter;
      this.quality = quality;
    }

    /** The word for the measure, as it is typed. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks that a recall, and nothing else, is of a class. */
  public Measure {
    if ((kind == Kind.RECALL) == label.isEmpty()) {
      throw new SpecException(
          kind == Kind.RECALL
              ? "recall is of a class: write recall[NAME]"
              : "%s is of no class; only recall is, as in recall[NAME]".formatted(kind.word()));
    }
  }

  /** A measure that is of no class. */
  public static Measure of(Kind kind) {
    return new Measure(kind, "");
  }

  /** How many of a class are found. */
  public static Measure recall(String label) {
    return new Measure(Kind.RECALL, label);
  }

  /**
   * Reads a name such as {@code error} or {@code recall[cat]}.
   *
   * @throws SpecException naming the nearest that there is
   */
  public static Measure parse(String text) {
    int bracket = text.indexOf('[');
    boolean closed = bracket > 0 && text.endsWith("]");
    String word = (closed ? text.substring(0, bracket) : text).toLowerCase(Locale.ROOT);
    String label = closed ? text.substring(bracket + 1, text.length() - 1) : "";
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(word)) {
        return new Measure(kind, label);
      }
    }
    List<String> known = Arrays.stream(Kind.values()).map(Kind::word).toList();
    throw new SpecException(
        "'%s' is nothing that is measured; there are %s%s"
            .formatted(text, String.join(", ", known), Nearest.hint(word, known)));
  }

  /** The unit that the measure is counted in. */
  public Unit unit() {
    return kind.unit;
  }

  /** Whether a larger number is the better one. */
  public boolean largerIsBetter() {
    return kind.largerIsBetter;
  }

  /** Whether the measure says how good a network is; else how small. */
  public boolean ofQuality() {
    return kind.quality;
  }

  /** Whether a number is at least as good as another. */
  public boolean atLeastAsGood(double value, double other) {
    return kind.largerIsBetter ? value >= other : value <= other;
  }

  /** A number with its unit, for people, such as {@code 3.9 KB} or {@code 1.84 %}. */
  public String show(double value) {
    return switch (kind.unit) {
      case SHARE -> String.format(Locale.ROOT, "%.4f", value);
      case FACTOR -> String.format(Locale.ROOT, "%.1fx", value);
      case COUNT -> String.format(Locale.ROOT, "%.0f", value);
      case BYTES ->
          value < 10_000
              ? String.format(Locale.ROOT, "%.0f bytes", value)
              : String.format(Locale.ROOT, "%.1f KB", value / 1000);
      case SECONDS ->
          value < 1e-3
              ? String.format(Locale.ROOT, "%.1f us", value * 1e6)
              : String.format(Locale.ROOT, "%.2f ms", value * 1e3);
      case PERCENT -> String.format(Locale.ROOT, "%.2f %%", value);
      case PLAIN -> String.format(Locale.ROOT, "%.4f", value);
    };
  }

  /** The measure as it is typed. */
  @Override
  public String toString() {
    return label.isEmpty() ? kind.word() : kind.word() + "[" + label + "]";
  }
}
