package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Computes convolutions whose windows slide over rows and columns. The positions of a whole plane
 * are one run of numbers, whatever its lines, so that a term is one multiplication of a run: what
 * lies between the lines is computed too and left out at the end. A sum is the bias first, then the
 * terms in column order; in the padding lie zeros.
 */
public final class SlidingWindows implements Kernel {
  /** Numbers that are read for some lines of outputs, so that they stay in the first cache. */
  private static final int NEAR = 6144;

  /** Fewest sums at once. */
  private static final int FEWEST = 128;

  /** Weights for each plane that is copied from which on copies save more than they cost. */
  private static final int WORTH_A_COPY = 4;

  /** Most numbers of such planes; more would go through the second cache three times. */
  private static final int MOST_COPIED = 1 << 15;

  /** Width of lines of which at least every other one begins where the cache's do. */
  private static final int HALF = ShiftedPlanes.WIDTH / 2;

  /** For one example. */
  private final PlaneTerms alone;

  /** For many examples. */
  private final PlaneTerms together;

  private final float[] bias;
  private final int channels;
  private final int outRows;
  private final int outColumns;

  /** Planes of a channel for one example. */
  private final int copies;

  private final Finish finish;

  private SlidingWindows(
      Frame frame, PlaneTerms alone, PlaneTerms together, float[] bias, Finish finish) {
    this.alone = alone;
    this.together = together;
    this.bias = bias;
    this.finish = finish;
    channels = frame.channels();
    outRows = frame.outRows();
    outColumns = frame.outColumns();
    copies = alone == together ? 1 : frame.horizontal().kernel();
  }

  /**
   * The kernel of a convolution.
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
    int groups = operator.groups();
    PlaneTerms terms = new PlaneTerms(Plane.of(frame), frame, groups, weight, bias, form);
    PlaneTerms alone =
        shifts(frame, terms.terms.weights.length)
            ? new PlaneTerms(Plane.shifted(frame), frame, groups, weight, bias, form)
            : terms;
    return new SlidingWindows(frame, alone, terms, bias, finish);
  }

  /** Whether one example is faster with a plane for each column of the kernel. */
  private static boolean shifts(Frame frame, int weights) {
    int kernel = frame.horizontal().kernel();
    return kernel > 1
        && frame.horizontal().stride() == 1
        && frame.vertical().stride() == 1
        && frame.positions() > 0
        && alike(frame)
        && weights >= (long) WORTH_A_COPY * kernel * frame.channels()
        && (long) kernel * frame.channels() * frame.positions() <= MOST_COPIED;
  }

  /** Whether any sixteen places of a shifted plane are read from places side by side. */
  private static boolean alike(Frame frame) {
    int columns = frame.outColumns();
    return columns % ShiftedPlanes.WIDTH == 0
        || (columns % HALF == 0 && columns == frame.columns());
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
    PlaneTerms terms =
        new PlaneTerms(Plane.transposed(frame), frame, operator.groups(), mirrored, bias, form);
    return new SlidingWindows(frame, terms, terms, bias, Finish.NONE);
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
    PlaneTerms form = lanes == 1 ? alone : together;
    int most = linesTogether(lanes, form.pitch);
    float[] room = scratch.floats(Fours.ROWS * distance(most, form.pitch, lanes));
    Aligned x = form.planes(in[0], scratch);
    float[] sum = finish.sum() ? in[1] : null;
    for (int line = 0; line < outRows; line += most) {
      int lines = Math.min(most, outRows - line);
      run(form, x, room, most, line, lines, sum, out, scratch);
    }
  }

  /** Numbers from the sums of one channel to those of the next. */
  private static int distance(int lines, int pitch, int lanes) {
    return lines * pitch * lanes + Scratch.SLACK;
  }

  /** Lines of outputs for which all that is read stays in the first cache; an even number. */
  private int linesTogether(int lanes, int pitch) {
    long line = Math.max(1, (long) pitch * lanes * channels * (lanes == 1 ? copies : 1));
    long lines = Math.max(2, NEAR / line);
    while (lines * pitch * lanes < FEWEST) {
      lines++;
    }
    lines += lines % 2;
    return (int) (2 * lines > outRows ? outRows : lines);
  }

  /** All channels of some lines. */
  private void run(
      PlaneTerms form,
      Aligned x,
      float[] room,
      int most,
      int line,
      int lines,
      float @Nullable [] sum,
      float[] out,
      Scratch scratch) {
    Arithmetic arithmetic = scratch.arithmetic();
    int lanes = scratch.lanes();
    int at = line * form.pitch * lanes;
    int count = ((lines - 1) * form.pitch + outColumns) * lanes;
    int distance = distance(most, form.pitch, lanes);
    int pitch = form.pitch * lanes;
    int o = 0;
    while (o < bias.length) {
      int rows = 1;
      if (o % Fours.ROWS == 0 && form.fours.has(o / Fours.ROWS)) {
        rows = Fours.ROWS;
        arithmetic.fours(form.fours, o / rows, x, at, lanes, room, 0, distance, count);
      } else {
        arithmetic.sums(form.terms, o, bias[o], x, at, lanes, room, 0, count);
      }
      for (int r = 0; r < rows; r++) {
        finish(arithmetic, room, r * distance, pitch, line, lines, sum, out, o + r, lanes);
      }
      o += rows;
    }
  }

  private void finish(
      Arithmetic arithmetic,
      float[] room,
      int from,
      int pitch,
      int firstLine,
      int lines,
      float @Nullable [] sum,
      float[] out,
      int channel,
      int lanes) {
    Bounds bounds = finish.bounds();
    if (finish.pool()) {
      int width = outColumns / 2 * lanes;
      int to = (channel * (outRows / 2) + firstLine / 2) * width;
      arithmetic.pool(room, from, pitch, lines / 2, outColumns / 2, lanes, out, to, bounds);
    } else {
      int width = outColumns * lanes;
      int to = (channel * outRows + firstLine) * width;
      arithmetic.finish(room, from, pitch, lines, width, sum, out, to, bounds);
    }
  }
}
