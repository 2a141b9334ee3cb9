package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;

/** Positions made more or fewer, linearly from the neighbours along one or two axes. */
public final class Interpolation implements Kernel {
  private final int channels;
  private final int inPlane;

  /** Positions that each output position is made of: up and left, up and right, down …. */
  private final int[][] corners;

  private final float[][] weights;

  /** An operator of {@link Resize.By#LINEAR}. */
  public Interpolation(Resize operator, Shape in, Shape out) {
    channels = in.dim(0);
    inPlane = in.product(1, in.rank());
    int positions = out.product(1, out.rank());
    corners = new int[positions][];
    weights = new float[positions][];
    Shape plane = new Shape(out.dims().subList(1, out.rank()));
    for (int p = 0; p < positions; p++) {
      int[] index = Places.index(p, plane);
      int[] places = {0};
      double[] shares = {1};
      for (int axis = 0; axis < index.length; axis++) {
        int size = in.dim(axis + 1);
        double place = operator.place(index[axis], size, plane.dim(axis));
        int low = Math.min((int) place, size - 1);
        int high = Math.min(low + 1, size - 1);
        double above = Math.min(1, place - low);
        int[] finer = new int[2 * places.length];
        double[] finerShares = new double[finer.length];
        for (int k = 0; k < places.length; k++) {
          finer[2 * k] = places[k] * size + low;
          finer[2 * k + 1] = places[k] * size + high;
          finerShares[2 * k] = shares[k] * (1 - above);
          finerShares[2 * k + 1] = shares[k] * above;
        }
        places = finer;
        shares = finerShares;
      }
      corners[p] = places;
      weights[p] = floats(shares);
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < corners.length; p++) {
        int to = (c * corners.length + p) * lanes;
        Arrays.fill(out, to, to + lanes, 0f);
        for (int k = 0; k < corners[p].length; k++) {
          if (weights[p][k] != 0) {
            add(in[0], (c * inPlane + corners[p][k]) * lanes, weights[p][k], out, to, lanes);
          }
        }
      }
    }
  }

  private static void add(float[] in, int from, float weight, float[] out, int to, int lanes) {
    for (int i = 0; i < lanes; i++) {
      out[to + i] += weight * in[from + i];
    }
  }
}
