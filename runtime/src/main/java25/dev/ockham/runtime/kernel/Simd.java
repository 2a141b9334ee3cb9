package dev.ockham.runtime.kernel;

import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The inner loops of this JVM: vectors where it was started with their module, as soon as they are
 * fast. Before the compiler has seen to them they are a hundred times slower than plain loops; so
 * plain loops run first, and between blocks, for no longer than blocks take, vectors practise until
 * they win.
 */
final class Simd {
  private static final Arithmetic SCALAR = new ScalarArithmetic();
  private static final boolean THERE =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  /** Practice is held by one thread at a time. */
  private static final ReentrantLock PRACTISING = new ReentrantLock();

  private static volatile Arithmetic now = SCALAR;
  private static volatile boolean settled = !THERE;

  /** Nanoseconds that practice may still take; it begins with a JVM that stays for a while. */
  private static long allowance = -30_000_000;

  /** Wins in a row. */
  private static int wins;

  /** Whether vectors run, and only turning squares is practised still. */
  private static boolean turning;

  private Simd() {}

  /** The inner loops that are fastest now. */
  static Arithmetic now() {
    return now;
  }

  /** Vectors, whether they are fast already or not; plain loops where there are none. */
  static Arithmetic vectors() {
    return THERE ? Vectorized.ALL : SCALAR;
  }

  /** Loaded when vectors are first asked for, which takes long beside a first prediction. */
  private static final class Vectorized {
    static final Arithmetic SIMPLE = VectorArithmetic.orScalar(false);
    static final Arithmetic ALL = VectorArithmetic.orScalar(true);
  }

  /** Whether {@link #now} will stay as it is. */
  static boolean settled() {
    return settled;
  }

  /**
   * A block was run with loops that may not be the fastest: time to find out.
   *
   * @param nanos how long it took
   */
  static void ran(long nanos) {
    if (PRACTISING.tryLock()) {
      try {
        allowance += nanos;
        while (allowance > 0 && !settled) {
          practise();
        }
      } finally {
        PRACTISING.unlock();
      }
    }
  }

  private static void practise() {
    Arithmetic vectors = vectors();
    if (vectors instanceof ScalarArithmetic) {
      settled = true;
      return;
    }
    long begin = System.nanoTime();
    round(turning ? Vectorized.SIMPLE : SCALAR);
    long middle = System.nanoTime();
    round(vectors);
    long end = System.nanoTime();
    allowance -= end - begin;
    wins = end - middle < middle - begin ? wins + 1 : 0;
    if (wins >= Practice.ENOUGH) {
      boolean all = turning || !VectorTiles.THERE;
      wins = 0;
      now = all ? vectors : Vectorized.SIMPLE;
      settled = all;
      turning = true;
      System.getLogger(Simd.class.getName()).log(Level.DEBUG, "inner loops: {0}", now);
    }
  }

  private static void round(Arithmetic loops) {
    if (turning) {
      Practice.turn(loops);
    } else {
      Practice.run(loops);
    }
  }
}
