package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions. The positions of a whole plane are one run of numbers, whatever its lines, so that
 * a term is one multiplication of a run: what lies between the lines is computed too and left out
 * at the end. A sum is the bias first, then the terms in column order; in the padding lie zeros.
 */
public final class SlidingWindows implements Kernel {
  /** Share of the weights of four channels from which on the zeros are faster than leaving out. */
  private static final double DENSE = 0.5;

  /** Numbers that are read for some lines of outputs, so that they stay in the first cache. */
  private static final int NEAR = 6144;

  /** Fewest sums at once. */
  private static final int FEWEST = 128;

  private final Terms terms;
  private final Fours fours;
  private final float[] bias;

  /** How the input becomes planes; null where it is planes already. */
  private final @Nullable Runs spread;

  private final int spreadSize;
  private final int channels;
  private final int pitch;
  private final int outRows;
  private final int outColumns;
  private final Finish finish;

  private SlidingWindows(
      Frame frame, Plane plane, int groups, Matrix weight, float[] bias, Finish finish, Form form) {
    int area = frame.area();
    int inGroup = frame.channels() / groups;
    int outGroup = Math.max(1, bias.length / groups);
    int[] taps = plane.taps();
    int size = plane.size();
    int[] places = new int[weight.cols()];
    for (int column = 0; column < places.length; column++) {
      places[column] = column / area * size + taps[column % area];
    }
    terms = Terms.of(weight, places, outGroup, inGroup * size);
    this.bias = bias;
    this.finish = finish;
    fours = Fours.of(terms, bias, form, DENSE);
    channels = frame.channels();
    pitch = plane.pitch();
    outRows = frame.outRows();
    outColumns = frame.outColumns();
    int positions = frame.rows() * frame.columns();
    if (plane.same(positions)) {
      spread = null;
      spreadSize = 0;
    } else {
      int[] all = plane.all(frame.channels(), positions);
      spread = Runs.of(all, 0, frame.channels() * positions);
      spreadSize = all.length;
    }
  }

  /**
   * A convolution.
   *
   * @param weight {@code [outputs, channels / groups · kernel]}
   * @param bias one number per output; not copied
   */
  public static SlidingWindows of(
      Convolution operator,
      Shape in,
      Shape out,
      Matrix weight,
      float[] bias,
      Finish finish,
      Form form) {
    Frame frame = Frame.of(operator.window(), in, out);
    return new SlidingWindows(
        frame, Plane.of(frame), operator.groups(), weight, bias, finish, form);
  }

  /**
   * The transpose of a convolution: a convolution by the mirrored kernel over the input with
   * nothing between its positions, which are a stride apart.
   *
   * @param weight {@code [channels, outputs / groups · kernel]}
   * @param bias one number per output; not copied
   */
  public static SlidingWindows transposed(
      ConvolutionTransposed operator, Shape in, Shape out, Matrix weight, float[] bias, Form form) {
    Frame frame = Frame.of(operator.window(), in, out);
    Matrix mirrored = mirrored(weight, operator.outputs(), operator.groups(), frame.area());
    return new SlidingWindows(
        frame, Plane.transposed(frame), operator.groups(), mirrored, bias, Finish.NONE, form);
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

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    if (outRows * outColumns == 0) {
      return;
    }
    int most = linesTogether(lanes);
    int distance = most * pitch * lanes + Scratch.SLACK;
    int planes = spread == null ? 0 : spreadSize * lanes + Scratch.SLACK;
    float[] room = scratch.floats(planes + Fours.ROWS * distance);
    float[] x = in[0];
    if (spread != null) {
      x = room;
      scratch.arithmetic().planes(spread, spreadSize, in[0], room, lanes);
    }
    float[] sum = finish.sum() ? in[1] : null;
    for (int line = 0; line < outRows; line += most) {
      int lines = Math.min(most, outRows - line);
      run(x, room, planes, distance, line, lines, sum, out, scratch);
    }
  }

  /** Lines of outputs for which all that is read stays in the first cache; an even number. */
  private int linesTogether(int lanes) {
    long line = Math.max(1, (long) pitch * lanes * channels);
    long lines = Math.max(2, NEAR / line);
    while (lines * pitch * lanes < FEWEST) {
      lines++;
    }
    lines += lines % 2;
    return (int) (2 * lines > outRows ? outRows : lines);
  }

  /** All channels of some lines. */
  private void run(
      float[] x,
      float[] room,
      int to,
      int distance,
      int line,
      int lines,
      float @Nullable [] sum,
      float[] out,
      Scratch scratch) {
    Arithmetic arithmetic = scratch.arithmetic();
    int lanes = scratch.lanes();
    int at = line * pitch * lanes;
    int count = ((lines - 1) * pitch + outColumns) * lanes;
    int o = 0;
    while (o < bias.length) {
      int rows = 1;
      if (o % Fours.ROWS == 0 && fours.has(o / Fours.ROWS)) {
        rows = Fours.ROWS;
        arithmetic.fours(fours, o / rows, x, at, lanes, room, to, distance, count);
      } else {
        arithmetic.sums(terms, o, bias[o], x, at, lanes, room, to, count);
      }
      for (int r = 0; r < rows; r++) {
        finish(arithmetic, room, to + r * distance, line, lines, sum, out, o + r, lanes);
      }
      o += rows;
    }
  }

  private void finish(
      Arithmetic arithmetic,
      float[] room,
      int from,
      int firstLine,
      int lines,
      float @Nullable [] sum,
      float[] out,
      int channel,
      int lanes) {
    Bounds bounds = finish.bounds();
    int line = pitch * lanes;
    if (finish.pool()) {
      int width = outColumns / 2 * lanes;
      int to = (channel * (outRows / 2) + firstLine / 2) * width;
      arithmetic.pool(room, from, line, lines / 2, outColumns / 2, lanes, out, to, bounds);
    } else {
      int width = outColumns * lanes;
      int to = (channel * outRows + firstLine) * width;
      arithmetic.finish(room, from, line, lines, width, sum, out, to, bounds);
    }
  }
}
