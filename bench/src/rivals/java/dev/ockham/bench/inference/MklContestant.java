package dev.ockham.bench.inference;

import dev.ockham.runtime.model.CsrMatrix;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.mkl.global.mkl_rt;

/** MKL's sparse product, inspected and optimised for so many calls of one size beforehand. */
final class MklContestant implements Contestant {

  private static final int CALLS = 1_000_000;
  private static final int SUCCESS = 0;

  private final mkl_rt.sparse_matrix handle = new mkl_rt.sparse_matrix();
  private final mkl_rt.matrix_descr description = new mkl_rt.matrix_descr();
  private final List<FloatPointer> inputs = new ArrayList<>();
  private final FloatPointer output;
  private final int rows;
  private final int columns;
  private final int count;
  private final boolean examplesInRows;
  private final List<Object> kept = new ArrayList<>();

  /**
   * A product.
   *
   * @param weights {@code [outputs, inputs]}
   * @param batches each {@code [count, inputs]}
   * @param examplesInRows whether the examples of a batch lie behind each other; else its features
   */
  MklContestant(CsrMatrix weights, List<float[]> batches, int count, boolean examplesInRows) {
    this.rows = weights.rows();
    this.columns = weights.cols();
    this.count = count;
    this.examplesInRows = examplesInRows;
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
      inputs.add(new FloatPointer(examplesInRows ? batch : Batches.transposed(batch, count)));
    }
    output = new FloatPointer((long) rows * count);
  }

  /** MKL's version. */
  static String version() {
    byte[] text = new byte[200];
    mkl_rt.MKL_Get_Version_String(text, text.length);
    return new String(text, java.nio.charset.StandardCharsets.US_ASCII).strip().replace("\0", "");
  }

  private int layout() {
    return examplesInRows ? mkl_rt.SPARSE_LAYOUT_COLUMN_MAJOR : mkl_rt.SPARSE_LAYOUT_ROW_MAJOR;
  }

  private static void require(int status) {
    if (status != SUCCESS) {
      throw new IllegalStateException("MKL: status " + status);
    }
  }

  @Override
  public void predict(int batch) {
    int status;
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
              inputs.get(batch),
              count,
              examplesInRows ? columns : count,
              0,
              output,
              examplesInRows ? rows : count);
    }
    require(status);
  }

  @Override
  public float[] output() {
    float[] all = new float[rows * count];
    output.get(all);
    return examplesInRows ? all : Batches.transposed(all, rows);
  }

  @Override
  public void close() {
    inputs.forEach(FloatPointer::close);
    output.close();
  }
}
