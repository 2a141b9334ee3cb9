package dev.ockham.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.train.engine.NativeHeap;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * That work leaves no native memory behind.
 *
 * <p>The JVM's compiler takes from the same heap, and gives back, whenever it likes; in between it
 * rests. What leaks grows every time that the work is done.
 */
public final class FlatMemory {

  private static final int MOST_WINDOWS = 100;

  private static final int CALM = 2;

  private FlatMemory() {}

  /**
   * Does work until memory stood still twice, and fails if it never does.
   *
   * @param bytes that a leak would leave at least
   * @param work done in each window; warmed up already
   */
  public static void require(long bytes, Runnable work) {
    List<Long> grown = new ArrayList<>();
    int calm = 0;
    while (calm < CALM && grown.size() < MOST_WINDOWS) {
      long before = bytesInUse();
      work.run();
      long more = bytesInUse() - before;
      grown.add(more);
      calm += Math.abs(more) < bytes ? 1 : 0;
    }
    assertThat(calm).as("times of %s that leave less than %s bytes", grown, bytes).isEqualTo(CALM);
  }

  private static long bytesInUse() {
    OptionalLong bytes = NativeHeap.bytesInUse();
    assumeTrue(bytes.isPresent(), "only glibc 2.33 and newer tell what malloc has handed out");
    return bytes.getAsLong();
  }
}
