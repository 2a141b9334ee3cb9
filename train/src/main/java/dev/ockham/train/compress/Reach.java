package dev.ockham.train.compress;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * How far to compress in the next round, given how earlier ones came out: where the line through
 * two of them meets what is allowed, over the logarithm of the compression.
 *
 * @param least compression that the wishes of size need
 * @param most compression that still leaves a network
 */
record Reach(double least, double most) {

  /** Two compressions this near are one. */
  private static final double NEAR = 1.05;

  private static final double LARGEST_STEP = 2.5;
  private static final double SMALLEST_STEP = 1.12;
  private static final double FIRST_STEP = 1.5;

  /** An excess that hardly uses what is allowed. */
  private static final double FAR = -0.9;

  /** Nearest that the next round comes to either end of what is known, as a part of it. */
  private static final double NEAREST = 0.2;

  /** Aims at a little less than all that is allowed. */
  private static final double AIM = -0.15;

  /**
   * A round that is over.
   *
   * @param compression that it was asked for
   * @param excess how far its qualities are beyond their bounds, in parts of what these allow
   */
  record Point(double compression, double excess) {
    boolean holds() {
      return excess <= 0;
    }
  }

  /**
   * The compression of the next round; nothing where it would be one that was tried.
   *
   * @param tried in their order, at least one
   */
  OptionalDouble next(List<Point> tried) {
    double held = largest(tried.stream().filter(Point::holds).mapToDouble(Point::compression));
    double failed =
        -largest(tried.stream().filter(p -> !p.holds()).mapToDouble(p -> -p.compression()));
    double next;
    if (Double.isInfinite(held)) {
      next = Math.max(least, failed / stepBack(tried));
    } else if (Double.isInfinite(failed) || failed <= held) {
      next = Math.min(most, held * step(tried));
    } else {
      next = between(at(tried, held), at(tried, failed));
    }
    boolean old =
        tried.stream()
            .anyMatch(p -> Math.max(p.compression() / next, next / p.compression()) < NEAR);
    return old ? OptionalDouble.empty() : OptionalDouble.of(next);
  }

  private static double largest(DoubleStream values) {
    return values.max().orElse(Double.NEGATIVE_INFINITY);
  }

  /** The last round of a compression. */
  private static Point at(List<Point> tried, double compression) {
    return tried.stream().filter(p -> p.compression() == compression).toList().getLast();
  }

  /** By the line through both, but well within them: an excess is known only roughly. */
  private static double between(Point held, Point failed) {
    double part = (AIM - held.excess()) / (failed.excess() - held.excess());
    double apart = Math.log(failed.compression() / held.compression());
    return held.compression() * Math.exp(apart * Math.clamp(part, NEAREST, 1 - NEAREST));
  }

  /** By the line through the last two rounds, where none holds; without two, by a fixed step. */
  private static double stepBack(List<Point> tried) {
    if (tried.size() < 2) {
      return FIRST_STEP;
    }
    return Math.clamp(Math.exp(-toAim(tried)), SMALLEST_STEP, LARGEST_STEP);
  }

  /** By the line through the last two points that hold; without two, by a fixed step. */
  private static double step(List<Point> tried) {
    List<Point> held = tried.stream().filter(Point::holds).toList();
    if (held.size() < 2) {
      return held.getLast().excess() < FAR ? LARGEST_STEP : FIRST_STEP;
    }
    return Math.clamp(Math.exp(toAim(held)), SMALLEST_STEP, LARGEST_STEP);
  }

  /** Logarithm of the step behind the last of some points by the line through the last two. */
  private static double toAim(List<Point> points) {
    Point a = points.get(points.size() - 2);
    Point b = points.getLast();
    double slope = (b.excess() - a.excess()) / Math.log(b.compression() / a.compression());
    double none = b.holds() ? Math.log(LARGEST_STEP) : -Math.log(FIRST_STEP);
    return slope > 0 ? (AIM - b.excess()) / slope : none;
  }
}
