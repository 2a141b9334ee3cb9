package dev.ockham.core.method;

import java.util.Locale;

/**
 * What says of a weight how little it is needed: the higher its score, the sooner it goes. A score
 * of +∞ means that the weight is gone already.
 */
public enum WeightScore {
  /** There are no scores. */
  NONE("no score", "no score"),
  /**
   * The log of the noise-to-signal ratio, natural log (arXiv:1701.05369, section 4): of a weight,
   * or of the Gaussian factor of its unit.
   */
  LOG_ALPHA("log α", "log alpha"),
  /** −log |w|, natural log; +∞ for zeros. The order is that of 1 / |w| (arXiv:1710.01878). */
  MAGNITUDE("−log |w|", "-log |w|"),
  /** A random number in (0, 1] that a weight has for the whole run; +∞ for zeros. */
  RANDOM("random number", "a random number"),
  /** −log E π of the probability to keep a unit, natural log (arXiv:1805.10896). */
  KEEP_PROBABILITY("−log E π", "-log E pi"),
  /** −log of E z / √Var z of a unit's factor, natural log (arXiv:1705.07283). */
  NOISE_TO_SIGNAL("−log SNR", "-log SNR"),
  /** −log α of a gate, natural log; there, α is its odds to be open (arXiv:1712.01312). */
  GATE_LOCATION("−log α of the hard concrete gate", "-log alpha of the hard concrete gate");

  private final String label;
  private final String plain;

  WeightScore(String label, String plain) {
    this.label = label;
    this.plain = plain;
  }

  /** The score in the letters of a page. */
  public String label() {
    return label;
  }

  /** The score in letters that every console has. */
  public String plain() {
    return plain;
  }

  /** What the names of a layer's scores begin with in event logs: {@code log_alpha}. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
