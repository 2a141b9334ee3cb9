package dev.ockham.train.compress;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.Targets;
import java.util.Comparator;
import java.util.List;

/** Which of the rounds is shipped. */
final class Choice {

  private Choice() {}

  /**
   * The smallest file of those that grant all wishes where a quality is asked for, else the one
   * that errs least, and of equals has the least NLL; where none does, the one whose quality comes
   * nearest, of those of the wished size first.
   */
  static Round of(List<Round> rounds, Measured dense, Targets targets) {
    List<Round> holding = rounds.stream().filter(Round::holds).toList();
    if (!holding.isEmpty()) {
      return holding.stream()
          .min(
              targets.qualities().isEmpty()
                  ? Comparator.comparingDouble(Round::loss).thenComparingDouble(Choice::nll)
                  : Comparator.comparingDouble(Choice::size))
          .orElseThrow();
    }
    List<Round> small = rounds.stream().filter(round -> round.holds(false)).toList();
    return (small.isEmpty() ? rounds : small)
        .stream()
            .min(Comparator.comparingDouble((Round round) -> round.excess(dense)))
            .orElseThrow();
  }

  private static double nll(Round round) {
    return round.measured().of(Measure.of(Kind.NLL)).orElse(0.0);
  }

  private static double size(Round round) {
    return round.measured().require(Measure.of(Kind.FILE));
  }
}
