package dev.ockham.core.goal;

import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.spec.SpecException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One wish, or two at once. Of a size, the best quality under it is looked for; of a quality, the
 * smallest network that has it; of one each, what holds both, and then better.
 *
 * @param all one or two
 */
public record Targets(List<Target> all) {

  /** Of these one says what the others say. */
  private static final Set<Kind> WEIGHTS =
      EnumSet.of(Kind.SPARSITY, Kind.COMPRESSION, Kind.WEIGHTS);

  private static final Set<Kind> ERRORS = EnumSet.of(Kind.ERROR, Kind.ACCURACY);

  /** Checks that they are one or two that differ. */
  public Targets {
    all = List.copyOf(all);
    if (all.isEmpty() || all.size() > 2) {
      throw new SpecException(
          all.isEmpty()
              ? "--target is missing: say what is wanted, such as --target error<=dense+0.5"
              : "--target is given %s times; name one wish, or two".formatted(all.size()));
    }
    if (all.size() == 2) {
      requireApart(all.getFirst(), all.getLast());
    }
  }

  /**
   * Reads wishes.
   *
   * @throws SpecException naming the one that cannot be read, or why they do not go together
   */
  public static Targets parse(List<String> texts) {
    return new Targets(texts.stream().map(Target::parse).toList());
  }

  private static void requireApart(Target a, Target b) {
    boolean same =
        a.measure().equals(b.measure())
            || both(WEIGHTS, a.measure().kind(), b.measure().kind())
            || both(ERRORS, a.measure().kind(), b.measure().kind());
    if (same) {
      throw new SpecException(
          "--target %s and %s are about the same number; keep the stricter one".formatted(a, b));
    }
  }

  private static boolean both(Set<Kind> kinds, Kind a, Kind b) {
    return kinds.contains(a) && kinds.contains(b);
  }

  /** The wishes about a size. */
  public List<Target> sizes() {
    return all.stream().filter(target -> !target.measure().ofQuality()).toList();
  }

  /** The wishes about a quality. */
  public List<Target> qualities() {
    return all.stream().filter(target -> target.measure().ofQuality()).toList();
  }

  /** Which of them a network grants. */
  public List<Verdict> judge(Measured dense, Measured now) {
    return all.stream().map(target -> Verdict.of(target, dense, now)).toList();
  }

  /**
   * Checks that a network of this shape could grant them, and that the dense one does not already.
   *
   * @param dense the dense network's numbers
   * @param emptyFile bytes of the file of the network without any weight
   * @throws SpecException naming the wish, and the nearest one that could be granted
   */
  public void requireReachable(Measured dense, double emptyFile) {
    for (Target target : all) {
      double has = dense.require(target.measure());
      double wanted = target.wanted(dense);
      if (!target.measure().ofQuality() && target.measure().atLeastAsGood(has, wanted)) {
        throw new SpecException(
            "--target %s holds before anything is done: the network has %s"
                .formatted(target, target.measure().show(has)));
      }
      requireShape(target, dense, wanted, emptyFile);
    }
    boolean trivial = all.size() == 1 && sizes().isEmpty() && worst(all.getFirst(), dense);
    if (trivial) {
      throw new SpecException(
          "--target %s would hold for a network that says nothing; name a stricter one"
              .formatted(all.getFirst()));
    }
  }

  private static void requireShape(Target target, Measured dense, double wanted, double emptyFile) {
    double weights = dense.require(Measure.of(Kind.WEIGHTS));
    String nearest =
        switch (target.measure().kind()) {
          case COMPRESSION -> wanted >= weights ? "below " + (long) weights : "";
          case SPARSITY -> wanted > 1 - 1 / weights ? "at most " + (float) (1 - 1 / weights) : "";
          case FILE ->
              wanted <= emptyFile
                  ? "above %s, its file without any weight"
                      .formatted(target.measure().show(emptyFile))
                  : "";
          case WEIGHTS, UNITS, MACS -> wanted < 1 ? "at least 1" : "";
          case LATENCY -> "";
          case ERROR, RMSE -> wanted < 0 ? "at least 0" : "";
          case ACCURACY, RECALL -> wanted > 100 ? "at most 100 %" : "";
          case NLL -> "";
        };
    if (!nearest.isEmpty()) {
      throw new SpecException(
          "--target %s: no network of this shape has that; %s must be %s"
              .formatted(target, target.measure(), nearest));
    }
  }

  /** Whether any answer would do. */
  private static boolean worst(Target target, Measured dense) {
    double wanted = target.wanted(dense);
    return switch (target.measure().kind()) {
      case ERROR -> wanted >= 100;
      case ACCURACY, RECALL -> wanted <= 0;
      case SPARSITY, COMPRESSION, WEIGHTS, UNITS, FILE, MACS, LATENCY, RMSE, NLL -> false;
    };
  }

  /** Whether any of them is about one of some kinds. */
  public boolean about(Kind... kinds) {
    List<Kind> wanted = List.of(kinds);
    return all.stream().anyMatch(target -> wanted.contains(target.measure().kind()));
  }

  /** The texts, for records. */
  public List<String> texts() {
    return new ArrayList<>(all.stream().map(Target::toString).toList());
  }

  @Override
  public String toString() {
    return all.stream().map(Target::toString).collect(Collectors.joining(" and "));
  }
}
