package dev.ockham.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixTest {
  @Test
  void compressingKeepsEveryBitIncludingNegativeZero() {
    float[] values = {0, 1.5f, -0f, 0, 0, Float.MIN_VALUE};

    CsrMatrix sparse = DenseMatrix.of(2, 3, values).asCsr();

    // isEqualTo on float arrays tells −0 from 0
    assertThat(sparse.toDense()).isEqualTo(values);
    assertThat(sparse.rowOffsets()).containsExactly(0, 2, 3);
    assertThat(sparse.columns()).containsExactly(1, 2, 2);
    assertThat(sparse.stored()).isEqualTo(3);
  }

  @Test
  void nonZerosAreCountedFromValuesNotFromStorage() {
    CsrMatrix sparse =
        CsrMatrix.of(4, new int[] {0, 3}, new int[] {0, 1, 3}, new float[] {0, -0f, 2});

    assertThat(sparse.nonZeros()).isEqualTo(1);
    assertThat(sparse.asDense().nonZeros()).isEqualTo(1);
  }

  @Test
  void doesNotShareArraysWithItsCaller() {
    float[] values = {1, 2};
    DenseMatrix dense = DenseMatrix.of(1, 2, values);
    values[0] = 9;
    dense.toDense()[1] = 9;

    assertThat(dense.toDense()).containsExactly(1, 2);
  }

  @Test
  void mayHaveNoRowsOrNoColumns() {
    assertThat(DenseMatrix.of(0, 5, new float[0]).asCsr().rows()).isZero();
    assertThat(DenseMatrix.of(5, 0, new float[0]).asCsr().asDense())
        .isEqualTo(DenseMatrix.of(5, 0, new float[0]));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2 2 | 0 1 | row_offsets[0] = 1, it must be 0",
        "0 2 1 2 | 0 1 | row_offsets[2] = 1 is below row_offsets[1] = 2",
        "0 1 1 | 0 1 | row_offsets ends at 1 but 2 values are stored",
        "0 1 2 | 0 3 | columns[1] = 3 is outside 0..2 (row 1)",
        "0 1 2 | -1 0 | columns[0] = -1 is outside 0..2 (row 0)",
        "0 2 2 | 1 1 | columns[1] = 1 does not increase after 1 (row 0)",
      })
  void refusesBrokenCompressedRows(String rowOffsets, String columns, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CsrMatrix.of(3, integers(rowOffsets), integers(columns), new float[] {1, 1}))
        .withMessage(message);
  }

  private static int[] integers(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
