package dev.ockham.core.spec;

import dev.ockham.runtime.data.AudioRules;

/**
 * How sounds become numbers.
 *
 * @param rate samples a second
 * @param seconds that every sound gets
 * @param window seconds of a frame
 * @param hop seconds from one frame to the next
 * @param bands mel bands of a frame
 * @param coefficients of them that are kept, as MFCC; 0 for the bands themselves
 * @param low frequency in Hz where the first band begins
 * @param high frequency in Hz where the last band ends
 */
public record AudioSpec(
    @Doc(value = "Samples a second that sounds are brought to.", unrecorded = "16000") int rate,
    @Doc(value = "Seconds that every sound gets; cut off, or zeros behind.", unrecorded = "1.0")
        double seconds,
    @Doc(value = "Seconds of a frame.", unrecorded = "0.04") double window,
    @Doc(value = "Seconds from one frame to the next.", unrecorded = "0.02") double hop,
    @Doc(value = "Mel bands of a frame.", unrecorded = "40") int bands,
    @Doc(value = "MFCCs of a frame; 0: the logarithms of the bands.", unrecorded = "10")
        int coefficients,
    @Doc(value = "Where the first band begins, in Hz.", unrecorded = "20") int low,
    @Doc(value = "Where the last band ends, in Hz.", unrecorded = "4000") int high) {

  private static final double LONGEST = 3600;

  /** Checks the ranges. */
  public AudioSpec {
    Require.between("data.audio.seconds", seconds, 1e-3, LONGEST);
    Require.between("data.audio.window", window, 1e-4, LONGEST);
    Require.between("data.audio.hop", hop, 1e-5, LONGEST);
    rules(rate, seconds, window, hop, bands, coefficients, low, high);
  }

  /** The defaults: 49 frames of 10 MFCCs, as arXiv:1711.07128 has them of a second. */
  public static AudioSpec defaults() {
    return new AudioSpec(16_000, 1, 0.04, 0.02, 40, 10, 20, 4000);
  }

  /** What becomes of a sound. */
  public AudioRules rules() {
    return rules(rate, seconds, window, hop, bands, coefficients, low, high);
  }

  private static AudioRules rules(
      int rate,
      double seconds,
      double window,
      double hop,
      int bands,
      int coefficients,
      int low,
      int high) {
    try {
      return new AudioRules(
          rate,
          samples(window * rate),
          samples(hop * rate),
          bands,
          coefficients,
          samples(seconds * rate),
          low,
          high);
    } catch (IllegalArgumentException e) {
      throw new SpecException("data.audio: " + e.getMessage());
    }
  }

  private static int samples(double number) {
    return (int) Math.min(Integer.MAX_VALUE, Math.round(number));
  }
}
