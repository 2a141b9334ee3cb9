package dev.ockham.runtime.model;

import java.util.Arrays;

/**
 * The layer operations on a block of examples, in plain Java loops.
 *
 * <p>Activations are {@code float[features][lanes]}: one small array per feature, holding that
 * feature of every example in the block. Each innermost loop runs over whole arrays at the same
 * index, the one form that C2 of JDK 25 turns into vector instructions (with an offset per array it
 * cannot exclude that they overlap; measured, that is four times slower).
 *
 * <p>An example's result is a fixed sequence of float operations in its own lane: bias first, then
 * the non-zero terms in column order. It does not depend on the block it sits in. Every input value
 * is finite unless the caller's pixels are not.
 */
final class ScalarKernels {
  private ScalarKernels() {}

  static void inputScaling(float[][] in, float mean, float scale, float[][] out) {
    for (int f = 0; f < in.length; f++) {
      float[] from = in[f];
      float[] to = out[f];
      for (int i = 0; i < to.length; i++) {
        to[i] = (from[i] - mean) * scale;
      }
    }
  }

  static void featureScaling(float[][] in, Bias mean, Bias scale, float[][] out) {
    for (int f = 0; f < in.length; f++) {
      float[] from = in[f];
      float[] to = out[f];
      float itsMean = mean.get(f);
      float itsScale = scale.get(f);
      for (int i = 0; i < to.length; i++) {
        to[i] = (from[i] - itsMean) * itsScale;
      }
    }
  }

  static void relu(float[][] in, float[][] out) {
    for (int f = 0; f < in.length; f++) {
      float[] from = in[f];
      float[] to = out[f];
      for (int i = 0; i < to.length; i++) {
        to[i] = Math.max(0f, from[i]);
      }
    }
  }

  /** The mean over positions is summed in their order. */
  static void dependentGate(float[][] in, ModelLayer.DependentGate gate, float[][] out) {
    int positions = gate.units() == 0 ? 0 : in.length / gate.units();
    for (int unit = 0; unit < gate.units(); unit++) {
      int first = unit * positions;
      float[] factors = in[first].clone();
      for (int f = first + 1; f < first + positions; f++) {
        addOne(factors, in[f], 1f);
      }
      for (int i = 0; i < factors.length; i++) {
        factors[i] = gate.of(unit, factors[i] / positions);
      }
      for (int f = first; f < first + positions; f++) {
        float[] from = in[f];
        float[] to = out[f];
        for (int i = 0; i < to.length; i++) {
          to[i] = from[i] * factors[i];
        }
      }
    }
  }

  static void affine(float[][] in, ModelLayer.Affine affine, float[][] out) {
    int positions = affine.units() == 0 ? 0 : in.length / affine.units();
    for (int f = 0; f < in.length; f++) {
      float[] from = in[f];
      float[] to = out[f];
      float scale = affine.scale().get(f / positions);
      float shift = affine.shift().get(f / positions);
      for (int i = 0; i < to.length; i++) {
        to[i] = from[i] * scale + shift;
      }
    }
  }

  static void maxPool2d(float[][] in, Shape inShape, int size, float[][] out, Shape outShape) {
    int feature = 0;
    for (int c = 0; c < outShape.channels(); c++) {
      for (int y = 0; y < outShape.height(); y++) {
        for (int x = 0; x < outShape.width(); x++) {
          int corner = (c * inShape.height() + y * size) * inShape.width() + x * size;
          float[] to = out[feature++];
          System.arraycopy(in[corner], 0, to, 0, to.length);
          for (int k = 1; k < size * size; k++) {
            maxInPlace(to, in[corner + k / size * inShape.width() + k % size]);
          }
        }
      }
    }
  }

  static void dense(float[][] in, Terms terms, Bias bias, float[][] out) {
    for (int o = 0; o < out.length; o++) {
      Arrays.fill(out[o], bias.get(o));
      accumulate(terms, o, in, 0, out[o]);
    }
  }

  static void conv2d(
      float[][] in, Shape inShape, Terms terms, Bias bias, float[][] out, Shape outShape) {
    int plane = outShape.height() * outShape.width();
    // Output rows outside, channels inside: the few input rows that are read stay in cache.
    for (int y = 0; y < outShape.height(); y++) {
      for (int o = 0; o < outShape.channels(); o++) {
        for (int x = 0; x < outShape.width(); x++) {
          float[] to = out[o * plane + y * outShape.width() + x];
          Arrays.fill(to, bias.get(o));
          accumulate(terms, o, in, y * inShape.width() + x, to);
        }
      }
    }
  }

  /** Adds the terms of one row to {@code sum}; {@code shift} moves every feature of the row. */
  private static void accumulate(Terms terms, int row, float[][] in, int shift, float[] sum) {
    int[] features = terms.features;
    float[] weights = terms.weights;
    int t = terms.starts[row];
    int end = terms.starts[row + 1];
    for (; t + 4 <= end; t += 4) {
      addFour(
          sum,
          in[features[t] + shift],
          weights[t],
          in[features[t + 1] + shift],
          weights[t + 1],
          in[features[t + 2] + shift],
          weights[t + 2],
          in[features[t + 3] + shift],
          weights[t + 3]);
    }
    for (; t < end; t++) {
      addOne(sum, in[features[t] + shift], weights[t]);
    }
  }

  /** Four terms in one pass over {@code sum}, added one after the other: the bits of addOne. */
  private static void addFour(
      float[] sum,
      float[] a,
      float wa,
      float[] b,
      float wb,
      float[] c,
      float wc,
      float[] d,
      float wd) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = sum[i] + wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
    }
  }

  private static void addOne(float[] sum, float[] a, float wa) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = sum[i] + wa * a[i];
    }
  }

  private static void maxInPlace(float[] largest, float[] other) {
    for (int i = 0; i < largest.length; i++) {
      largest[i] = Math.max(largest[i], other[i]);
    }
  }
}
