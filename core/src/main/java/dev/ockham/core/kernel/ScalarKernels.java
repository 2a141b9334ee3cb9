package dev.ockham.core.kernel;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The loops one element at a time; the definition that {@link VectorKernels} matches bit for bit.
 */
final class ScalarKernels extends Kernels {
  @Override
  public String name() {
    return "scalar";
  }

  @Override
  void halfSnr(
      MemorySegment theta, MemorySegment sigma2, float[] out, long start, int begin, int end) {
    for (int i = begin; i < end; i++) {
      out[i] = FloatMath.halfSnr(get(theta, start + i), get(sigma2, start + i));
    }
  }

  @Override
  void klSlope(KlTerm term, float[] u, int n, float[] work) {
    switch (term) {
      case EXACT -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.exactSlope(u[i]);
        }
      }
      case MOLCHANOV -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.molchanovSlope(u[i]);
        }
      }
      case KINGMA_CUBIC -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.kingmaSlope(u[i]);
        }
      }
      case LOWER_BOUND -> Arrays.fill(u, 0, n, -0.5f);
      case ARD -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.ardSlope(u[i]);
        }
      }
    }
  }

  @Override
  void klValue(KlTerm term, float[] u, int n, float[] work, float[] more) {
    switch (term) {
      case EXACT -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.exactKl(u[i]);
        }
      }
      case MOLCHANOV -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.molchanovKl(u[i]);
        }
      }
      case KINGMA_CUBIC -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.kingmaKl(u[i]);
        }
      }
      case LOWER_BOUND -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.lowerBoundKl(u[i]);
        }
      }
      case ARD -> {
        for (int i = 0; i < n; i++) {
          u[i] = FloatMath.ardKl(u[i]);
        }
      }
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
    for (int i = begin; i < end; i++) {
      float t = get(theta, start + i);
      float slope = slopes[i] * klScale;
      float ratio = t / Math.fma(t, t, FloatMath.THETA2_EPSILON);
      g1[i] = Math.fma(ratio, slope * -2f, g1[i]);
      g2[i] = Math.fma(get(sigma2, start + i), g2[i], slope);
    }
  }

  @Override
  void adam(
      AdamState state, float[] gradient, AdamStep.Factors adam, long start, int begin, int end) {
    float beta1 = adam.beta1();
    float oneMinusBeta1 = adam.oneMinusBeta1();
    float beta2 = adam.beta2();
    float oneMinusBeta2 = adam.oneMinusBeta2();
    float rootScale = adam.rootScale();
    float epsilon = adam.epsilon();
    float minusStepSize = -adam.stepSize();
    MemorySegment parameter = state.parameter();
    MemorySegment mean = state.m();
    MemorySegment square = state.v();
    for (int i = begin; i < end; i++) {
      long at = start + i;
      float g = gradient[i];
      float m = Math.fma(get(mean, at), beta1, g * oneMinusBeta1) + TINY - TINY;
      float v = Math.fma(get(square, at), beta2, g * g * oneMinusBeta2) + TINY - TINY;
      float divisor = Math.fma((float) Math.sqrt(v), rootScale, epsilon);
      set(mean, at, m);
      set(square, at, v);
      set(parameter, at, Math.fma(m / divisor, minusStepSize, get(parameter, at)));
    }
  }

  @Override
  void exp(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = FloatMath.exp(x[i]);
    }
  }

  @Override
  void log(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = FloatMath.log(x[i]);
    }
  }

  @Override
  void squarePlusEpsilon(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.fma(x[i], x[i], FloatMath.THETA2_EPSILON);
    }
  }

  @Override
  void subtract(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] -= y[i];
    }
  }

  @Override
  void limitAbove(float[] x, float[] y, float offset, int n) {
    for (int i = 0; i < n; i++) {
      float limit = y[i] + offset;
      x[i] = x[i] > limit ? limit : x[i];
    }
  }

  /** {@link Threefry#block} for 13 rounds, written out so that the compiler can vectorise it. */
  @Override
  void noiseWords(NoiseKey key, int example, int firstPair, int[] words0, int[] words1, int n) {
    int key0 = key.word0();
    int key1 = key.word1();
    int key2 = Threefry.PARITY ^ key0 ^ key1;
    for (int i = 0; i < n; i++) {
      int x0 = example + key0;
      int x1 = firstPair + i + key1;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 13) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 15) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 26) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 6) ^ x0;
      x0 += key1;
      x1 += key2 + 1;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 17) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 29) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 16) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 24) ^ x0;
      x0 += key2;
      x1 += key0 + 2;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 13) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 15) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 26) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 6) ^ x0;
      x0 += key0;
      x1 += key1 + 3;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, 17) ^ x0;
      words0[i] = x0;
      words1[i] = x1;
    }
  }

  @Override
  void boxMuller(int[] words0, int[] words1, float[] radius, float[] normals, int n) {
    for (int i = 0; i < n; i++) {
      radius[i] = FloatMath.radius(words0[i]);
    }
    for (int group = 0; group < n; group += 16) {
      for (int i = group; i < group + 16; i++) {
        float turn = FloatMath.turn(words1[i]);
        normals[group + i] = radius[i] * FloatMath.cosTurns(turn);
        normals[group + i + 16] = radius[i] * FloatMath.sinTurns(turn);
      }
    }
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
    for (int i = begin; i < end; i++) {
      int pixel = pixels.get(ValueLayout.JAVA_BYTE, pixelStart + i) & 0xFF;
      set(out, start + i, (pixel - mean) * scale);
    }
  }

  @Override
  void narrow(float[] x, short[] upper, int n) {
    for (int i = 0; i < n; i++) {
      int bits = Float.floatToRawIntBits(x[i]);
      upper[i] = (short) ((bits + ROUND + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE);
    }
  }

  @Override
  void widen(short[] upper, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Float.intBitsToFloat(upper[i] << Short.SIZE);
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
    for (int y = 0; y < rows; y++) {
      int from = inStart + y * inStride;
      int to = outStart + y * outStride;
      for (int x = 0; x < width; x++) {
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
        addLines(patches, at, step, first, last, image, line + column, 0, outWidth);
      }
    }
  }

  /** Of some lines of patches; adds their sums to a line. */
  static void addLines(
      float[] patches,
      int at,
      int step,
      int first,
      int last,
      float[] image,
      int line,
      int from,
      int to) {
    for (int x = from; x < to; x++) {
      float sum = 0;
      for (int row = first; row <= last; row++) {
        sum += patches[at + row * step + x];
      }
      image[line + x] += sum;
    }
  }

  @Override
  void poolPairs(float[] in, int width, float[] out, int rows, int columns) {
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int at = 2 * y * width + 2 * x;
        float upper = Math.max(in[at], in[at + 1]);
        float lower = Math.max(in[at + width], in[at + width + 1]);
        out[y * columns + x] = Math.max(upper, lower);
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
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        float largest = out[y * columns + x];
        float left = gradient[y * columns + x];
        for (int line = 0; line < 2; line++) {
          for (int column = 0; column < 2; column++) {
            int at = (2 * y + line) * width + 2 * x + column;
            boolean mine = in[at] == largest;
            byInput[at] = mine ? left : 0;
            left = mine ? 0 : left;
          }
        }
      }
    }
  }

  private static float get(MemorySegment segment, long index) {
    return segment.get(F32, index * Float.BYTES);
  }

  private static void set(MemorySegment segment, long index, float value) {
    segment.set(F32, index * Float.BYTES, value);
  }
}
