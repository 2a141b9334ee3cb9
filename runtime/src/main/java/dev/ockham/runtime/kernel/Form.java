package dev.ockham.runtime.kernel;

/**
 * How the weights of a layer are laid out. All give the same numbers; but where an input is
 * infinite or no number, a zero that is left out gives another sum than one that is multiplied.
 */
public enum Form {
  /** Whatever is faster by how many of them are zeros. */
  BY_DENSITY,
  /** Zeros are left out. */
  SPARSE,
  /** Zeros are multiplied too. */
  DENSE;

  /**
   * Whether zeros are multiplied.
   *
   * @param share of numbers that are not zero
   * @param least share from which on that is faster
   */
  boolean dense(double share, double least) {
    return switch (this) {
      case BY_DENSITY -> share >= least;
      case SPARSE -> false;
      case DENSE -> true;
    };
  }
}
