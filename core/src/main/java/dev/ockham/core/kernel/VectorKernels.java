package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.VectorMath.F;
import static dev.ockham.core.kernel.VectorMath.I;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops on whole vectors; what is left at the end of a range goes to {@link ScalarKernels}.
 *
 * <p>The loops here call nothing but the vector API; {@link VectorMath} says why.
 */
final class VectorKernels extends Kernels {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ScalarKernels TAIL = new ScalarKernels();

  /** 0, 1, 2, … by lane. */
  private static final IntVector LANES = IntVector.zero(I).addIndex(1);

  /** Half as many lanes. */
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 2)));

  /** Changes neighbours, two by two. */
  private static final VectorShuffle<Float> NEIGHBOURS = VectorShuffle.fromOp(F, i -> i ^ 1);

  /** Takes each of the first half of the lanes twice. */
  private static final VectorShuffle<Float> TWICE = VectorShuffle.fromOp(F, i -> i / 2);

  private static final long EVEN_BITS = 0x5555_5555_5555_5555L;
  private static final VectorMask<Float> EVEN = VectorMask.fromLong(F, EVEN_BITS);

  /** Bytes for one vector of floats, or the smallest byte vector there is. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, F.length() * Byte.SIZE)));

  /** Shorts for one vector of floats. */
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(F.length() * Short.SIZE));

  @Override
  public String name() {
    return "vector-" + F.vectorBitSize();
  }

  @Override
  void halfSnr(
      MemorySegment theta, MemorySegment sigma2, float[] out, long start, int begin, int end) {
    int i = begin;
    for (int bound = begin + F.loopBound(end - begin); i < bound; i += F.length()) {
      long at = (start + i) * Float.BYTES;
      FloatVector t = fromMemorySegment(F, theta, at, ORDER);
      FloatVector u = t.fma(t, broadcast(F, FloatMath.THETA2_EPSILON)).mul(0.5f);
      u = u.div(fromMemorySegment(F, sigma2, at, ORDER));
      u.blend(FloatMath.U_MAX, u.compare(VectorOperators.GT, FloatMath.U_MAX)).intoArray(out, i);
    }
    TAIL.halfSnr(theta, sigma2, out, start, i, end);
  }

  @Override
  void klSlope(KlTerm term, float[] u, int n, float[] work) {
    switch (term) {
      case EXACT -> VectorMath.exactSlope(u, n);
      case MOLCHANOV -> VectorMath.molchanovSlope(u, n, work);
      case KINGMA_CUBIC -> VectorMath.kingmaSlope(u, n);
      case LOWER_BOUND -> TAIL.klSlope(term, u, n, work);
      case ARD -> VectorMath.ardSlope(u, n);
    }
  }

  @Override
  void klValue(KlTerm term, float[] u, int n, float[] work, float[] more) {
    switch (term) {
      case EXACT -> VectorMath.exactKl(u, n, work);
      case MOLCHANOV -> VectorMath.molchanovKl(u, n, work, more);
      case KINGMA_CUBIC -> VectorMath.kingmaKl(u, n, work);
      case LOWER_BOUND -> VectorMath.lowerBoundKl(u, n);
      case ARD -> VectorMath.ardKl(u, n, work);
    }
  }

  @Override
  void addKlGradients(
      MemorySegment theta,
      MemorySegment sigma2,
      float[] slopes,
      float klScale,
      float[] g1,
      float[] g2,
      long start,
      int begin,
      int end) {
    int i = begin;
    for (int bound = begin + F.loopBound(end - begin); i < bound; i += F.length()) {
      FloatVector t = fromMemorySegment(F, theta, (start + i) * Float.BYTES, ORDER);
      FloatVector slope = fromArray(F, slopes, i).mul(klScale);
      FloatVector ratio = t.div(t.fma(t, broadcast(F, FloatMath.THETA2_EPSILON)));
      ratio.fma(slope.mul(-2f), fromArray(F, g1, i)).intoArray(g1, i);
      fromMemorySegment(F, sigma2, (start + i) * Float.BYTES, ORDER)
          .fma(fromArray(F, g2, i), slope)
          .intoArray(g2, i);
    }
    TAIL.addKlGradients(theta, sigma2, slopes, klScale, g1, g2, start, i, end);
  }

  @Override
  void adam(
      AdamState state, float[] gradient, AdamStep.Factors adam, long start, int begin, int end) {
    FloatVector beta1 = broadcast(F, adam.beta1());
    FloatVector beta2 = broadcast(F, adam.beta2());
    FloatVector rootScale = broadcast(F, adam.rootScale());
    FloatVector epsilon = broadcast(F, adam.epsilon());
    FloatVector minusStepSize = broadcast(F, -adam.stepSize());
    float oneMinusBeta1 = adam.oneMinusBeta1();
    float oneMinusBeta2 = adam.oneMinusBeta2();
    MemorySegment parameter = state.parameter();
    MemorySegment mean = state.m();
    MemorySegment square = state.v();
    int i = begin;
    for (int bound = begin + F.loopBound(end - begin); i < bound; i += F.length()) {
      long at = (start + i) * Float.BYTES;
      FloatVector g = fromArray(F, gradient, i);
      FloatVector m = fromMemorySegment(F, mean, at, ORDER).fma(beta1, g.mul(oneMinusBeta1));
      m = m.add(TINY).sub(TINY);
      FloatVector v =
          fromMemorySegment(F, square, at, ORDER).fma(beta2, g.mul(g).mul(oneMinusBeta2));
      v = v.add(TINY).sub(TINY);
      FloatVector divisor = v.sqrt().fma(rootScale, epsilon);
      m.intoMemorySegment(mean, at, ORDER);
      v.intoMemorySegment(square, at, ORDER);
      FloatVector p = fromMemorySegment(F, parameter, at, ORDER);
      m.div(divisor).fma(minusStepSize, p).intoMemorySegment(parameter, at, ORDER);
    }
    TAIL.adam(state, gradient, adam, start, i, end);
  }

  @Override
  void exp(float[] x, int n) {
    VectorMath.exp(x, n);
  }

  @Override
  void log(float[] x, int n) {
    VectorMath.log(x, n);
  }

  @Override
  void squarePlusEpsilon(float[] x, int n) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector v = fromArray(F, x, i);
      v.fma(v, broadcast(F, FloatMath.THETA2_EPSILON)).intoArray(x, i);
    }
  }

  @Override
  void subtract(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += F.length()) {
      fromArray(F, x, i).sub(fromArray(F, y, i)).intoArray(x, i);
    }
  }

  @Override
  void limitAbove(float[] x, float[] y, float offset, int n) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector v = fromArray(F, x, i);
      FloatVector limit = fromArray(F, y, i).add(offset);
      v.blend(limit, v.compare(VectorOperators.GT, limit)).intoArray(x, i);
    }
  }

  @Override
  void noiseWords(NoiseKey key, int example, int firstPair, int[] words0, int[] words1, int n) {
    int parity = Threefry.PARITY ^ key.word0() ^ key.word1();
    roundsOneToEight(key.word0(), key.word1(), parity, example, firstPair, words0, words1, n);
    roundsNineToThirteen(key.word0(), key.word1(), words0, words1, n);
  }

  // Two methods, since one of 13 rounds is too much for the compiler: it then allocates vectors.
  private static void roundsOneToEight(
      int key0, int key1, int key2, int example, int firstPair, int[] words0, int[] words1, int n) {
    for (int i = 0; i < n; i += I.length()) {
      IntVector x0 = IntVector.broadcast(I, example + key0);
      IntVector x1 = LANES.add(firstPair + i + key1);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(key1);
      x1 = x1.add(key2 + 1);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 17).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 29).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 16).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 24).lanewise(XOR, x0);
      x0 = x0.add(key2);
      x1 = x1.add(key0 + 2);
      x0.intoArray(words0, i);
      x1.intoArray(words1, i);
    }
  }

  private static void roundsNineToThirteen(int key0, int key1, int[] words0, int[] words1, int n) {
    for (int i = 0; i < n; i += I.length()) {
      IntVector x0 = IntVector.fromArray(I, words0, i);
      IntVector x1 = IntVector.fromArray(I, words1, i);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(key0);
      x1 = x1.add(key1 + 3);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 17).lanewise(XOR, x0);
      x0.intoArray(words0, i);
      x1.intoArray(words1, i);
    }
  }

  @Override
  void boxMuller(int[] words0, int[] words1, float[] radius, float[] normals, int n) {
    VectorMath.radius(words0, n, radius);
    VectorMath.polar(radius, words1, n, normals);
  }

  @Override
  void scalePixels(
      MemorySegment pixels,
      long pixelStart,
      float mean,
      float scale,
      MemorySegment out,
      long start,
      int begin,
      int end) {
    int i = begin;
    for (int bound = begin + BYTES.loopBound(end - begin); i < bound; i += BYTES.length()) {
      ByteVector bytes = ByteVector.fromMemorySegment(BYTES, pixels, pixelStart + i, ORDER);
      for (int part = 0; part * F.length() < BYTES.length(); part++) {
        IntVector ints = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, I, part);
        FloatVector floats = (FloatVector) ints.convert(VectorOperators.I2F, 0);
        long at = (start + i + (long) part * F.length()) * Float.BYTES;
        floats.sub(mean).mul(scale).intoMemorySegment(out, at, ORDER);
      }
    }
    TAIL.scalePixels(pixels, pixelStart, mean, scale, out, start, i, end);
  }

  @Override
  void narrow(float[] x, short[] upper, int n) {
    for (int i = 0; i < n; i += F.length()) {
      IntVector bits = fromArray(F, x, i).reinterpretAsInts();
      IntVector odd = bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(1);
      IntVector rounded = bits.add(ROUND).add(odd).lanewise(VectorOperators.LSHR, Short.SIZE);
      ((ShortVector) rounded.castShape(SHORTS, 0)).intoArray(upper, i);
    }
  }

  @Override
  void widen(short[] upper, float[] out, int n) {
    for (int i = 0; i < n; i += F.length()) {
      IntVector bits = (IntVector) ShortVector.fromArray(SHORTS, upper, i).castShape(I, 0);
      bits.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats().intoArray(out, i);
    }
  }

  @Override
  void copyRows(
      float[] in,
      int inStart,
      int inStride,
      float[] out,
      int outStart,
      int outStride,
      int rows,
      int width) {
    int whole = F.loopBound(width);
    int half = whole + HALF.loopBound(width - whole);
    for (int y = 0; y < rows; y++) {
      int from = inStart + y * inStride;
      int to = outStart + y * outStride;
      int x = 0;
      for (; x < whole; x += F.length()) {
        fromArray(F, in, from + x).intoArray(out, to + x);
      }
      for (; x < half; x += HALF.length()) {
        fromArray(HALF, in, from + x).intoArray(out, to + x);
      }
      for (; x < width; x++) {
        out[to + x] = in[from + x];
      }
    }
  }

  @Override
  void foldChannel(
      float[] patches,
      int patchesStart,
      float[] image,
      int imageStart,
      int outHeight,
      int outWidth,
      int kernel) {
    int width = outWidth + kernel - 1;
    int positions = outHeight * outWidth;
    for (int y = 0; y < outHeight + kernel - 1; y++) {
      int line = imageStart + y * width;
      Arrays.fill(image, line, line + width, 0);
      int first = Math.max(0, y - outHeight + 1);
      int last = Math.min(kernel - 1, y);
      for (int column = 0; column < kernel; column++) {
        // Where the row of the window would be that looks at this line with its line 0.
        int at = patchesStart + column * positions + y * outWidth;
        int step = kernel * positions - outWidth;
        int x = 0;
        for (; x < F.loopBound(outWidth); x += F.length()) {
          FloatVector sum = FloatVector.zero(F);
          for (int row = first; row <= last; row++) {
            sum = sum.add(fromArray(F, patches, at + row * step + x));
          }
          int to = line + column + x;
          fromArray(F, image, to).add(sum).intoArray(image, to);
        }
        for (; x + HALF.length() <= outWidth; x += HALF.length()) {
          FloatVector sum = FloatVector.zero(HALF);
          for (int row = first; row <= last; row++) {
            sum = sum.add(fromArray(HALF, patches, at + row * step + x));
          }
          int to = line + column + x;
          fromArray(HALF, image, to).add(sum).intoArray(image, to);
        }
        ScalarKernels.addLines(patches, at, step, first, last, image, line + column, x, outWidth);
      }
    }
  }

  @Override
  void poolPairs(float[] in, int width, float[] out, int rows, int columns) {
    for (int y = 0; y < rows; y++) {
      int top = 2 * y * width;
      int to = y * columns;
      for (int x = 0; x < columns; x += F.length() / 2) {
        int at = top + 2 * x;
        FloatVector line = fromArray(F, in, at).max(fromArray(F, in, at + width));
        line.max(line.rearrange(NEIGHBOURS)).compress(EVEN).intoArray(out, to + x);
      }
    }
  }

  @Override
  void unpoolPairs(
      float[] in,
      int width,
      float[] out,
      float[] gradient,
      float[] byInput,
      int rows,
      int columns) {
    FloatVector zero = FloatVector.zero(F);
    for (int y = 0; y < rows; y++) {
      int top = 2 * y * width;
      int window = y * columns;
      // Bit 2k is the left number of window k, bit 2k + 1 the right one; the first of all wins. A
      // line is finished before the next one, whose beginning its last vector may overwrite.
      for (int x = 0; x < columns; x += F.length() / 2) {
        int at = top + 2 * x;
        FloatVector largest = fromArray(F, out, window + x).rearrange(TWICE);
        FloatVector g = fromArray(F, gradient, window + x).rearrange(TWICE);
        long upper = fromArray(F, in, at).compare(VectorOperators.EQ, largest).toLong();
        long mine = upper & ~(upper << 1 & ~EVEN_BITS);
        zero.blend(g, VectorMask.fromLong(F, mine)).intoArray(byInput, at);
      }
      for (int x = 0; x < columns; x += F.length() / 2) {
        int at = top + 2 * x;
        FloatVector largest = fromArray(F, out, window + x).rearrange(TWICE);
        FloatVector g = fromArray(F, gradient, window + x).rearrange(TWICE);
        long upper = fromArray(F, in, at).compare(VectorOperators.EQ, largest).toLong();
        long lower = fromArray(F, in, at + width).compare(VectorOperators.EQ, largest).toLong();
        long taken = (upper | upper >> 1) & EVEN_BITS;
        long open = lower & ~(taken | taken << 1);
        long mine = open & ~(open << 1 & ~EVEN_BITS);
        zero.blend(g, VectorMask.fromLong(F, mine)).intoArray(byInput, at + width);
      }
    }
  }
}
