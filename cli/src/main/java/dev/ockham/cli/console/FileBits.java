package dev.ockham.cli.console;

import dev.ockham.core.bits.Bits;
import dev.ockham.core.spec.SpecException;
import picocli.CommandLine.Option;

/** How exactly the numbers of measured networks are kept in their files. */
public final class FileBits {

  @Option(
      names = "--bits",
      paramLabel = "B",
      description =
          "Measure networks as 'prune --bits B' writes them: auto, 2 to 16, float16, or float32,"
              + " where nothing is rounded. Default: ${DEFAULT-VALUE}")
  private String bits = "float32";

  /** As it is given. */
  public String text() {
    return bits;
  }

  /**
   * What it says.
   *
   * @throws SpecException naming the value that is none
   */
  public Bits parsed() {
    try {
      return Bits.parse(bits);
    } catch (IllegalArgumentException e) {
      throw new SpecException("--bits: " + e.getMessage());
    }
  }
}
