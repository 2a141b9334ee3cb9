package dev.ockham.core.spec;

/**
 * Learning rate as a function of progress through the run.
 *
 * @param initial rate at the start
 * @param shape how it falls from {@code flatUntil} to the end
 * @param flatUntil fraction of the run, in [0, 1], over which the rate stays at {@code initial}
 * @param last rate at the end of the run, at least 0
 */
public record LearningRate(
    @Doc("Rate at the start.") double initial,
    @Doc("How it falls after flat_until: constant, linear or cosine.") Shape shape,
    @Doc("Fraction of the run at the initial rate.") double flatUntil,
    @Doc("Rate at the end of the run.") double last) {

  /**
   * What the command line starts with where a network comes trained and is only trained on: Adam's
   * first steps are as long as the rate in every weight. A ResNet-20 for CIFAR-10 without its norms
   * lost no held-out training picture in an epoch at this rate, and some at every larger one.
   */
  public static final double OF_TRAINED = 1e-6;

  /**
   * The first rate of trained weights under a method that prunes or has noise, so that what it
   * learns beside can move; at 1e-3 the error of a ResNet-20 went to 24 %.
   */
  public static final double OF_TRAINED_TO_PRUNE = 1e-4;

  /** The way from the first rate to the last. */
  public enum Shape {
    /** It does not fall. */
    CONSTANT,
    /** In proportion to progress. */
    LINEAR,
    /** Along half a cosine wave: slow, fast, slow. */
    COSINE
  }

  /** Checks the ranges. */
  public LearningRate {
    Require.positive("training.learning_rate.initial", initial);
    Require.between("training.learning_rate.flat_until", flatUntil, 0, 1);
    Require.between("training.learning_rate.last", last, 0, initial);
  }

  static LearningRate defaults() {
    return new LearningRate(1e-3, Shape.LINEAR, 0.5, 0);
  }

  /** Rate at a progress in [0, 1]. */
  public double at(double progress) {
    double t = progress <= flatUntil ? 0 : (progress - flatUntil) / (1 - flatUntil);
    return switch (shape) {
      case CONSTANT -> initial;
      case LINEAR -> initial + (last - initial) * t;
      case COSINE -> last + (initial - last) * 0.5 * (1 + StrictMath.cos(Math.PI * t));
    };
  }
}
