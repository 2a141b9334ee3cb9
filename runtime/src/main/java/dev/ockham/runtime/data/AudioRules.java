package dev.ockham.runtime.data;

/**
 * How a sound becomes the numbers of a model's input; models keep it, so that they take raw sounds
 * by themselves. Times are in samples at {@code rate}.
 *
 * @param rate samples a second that every sound gets, 1,000 to 192,000
 * @param window samples of a frame, 16 to 65,536
 * @param hop samples from one frame to the next, at least 1
 * @param bands triangular mel bands of a frame, 1 to 1,000
 * @param coefficients cosine coefficients (MFCC) of the bands' logarithms, the first of them, at
 *     most {@code bands}; 0 for the logarithms themselves
 * @param samples that every sound gets: longer ones are cut off, zeros stand behind shorter ones
 * @param low frequency in Hz where the first band begins, at least 0
 * @param high frequency in Hz where the last band ends, at most half the rate
 */
public record AudioRules(
    int rate, int window, int hop, int bands, int coefficients, int samples, int low, int high) {

  /** Samples a second that are taken, least. */
  public static final int LOWEST_RATE = 1000;

  /** Samples a second that are taken, most. */
  public static final int HIGHEST_RATE = 192_000;

  private static final int MOST_BANDS = 1000;
  private static final int SHORTEST_WINDOW = 16;
  private static final int LONGEST_WINDOW = 1 << 16;
  private static final int MOST_SAMPLES = 1 << 28;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public AudioRules {
    between("rate", rate, LOWEST_RATE, HIGHEST_RATE);
    between("window", window, SHORTEST_WINDOW, LONGEST_WINDOW);
    between("samples", samples, window, MOST_SAMPLES);
    between("hop", hop, 1, samples);
    between("bands", bands, 1, MOST_BANDS);
    between("coefficients", coefficients, 0, bands);
    between("high", high, 1, rate / 2);
    between("low", low, 0, high - 1);
  }

  private static void between(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "sounds: " + name + " is " + value + "; it must be from " + least + " to " + most);
    }
  }

  /** Frames of a sound. */
  public int frames() {
    return 1 + (samples - window) / hop;
  }

  /** Numbers of a frame. */
  public int width() {
    return coefficients == 0 ? bands : coefficients;
  }
}
