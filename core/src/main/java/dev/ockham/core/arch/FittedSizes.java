package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Shape;

/**
 * Networks whose first and last sizes are those of the data: {@code mlp:in-100-out}. The words
 * become numbers when the data are there, so that no record of a run has them.
 */
public final class FittedSizes {
  private static final String FORM = "mlp:in-(\\d+-)*out";

  /** The network of data that are vectors, where nobody names one. */
  public static final String STANDARD = "mlp:in-100-out";

  private FittedSizes() {}

  /** Whether a text leaves sizes to the data. */
  public static boolean claims(String text) {
    return text.matches(FORM);
  }

  /**
   * The text with the sizes of the data; itself where it leaves none to them.
   *
   * @param example shape of an example
   * @param outputs numbers to give for one
   */
  public static String of(String text, Shape example, int outputs) {
    return claims(text)
        ? text.replace("in-", example.size() + "-").replace("-out", "-" + outputs)
        : text;
  }
}
