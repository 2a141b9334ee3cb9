package dev.ockham.core.kernel;

import java.lang.foreign.MemorySegment;

/** Noise of binary dropout, drawn by the counter-based generator of {@link Kernels}. */
public final class BernoulliNoise {

  private BernoulliNoise() {}

  /**
   * Inverted Bernoulli noise, out[row, unit] a pure function of (key, exampleIds[row], unit): 1/p
   * with probability p, else 0 (JMLR 15, 2014, section 10).
   *
   * @param exampleIds the global id of each row's example
   * @param width units per row; out is row-major [rows, width]
   * @param retain p, in (0, 1), met to 2⁻³²
   * @param from first element of out, counted over rows
   */
  public static void fill(
      Kernels kernels,
      NoiseKey key,
      int[] exampleIds,
      int width,
      double retain,
      MemorySegment out,
      long from,
      long to) {
    KernelArguments.require(width > 0, "width", width, "positive");
    KernelArguments.requireFloats("out", out, from, to);
    KernelArguments.require(
        to <= (long) exampleIds.length * width, "to", to, "within exampleIds.length * width");
    // An unsigned word is below the limit with probability limit / 2³².
    int limit = (int) Math.min(0xFFFFFFFFL, Math.round(retain * 0x1p32)) + Integer.MIN_VALUE;
    float kept = (float) (1 / retain);
    int[] words0 = new int[Kernels.TILE];
    int[] words1 = new int[Kernels.TILE];
    float[] noise = new float[Kernels.TILE];
    for (long at = from; at < to; ) {
      int row = (int) (at / width);
      int unit = (int) (at - (long) row * width);
      int skipped = unit % Kernels.NOISE_PAIRS;
      int n = (int) Math.min(Math.min(Kernels.TILE - skipped, width - unit), to - at);
      int words = Math.ceilDiv(skipped + n, Kernels.NOISE_PAIRS) * Kernels.NOISE_PAIRS;
      kernels.noiseWords(key, exampleIds[row], unit - skipped, words0, words1, words);
      for (int i = 0; i < words; i++) {
        noise[i] = words0[i] + Integer.MIN_VALUE < limit ? kept : 0;
      }
      MemorySegment.copy(noise, skipped, out, Kernels.F32, at * Float.BYTES, n);
      at += n;
    }
  }
}
