package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums of weighted inputs at one or many positions: fully connected layers and convolutions. A sum
 * is the bias first, then the non-zero terms in column order; what lies in the padding is left out.
 */
public final class SparseRows implements Computation {
  private final Terms terms;
  private final float[] bias;

  /** Feature at each place of the padded input, −1 for padding; null where nothing is padded. */
  private final int @Nullable [] padded;

  /** How far each position moves the features of the terms. */
  private final int[] shifts;

  /** Whether all terms of a position lie within the input. */
  private final boolean[] whole;

  /** Positions between which the channels go round, so that what is read stays in cache. */
  private final int chunk;

  private final int rowStride;
  private final int positionStride;

  private SparseRows(
      Terms terms,
      float[] bias,
      int @Nullable [] padded,
      int[] shifts,
      boolean[] whole,
      int chunk,
      boolean channelsFirst) {
    this.terms = terms;
    this.bias = bias;
    this.padded = padded;
    this.shifts = shifts;
    this.whole = whole;
    this.chunk = chunk;
    rowStride = channelsFirst ? shifts.length : 1;
    positionStride = channelsFirst ? 1 : bias.length;
  }

  /**
   * A fully connected layer along the last axis.
   *
   * @param bias one number per row
   */
  public static SparseRows linear(Shape in, Matrix weight, float[] bias) {
    int positions = in.product(0, in.rank() - 1);
    int[] shifts = new int[positions];
    boolean[] whole = new boolean[positions];
    Arrays.fill(whole, true);
    for (int p = 0; p < positions; p++) {
      shifts[p] = p * weight.cols();
    }
    return new SparseRows(Terms.of(weight), bias, null, shifts, whole, 1, false);
  }

  /**
   * A convolution.
   *
   * @param weight {@code [outputs, channels / groups · kernel]}
   * @param bias one number per output
   */
  public static SparseRows convolution(
      Convolution operator, Shape in, Shape out, Matrix weight, float[] bias) {
    Frame frame = Frame.of(operator.window(), in, out);
    Frame.Side v = frame.vertical();
    Frame.Side h = frame.horizontal();
    int rows = frame.rows() + v.before() + v.after();
    int columns = frame.columns() + h.before() + h.after();
    int[] plane = new int[rows * columns];
    Arrays.fill(plane, -1);
    for (int y = 0; y < frame.rows(); y++) {
      for (int x = 0; x < frame.columns(); x++) {
        plane[(y + v.before()) * columns + x + h.before()] = y * frame.columns() + x;
      }
    }
    return slide(frame, operator.groups(), plane, columns, v.stride(), h.stride(), weight, bias);
  }

  /**
   * The transpose of a convolution: a convolution by the mirrored kernel over the input with
   * nothing between its positions, which are a stride apart.
   *
   * @param weight {@code [channels, outputs / groups · kernel]}
   * @param bias one number per output
   */
  public static SparseRows transposed(
      ConvolutionTransposed operator, Shape in, Shape out, Matrix weight, float[] bias) {
    Frame frame = Frame.of(operator.window(), in, out);
    Frame.Side v = frame.vertical();
    Frame.Side h = frame.horizontal();
    int rows = frame.outRows() + v.span() - 1;
    int columns = frame.outColumns() + h.span() - 1;
    int[] plane = new int[rows * columns];
    Arrays.fill(plane, -1);
    for (int y = 0; y < frame.rows(); y++) {
      int row = y * v.stride() + v.span() - 1 - v.before();
      for (int x = 0; x < frame.columns(); x++) {
        int column = x * h.stride() + h.span() - 1 - h.before();
        if (row >= 0 && row < rows && column >= 0 && column < columns) {
          plane[row * columns + column] = y * frame.columns() + x;
        }
      }
    }
    Matrix mirrored = mirrored(weight, operator.outputs(), operator.groups(), frame.area());
    return slide(frame, operator.groups(), plane, columns, 1, 1, mirrored, bias);
  }

  private static Matrix mirrored(Matrix weight, int outputs, int groups, int area) {
    float[] from = weight.toDense();
    int inGroup = weight.rows() / groups;
    int outGroup = outputs / groups;
    float[] to = new float[from.length];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < inGroup; c++) {
        int channel = o / outGroup * inGroup + c;
        for (int k = 0; k < area; k++) {
          to[(o * inGroup + c) * area + area - 1 - k] =
              from[(channel * outGroup + o % outGroup) * area + k];
        }
      }
    }
    return DenseMatrix.of(outputs, inGroup * area, to);
  }

  /** The kernel that slides over a padded plane. */
  private static SparseRows slide(
      Frame frame,
      int groups,
      int[] plane,
      int columns,
      int down,
      int right,
      Matrix weight,
      float[] bias) {
    int area = frame.area();
    int inGroup = frame.channels() / groups;
    int outGroup = Math.max(1, bias.length / groups);
    int[] taps = new int[area];
    for (int k = 0; k < area; k++) {
      int i = k / frame.horizontal().kernel() * frame.vertical().dilation();
      int j = k % frame.horizontal().kernel() * frame.horizontal().dilation();
      taps[k] = i * columns + j;
    }
    Terms terms =
        Terms.of(
            weight,
            (row, column) ->
                (row / outGroup * inGroup + column / area) * plane.length + taps[column % area]);
    int[] shifts = new int[frame.positions()];
    boolean[] whole = new boolean[frame.positions()];
    for (int p = 0; p < shifts.length; p++) {
      int shift = p / frame.outColumns() * down * columns + p % frame.outColumns() * right;
      shifts[p] = shift;
      whole[p] = Arrays.stream(taps).allMatch(tap -> plane[tap + shift] >= 0);
    }
    int[] padded = padded(plane, frame.channels(), frame.rows() * frame.columns());
    return new SparseRows(terms, bias, padded, shifts, whole, frame.outColumns(), true);
  }

  /** Features at the places of all channels; null where all are where they were. */
  private static int @Nullable [] padded(int[] plane, int channels, int positions) {
    if (plane.length == positions && Arrays.stream(plane).noneMatch(p -> p < 0)) {
      return null;
    }
    int[] padded = new int[Math.multiplyExact(channels, plane.length)];
    for (int place = 0; place < padded.length; place++) {
      int position = plane[place % plane.length];
      padded[place] = position < 0 ? -1 : place / plane.length * positions + position;
    }
    return padded;
  }

  @Override
  public void run(float[][][] in, float[][] out) {
    float[][] x = padded == null ? in[0] : spread(in[0], padded);
    for (int first = 0; first < shifts.length; first += chunk) {
      for (int o = 0; o < bias.length; o++) {
        for (int p = first; p < first + chunk; p++) {
          float[] to = out[o * rowStride + p * positionStride];
          Arrays.fill(to, bias[o]);
          if (whole[p]) {
            Lanes.accumulate(terms, o, x, shifts[p], to);
          } else {
            Lanes.accumulateSome(terms, o, x, shifts[p], to);
          }
        }
      }
    }
  }

  private static float[][] spread(float[][] in, int[] padded) {
    float[][] rows = new float[padded.length][];
    for (int place = 0; place < rows.length; place++) {
      rows[place] = padded[place] < 0 ? Lanes.NOTHING : in[padded[place]];
    }
    return rows;
  }
}
