package dev.ockham.fuzz;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attacks each reader for a number of seconds, in a process of its own, two at once. What an attack
 * finds is in {@code fuzz/target/fuzz/NAME}; copied to {@code fuzz/seeds/NAME}, it is a test.
 *
 * <p>A campaign, {@code -Dockham.fuzz.inputs=N}, goes on in rounds of so many seconds until N
 * inputs were tried and none has reached a new edge for ten minutes. It writes {@code
 * results/reliability/readers.json}.
 */
@EnabledIfSystemProperty(named = "ockham.fuzz.seconds", matches = "[1-9]\\d*")
@Execution(ExecutionMode.CONCURRENT)
class JazzerTest {

  private static final int SECONDS = Integer.getInteger("ockham.fuzz.seconds", 0);

  /** Inputs of a campaign; 0 without one. */
  private static final long INPUTS = Long.getLong("ockham.fuzz.inputs", 0);

  private static final long QUIET_SECONDS = 600;

  static List<Targets.Target> targets() {
    return Targets.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  @Execution(ExecutionMode.CONCURRENT)
  void findsNothing(Targets.Target target) throws IOException, InterruptedException {
    Rounds rounds = new Rounds(target, SECONDS);
    rounds.attack();
    if (INPUTS > 0) {
      while (!rounds.figures().enough(INPUTS, QUIET_SECONDS)) {
        rounds.attack();
      }
      FiguresTable.keep(rounds.figures());
    }
  }
}
