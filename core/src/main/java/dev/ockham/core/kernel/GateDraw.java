package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GaussianFactorGate;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.gate.LogNormalGate;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Draws of the factors z of a learnt gate from standard normal noise ζ, and the gradient by the
 * belief's numbers from that by z, in closed form. What depends on the unit alone is computed once
 * for it, in double; what depends on the example too, in float32 in plain loops over tiles, which
 * the JIT turns into vectors without changing a bit. Sums over examples go in order.
 *
 * <p>Not for several threads at once. Between {@link #draw} and {@link #gradients} it keeps the
 * slopes ∂z by the numbers, or the part of them that depends on the example.
 */
public abstract sealed class GateDraw
    permits BetaBernoulliDraw, LogNormalDraw, GaussianFactorDraw, HardConcreteDraw {

  /**
   * A sigmoid is at least this, and has no slope there. Less would be lost beside any other unit's,
   * and its products with gradients, and their squares, would be subnormal numbers, which take a
   * product many times as long.
   */
  static final float LEAST = 0x1p-40f;

  /** Where the exponential in a sigmoid is cut, which is then below {@link #LEAST}. */
  static final float MOST_EXPONENT = 29;

  final Kernels kernels;
  final int units;

  /** A tile of noise, which subclasses may change. */
  final float[] zeta = new float[TILE];

  /** A tile of what is drawn. */
  final float[] z = new float[TILE];

  /** A tile of slopes, one array per kind. */
  final float[][] slope;

  private final float[][] slopes;

  /**
   * Room for draws.
   *
   * @param kinds how many slopes there are of an example's z
   */
  GateDraw(Kernels kernels, int units, int capacity, int kinds) {
    this.kernels = kernels;
    this.units = units;
    this.slope = new float[kinds][TILE];
    this.slopes = new float[kinds][Math.multiplyExact(units, capacity)];
  }

  /**
   * Draws of a belief.
   *
   * @param units how many factors
   * @param capacity most examples at once
   */
  public static GateDraw of(GateBelief belief, int units, int capacity, Kernels kernels) {
    return switch (belief) {
      case BetaBernoulliGate _ -> new BetaBernoulliDraw(kernels, units, capacity);
      case LogNormalGate _ -> new LogNormalDraw(kernels, units, capacity);
      case GaussianFactorGate _ -> new GaussianFactorDraw(kernels, units, capacity);
      case HardConcreteGate _ -> new HardConcreteDraw(kernels, units, capacity);
    };
  }

  /**
   * Draws z for every example and unit.
   *
   * @param numbers the belief's numbers, each {@code [units]}
   * @param noise standard normal, {@code [1 + rows, width]}, of which the first {@code units} of a
   *     row are read; the first row is for the whole batch
   * @param width at least {@code units}
   * @param out {@code [rows, units]}
   */
  public final void draw(
      MemorySegment[] numbers, MemorySegment noise, int width, int rows, MemorySegment out) {
    KernelArguments.requireFloats("noise", noise, 0, (1L + rows) * width);
    KernelArguments.requireFloats("out", out, 0, (long) rows * units);
    float[] first = floats("numbers", numbers[0]);
    float[] second = numbers.length > 1 ? floats("numbers", numbers[1]) : first;
    float[] shared = floats("noise", noise);
    for (int unit = 0; unit < units; unit++) {
      prepare(unit, first[unit], second[unit], shared[unit]);
    }
    for (int start = 0; start < units; start += TILE) {
      int n = Math.min(TILE, units - start);
      load(start, n);
      for (int row = 0; row < rows; row++) {
        copyIn(noise, (1L + row) * width + start, zeta, n);
        tile(n);
        int at = row * units + start;
        copyOut(z, out, at, n);
        for (int kind = 0; kind < slopes.length; kind++) {
          System.arraycopy(slope[kind], 0, slopes[kind], at, n);
        }
      }
    }
  }

  private float[] floats(String name, MemorySegment segment) {
    KernelArguments.requireFloats(name, segment, 0, units);
    float[] values = new float[units];
    copyIn(segment, 0, values, units);
    return values;
  }

  /**
   * Gradient by the belief's numbers, of the last draw.
   *
   * @param byZ gradient by z, {@code [rows, units]}
   * @param out one per number, each {@code [units]}, overwritten
   */
  public final void gradients(MemorySegment byZ, int rows, MemorySegment[] out) {
    KernelArguments.requireFloats("byZ", byZ, 0, (long) rows * units);
    float[][] sums = new float[slopes.length][units];
    float[] g = new float[TILE];
    float[] by = new float[TILE];
    float[] sum = new float[TILE];
    for (int kind = 0; kind < slopes.length; kind++) {
      for (int start = 0; start < units; start += TILE) {
        int n = Math.min(TILE, units - start);
        Arrays.fill(sum, 0);
        for (int row = 0; row < rows; row++) {
          int at = row * units + start;
          copyIn(byZ, at, g, n);
          System.arraycopy(slopes[kind], at, by, 0, n);
          for (int i = 0; i < n; i++) {
            sum[i] += g[i] * by[i];
          }
        }
        System.arraycopy(sum, 0, sums[kind], start, n);
      }
    }
    for (int number = 0; number < out.length; number++) {
      float[] result = new float[units];
      for (int unit = 0; unit < units; unit++) {
        result[unit] = (float) gradient(number, unit, sums);
      }
      copyOut(result, out[number], 0, units);
    }
  }

  /**
   * Computes what a unit's draws have in common.
   *
   * @param shared the noise that all examples share
   */
  abstract void prepare(int unit, float first, float second, float shared);

  /** Brings what {@link #prepare} left of n units to tiles. */
  abstract void load(int start, int n);

  /** From {@link #zeta} to {@link #z} and {@link #slope}, for n units of one example. */
  abstract void tile(int n);

  /**
   * The gradient by a number.
   *
   * @param sums Σ gradient·slope over examples, by kind of slope and unit
   */
  abstract double gradient(int number, int unit, float[][] sums);
}
