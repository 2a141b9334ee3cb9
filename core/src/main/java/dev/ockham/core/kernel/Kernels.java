package dev.ockham.core.kernel;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The elementwise work of a training step on float32 memory, native or heap.
 *
 * <p>The methods here are the front door: they check arguments, then walk the range in tiles that
 * stay in the first-level cache, running a few small loops over each tile. The loops are what
 * {@link ScalarKernels} and {@link VectorKernels} implement; both give the same bits. A range
 * [from, to) counts elements of the tensor that is written. Results never depend on how a caller
 * splits a tensor into ranges, and different ranges may run on different threads at once; see
 * {@link ParallelRanges}.
 *
 * <p>All methods throw IllegalArgumentException, naming the argument, for memory that is too short
 * or a range that is not one; they own no memory and hold no state.
 */
public abstract sealed class Kernels permits ScalarKernels, VectorKernels {
  /**
   * The blocks in which {@link #klSum} adds, and a good size to split ranges by: large enough to
   * outweigh a hand-off between threads.
   */
  public static final int BLOCK = 8192;

  /** float32 in native order; unaligned, as a heap array of bytes or a mapped file may be. */
  static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.nativeOrder());

  /** Elements per tile: nine tensors and the scratch of a Sparse VD update fit in 32 KiB. */
  static final int TILE = 512;

  /**
   * Units per group of noise. Within a group the first half takes the cosines of 16 pairs and the
   * second half their sines, so that no vector of up to 16 lanes ever needs to interleave them.
   */
  static final int NOISE_GROUP = 32;

  /**
   * Added to a moment of Adam and taken away again, so that one which decays never becomes
   * subnormal, which processors are a hundred times slower with. A moment of that size does nothing
   * beside ε.
   */
  static final float TINY = 1e-30f;

  /** Just below half of the lower half of a float32's bits. */
  static final int ROUND = 0x7FFF;

  static final int NOISE_PAIRS = NOISE_GROUP / 2;

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** The fastest kernels this JVM can run; logs one line per JVM if a flag would buy more. */
  public static Kernels create() {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()) {
      return new VectorKernels();
    }
    FallbackNotice.logOnce();
    return scalar();
  }

  /** The kernels that run on every JVM. */
  public static Kernels scalar() {
    return new ScalarKernels();
  }

  /** What runs: "scalar", or "vector-" and the bits per register. */
  public abstract String name();

  /**
   * One step of Sparse VD (arXiv:1701.05369) on a weight tensor, given the gradients of the mean
   * negative log-likelihood: with k′ = dKL/dlogα and s = klScale,
   *
   * <pre>
   *   g₁ = gTheta − 2s·θk′/(θ² + 1e-8)      g₂ = σ²·gSigma2 + s·k′
   * </pre>
   *
   * then Adam on θ with g₁ and on log σ² with g₂, then log α is projected to {@link
   * KlTerm#maxLogAlpha()}, then σ² = exp(log σ²).
   *
   * @param gTheta ∂NLL/∂θ
   * @param gSigma2 ∂NLL/∂σ²
   * @param klScale β/N
   */
  public final void sparseVdUpdate(
      GaussianState state,
      MemorySegment gTheta,
      MemorySegment gSigma2,
      KlTerm term,
      double klScale,
      AdamStep step,
      long from,
      long to) {
    KernelArguments.requireState(state, from, to);
    KernelArguments.requireFloats("gTheta", gTheta, from, to);
    KernelArguments.requireFloats("gSigma2", gSigma2, from, to);
    AdamStep.Factors adam = step.factors();
    MemorySegment theta = state.theta().parameter();
    float[] slopes = new float[TILE];
    float[] work = new float[TILE];
    float[] g1 = new float[TILE];
    float[] g2 = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      halfSnr(theta, state.sigma2(), slopes, start, 0, n);
      klSlope(term, slopes, n, work);
      copyIn(gTheta, start, g1, n);
      copyIn(gSigma2, start, g2, n);
      addKlGradients(theta, state.sigma2(), slopes, (float) klScale, g1, g2, start, 0, n);
      adam(state.theta(), g1, adam, start, 0, n);
      adam(state.logSigma2(), g2, adam, start, 0, n);
      refreshTile(state, term, slopes, work, start, n);
    }
  }

  /**
   * Projects log α to {@link KlTerm#maxLogAlpha()}, then writes σ² = exp(log σ²). To be called
   * after log σ² was set from outside: at the start, and after a checkpoint was read.
   */
  public final void refreshSigma2(GaussianState state, KlTerm term, long from, long to) {
    KernelArguments.requireState(state, from, to);
    float[] tile = new float[TILE];
    float[] work = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      refreshTile(state, term, tile, work, start, (int) Math.min(TILE, to - start));
    }
  }

  private void refreshTile(
      GaussianState state, KlTerm term, float[] tile, float[] work, long start, int n) {
    MemorySegment logSigma2 = state.logSigma2().parameter();
    copyIn(logSigma2, start, tile, n);
    if (term.maxLogAlpha() < Double.POSITIVE_INFINITY) {
      logTheta2(state.theta().parameter(), work, start, n);
      limitAbove(tile, work, (float) term.maxLogAlpha(), n);
      copyOut(tile, logSigma2, start, n);
    }
    exp(tile, n);
    copyOut(tile, state.sigma2(), start, n);
  }

  /** log(θ² + ε) of a tile. */
  private void logTheta2(MemorySegment theta, float[] out, long start, int n) {
    copyIn(theta, start, out, n);
    squarePlusEpsilon(out, n);
    log(out, n);
  }

  /** Writes out = exp(log): a variance from its logarithm, or a ratio from its. */
  public final void refreshExp(MemorySegment log, MemorySegment out, long from, long to) {
    KernelArguments.requireFloats("log", log, from, to);
    KernelArguments.requireFloats("out", out, from, to);
    float[] tile = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      refreshExp(log, out, tile, start, (int) Math.min(TILE, to - start));
    }
  }

  void refreshExp(MemorySegment log, MemorySegment out, float[] tile, long start, int n) {
    copyIn(log, start, tile, n);
    exp(tile, n);
    copyOut(tile, out, start, n);
  }

  /** One step of Adam on a tensor without a posterior: biases and point weights. */
  public final void adamUpdate(
      AdamState state, MemorySegment gradient, AdamStep step, long from, long to) {
    KernelArguments.requireAdam("parameter", state, from, to);
    KernelArguments.requireFloats("gradient", gradient, from, to);
    AdamStep.Factors adam = step.factors();
    float[] g = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      copyIn(gradient, start, g, n);
      adam(state, g, adam, start, 0, n);
    }
  }

  /**
   * The KL of a range of weights in nats: float32 terms (2e-6 relative), added in double.
   *
   * <p>The sum is formed in blocks of {@value #BLOCK} from {@code from} on, added in order. So the
   * sums of single blocks, added in order, give the same bits as one call; see {@link
   * ParallelRanges#sum}.
   */
  public final double klSum(
      KlTerm term, MemorySegment theta, MemorySegment sigma2, long from, long to) {
    KernelArguments.requireFloats("theta", theta, from, to);
    KernelArguments.requireFloats("sigma2", sigma2, from, to);
    float[] kl = new float[TILE];
    float[] work = new float[TILE];
    float[] more = new float[TILE];
    double total = 0;
    for (long block = from; block < to; block += BLOCK) {
      long end = Math.min(block + BLOCK, to);
      double sum = 0;
      for (long start = block; start < end; start += TILE) {
        int n = (int) Math.min(TILE, end - start);
        halfSnr(theta, sigma2, kl, start, 0, n);
        klValue(term, kl, n, work, more);
        sum += sumInOrder(kl, n);
      }
      total += sum;
    }
    return total;
  }

  /** Relevance scores log α = log σ² − log(θ² + 1e-8); a weight is dead from about 3 on. */
  public final void logAlpha(
      MemorySegment theta, MemorySegment logSigma2, MemorySegment out, long from, long to) {
    KernelArguments.requireFloats("theta", theta, from, to);
    KernelArguments.requireFloats("logSigma2", logSigma2, from, to);
    KernelArguments.requireFloats("out", out, from, to);
    float[] tile = new float[TILE];
    float[] logTheta2 = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      copyIn(logSigma2, start, tile, n);
      logTheta2(theta, logTheta2, start, n);
      subtract(tile, logTheta2, n);
      copyOut(tile, out, start, n);
    }
  }

  /**
   * Standard normals, out[row, unit] a pure function of (key, exampleIds[row], unit).
   *
   * <p>Threefry-2x32-13 with counter (example id, pair) and Box–Muller: unit k takes pair 16·⌊k/32⌋
   * + k mod 16, its cosine if k mod 32 &lt; 16 and its sine otherwise. The distribution is cut at
   * 6.66 standard deviations.
   *
   * @param exampleIds the global id of each row's example
   * @param width units per row; out is row-major [rows, width]
   * @param from first element of out, counted over rows
   */
  public final void fillNormal(
      NoiseKey key, int[] exampleIds, int width, MemorySegment out, long from, long to) {
    KernelArguments.require(width > 0, "width", width, "positive");
    KernelArguments.requireFloats("out", out, from, to);
    KernelArguments.require(
        to <= (long) exampleIds.length * width, "to", to, "within exampleIds.length * width");
    NormalTile tile = new NormalTile();
    for (long at = from; at < to; ) {
      int row = (int) (at / width);
      int unit = (int) (at - (long) row * width);
      int skipped = unit % NOISE_GROUP;
      int n = (int) Math.min(Math.min(TILE - skipped, width - unit), to - at);
      float[] normals = normals(key, exampleIds[row], unit - skipped, skipped + n, tile);
      MemorySegment.copy(normals, skipped, out, F32, at * Float.BYTES, n);
      at += n;
    }
  }

  /** Room for one tile of noise. */
  static final class NormalTile {
    private final int[] words0 = new int[TILE / 2];
    private final int[] words1 = new int[TILE / 2];
    private final float[] radius = new float[TILE / 2];
    private final float[] normals = new float[TILE];
  }

  /**
   * The noise of {@link #fillNormal} for some units of one example, in the tile's own array.
   *
   * @param unit the first, a multiple of the group
   * @param n how many, up to {@link #TILE}
   */
  final float[] normals(NoiseKey key, int example, int unit, int n, NormalTile tile) {
    int pairs = pairsFor(n);
    noiseWords(key, example, unit / 2, tile.words0, tile.words1, pairs);
    boxMuller(tile.words0, tile.words1, tile.radius, tile.normals, pairs);
    return tile.normals;
  }

  /** Pairs that cover the first units of a row of groups, in whole vectors of up to 16 lanes. */
  private static int pairsFor(int units) {
    return Math.ceilDiv(units, NOISE_GROUP) * NOISE_PAIRS;
  }

  /**
   * A batch of images, out[row, k] = (pixels[indices[row], k] − mean)·scale, pixels unsigned.
   *
   * @param pixels uint8, row-major [images, imageSize]
   * @param indices which image each row of the batch is
   * @param from first element of out, counted over rows
   */
  public final void gatherImages(
      MemorySegment pixels,
      int[] indices,
      int imageSize,
      float mean,
      float scale,
      MemorySegment out,
      long from,
      long to) {
    KernelArguments.require(imageSize > 0, "imageSize", imageSize, "positive");
    KernelArguments.requireFloats("out", out, from, to);
    KernelArguments.require(
        to <= (long) indices.length * imageSize, "to", to, "within indices.length * imageSize");
    long images = pixels.byteSize() / imageSize;
    for (long at = from; at < to; ) {
      int row = (int) (at / imageSize);
      int index = indices[row];
      KernelArguments.require(
          index >= 0 && index < images, "indices[" + row + "]", index, "in [0, " + images + ")");
      int column = (int) (at - (long) row * imageSize);
      int n = (int) Math.min(imageSize - column, to - at);
      scalePixels(pixels, (long) index * imageSize + column, mean, scale, out, at, 0, n);
      at += n;
    }
  }

  // ---- The loops --------------------------------------------------------------------------------
  // Segments are read at start + i and arrays at i, for i in [begin, end) or [0, n). Arrays are
  // tiles:
  // a loop may run past n to the end of a vector, so what lies there is undefined.

  abstract void halfSnr(
      MemorySegment theta, MemorySegment sigma2, float[] out, long start, int begin, int end);

  /** u → dKL/dlogα, in place. */
  abstract void klSlope(KlTerm term, float[] u, int n, float[] work);

  /** u → KL, in place. */
  abstract void klValue(KlTerm term, float[] u, int n, float[] work, float[] more);

  /** Turns g1 from ∂NLL/∂θ and g2 from ∂NLL/∂σ² into the gradients of the objective. */
  abstract void addKlGradients(
      MemorySegment theta,
      MemorySegment sigma2,
      float[] slopes,
      float klScale,
      float[] g1,
      float[] g2,
      long start,
      int begin,
      int end);

  abstract void adam(
      AdamState state, float[] gradient, AdamStep.Factors adam, long start, int begin, int end);

  abstract void exp(float[] x, int n);

  abstract void log(float[] x, int n);

  /** x ← x² + ε, the ε of log α. */
  abstract void squarePlusEpsilon(float[] x, int n);

  /** x ← x − y. */
  abstract void subtract(float[] x, float[] y, int n);

  /** x ← min(x, y + offset). */
  abstract void limitAbove(float[] x, float[] y, float offset, int n);

  /** Threefry-2x32-13 of counters (example, firstPair + i); n is a multiple of 16. */
  abstract void noiseWords(
      NoiseKey key, int example, int firstPair, int[] words0, int[] words1, int n);

  /** Normals of n word pairs in the layout of {@link #NOISE_GROUP}; n is a multiple of 16. */
  abstract void boxMuller(int[] words0, int[] words1, float[] radius, float[] normals, int n);

  /** out[start + i] = (pixels[pixelStart + i] − mean)·scale. */
  abstract void scalePixels(
      MemorySegment pixels,
      long pixelStart,
      float mean,
      float scale,
      MemorySegment out,
      long start,
      int begin,
      int end);

  /**
   * Copies rows: out[outStart + y·outStride + x] = in[inStart + y·inStride + x], x &lt; width, y
   * &lt; rows.
   */
  abstract void copyRows(
      float[] in,
      int inStart,
      int inStride,
      float[] out,
      int outStart,
      int outStride,
      int rows,
      int width);

  /**
   * Adds up what the patches of one channel say of its numbers, overwriting them: first over the
   * rows of the window, then over its columns, in order.
   *
   * @param patches {@code [kernel, kernel, outHeight, outWidth]} from an index on
   * @param image {@code [outHeight + kernel − 1, outWidth + kernel − 1]} from an index on
   */
  abstract void foldChannel(
      float[] patches,
      int patchesStart,
      float[] image,
      int imageStart,
      int outHeight,
      int outWidth,
      int kernel);

  /** The upper halves of float32, rounded to nearest, ties to even; of a NaN, anything. */
  abstract void narrow(float[] x, short[] upper, int n);

  /** float32 whose upper halves are given and whose lower halves are 0. */
  abstract void widen(short[] upper, float[] out, int n);

  /** No vector has more lanes. */
  static final int MOST_LANES = 16;

  /**
   * The largest of each window of 2×2 in one channel. Both arrays have {@link #MOST_LANES} more
   * numbers than the channel and the windows, which may be overwritten.
   *
   * @param width of the channel
   * @param rows windows down
   * @param columns windows across
   */
  abstract void poolPairs(float[] in, int width, float[] out, int rows, int columns);

  /**
   * Gives each window's gradient to the first of its four numbers that is the largest, and 0 to the
   * others; arguments as in {@link #poolPairs}. What is in no window gets anything.
   */
  abstract void unpoolPairs(
      float[] in, int width, float[] out, float[] gradient, float[] byInput, int rows, int columns);

  // ---- Shared by both ---------------------------------------------------------------------------

  static void copyIn(MemorySegment segment, long start, float[] array, int n) {
    MemorySegment.copy(segment, F32, start * Float.BYTES, array, 0, n);
  }

  static void copyOut(float[] array, MemorySegment segment, long start, int n) {
    MemorySegment.copy(array, 0, segment, F32, start * Float.BYTES, n);
  }

  /** Four running sums hide the latency of addition; their order is part of the result. */
  static double sumInOrder(float[] values, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      s0 += values[i];
      s1 += values[i + 1];
      s2 += values[i + 2];
      s3 += values[i + 3];
    }
    for (; i < n; i++) {
      s0 += values[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  static float at(MemorySegment segment, long index) {
    return segment.get(F32, index * Float.BYTES);
  }

  /**
   * Apart, so that no logger is made where vectors are there. The platform's logger, because it
   * speaks without a logging library too.
   */
  private static final class FallbackNotice {
    private static final System.Logger LOGGER = System.getLogger(Kernels.class.getName());
    private static final AtomicBoolean LOGGED = new AtomicBoolean();

    static void logOnce() {
      if (!LOGGED.getAndSet(true)) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "SIMD kernels are off: start java with --add-modules={0} (results stay the same)",
            VECTOR_MODULE);
      }
    }
  }
}
