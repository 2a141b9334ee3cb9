package dev.ockham.bench.inference;

import dev.ockham.runtime.model.CsrMatrix;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.mkl.global.mkl_rt;

/** MKL's sparse product, inspected and optimised for so many calls of one size beforehand. */
final class MklContestant implements Contestant {

  /** How the numbers of a batch lie. */
  enum Order {
    /** Examples behind each other, as they come. */
    EXAMPLES,
    /** Features behind each other, brought there beforehand. */
    FEATURES,
    /** Examples behind each other, and MKL turns them and what comes out. */
    TURNED
  }

  private static final int CALLS = 1_000_000;
  private static final int SUCCESS = 0;

  private final mkl_rt.sparse_matrix handle = new mkl_rt.sparse_matrix();
  private final mkl_rt.matrix_descr description = new mkl_rt.matrix_descr();
  private final List<FloatPointer> inputs = new ArrayList<>();
  private final FloatPointer output;
  private final int rows;
  private final int columns;
  private final int count;
  private final Order order;
  private final FloatPointer turnedInput;
  private final FloatPointer turnedOutput;
  private final List<Object> kept = new ArrayList<>();

  /**
   * A product.
   *
   * @param weights {@code [outputs, inputs]}
   * @param batches each {@code [count, inputs]}
   * @param order in which MKL takes the numbers of a batch
   */
  MklContestant(CsrMatrix weights, List<float[]> batches, int count, Order order) {
    this.rows = weights.rows();
    this.columns = weights.cols();
    this.count = count;
    this.order = order;
    mkl_rt.MKL_Set_Num_Threads(1);
    IntPointer offsets = new IntPointer(weights.rowOffsets());
    IntPointer ends = new IntPointer(offsets).position(1);
    IntPointer places = new IntPointer(weights.columns());
    FloatPointer values = new FloatPointer(weights.values());
    kept.addAll(List.of(offsets, ends, places, values));
    require(
        mkl_rt.mkl_sparse_s_create_csr(
            handle, mkl_rt.SPARSE_INDEX_BASE_ZERO, rows, columns, offsets, ends, places, values));
    description.type(mkl_rt.SPARSE_MATRIX_TYPE_GENERAL);
    if (count == 1) {
      require(
          mkl_rt.mkl_sparse_set_mv_hint(
              handle, mkl_rt.SPARSE_OPERATION_NON_TRANSPOSE, description, CALLS));
    } else {
      require(
          mkl_rt.mkl_sparse_set_mm_hint(
              handle, mkl_rt.SPARSE_OPERATION_NON_TRANSPOSE, description, layout(), count, CALLS));
    }
    require(mkl_rt.mkl_sparse_optimize(handle));
    for (float[] batch : batches) {
      boolean given = order == Order.FEATURES;
      inputs.add(new FloatPointer(given ? Batches.transposed(batch, count) : batch));
    }
    output = new FloatPointer((long) rows * count);
    turnedInput = new FloatPointer((long) columns * count);
    turnedOutput = new FloatPointer((long) rows * count);
  }

  /** MKL's version. */
  static String version() {
    byte[] text = new byte[200];
    mkl_rt.MKL_Get_Version_String(text, text.length);
    return new String(text, java.nio.charset.StandardCharsets.US_ASCII).strip().replace("\0", "");
  }

  private int layout() {
    return order == Order.EXAMPLES
        ? mkl_rt.SPARSE_LAYOUT_COLUMN_MAJOR
        : mkl_rt.SPARSE_LAYOUT_ROW_MAJOR;
  }

  private static void require(int status) {
    if (status != SUCCESS) {
      throw new IllegalStateException("MKL: status " + status);
    }
  }

  @Override
  public void predict(int batch) {
    int status;
    if (order == Order.TURNED) {
      turn(inputs.get(batch), count, columns, turnedInput);
    }
    if (count == 1) {
      status =
          mkl_rt.mkl_sparse_s_mv(
              mkl_rt.SPARSE_OPERATION_NON_TRANSPOSE,
              1,
              handle,
              description,
              inputs.get(batch),
              0,
              output);
    } else {
      status =
          mkl_rt.mkl_sparse_s_mm(
              mkl_rt.SPARSE_OPERATION_NON_TRANSPOSE,
              1,
              handle,
              description,
              layout(),
              order == Order.TURNED ? turnedInput : inputs.get(batch),
              count,
              order == Order.EXAMPLES ? columns : count,
              0,
              output,
              order == Order.EXAMPLES ? rows : count);
    }
    require(status);
    if (order == Order.TURNED) {
      turn(output, rows, count, turnedOutput);
    }
  }

  /** MKL's own transposition of a matrix whose rows lie behind each other. */
  private static void turn(FloatPointer from, int rows, int columns, FloatPointer to) {
    mkl_rt.mkl_somatcopy((byte) 'R', (byte) 'T', rows, columns, 1, from, columns, to, rows);
  }

  @Override
  public float[] output() {
    float[] all = new float[rows * count];
    (order == Order.TURNED ? turnedOutput : output).get(all);
    return order == Order.FEATURES ? Batches.transposed(all, rows) : all;
  }

  @Override
  public void close() {
    inputs.forEach(FloatPointer::close);
    output.close();
    turnedInput.close();
    turnedOutput.close();
  }
}
