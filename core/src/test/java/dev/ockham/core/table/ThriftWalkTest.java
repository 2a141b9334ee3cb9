package dev.ockham.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** What the walk refuses, because a reader of Parquet would understand it otherwise. */
class ThriftWalkTest {

  private static MemorySegment memory(int... bytes) {
    byte[] them = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      them[i] = (byte) bytes[i];
    }
    return MemorySegment.ofArray(them);
  }

  private static long walk(int... bytes) {
    return ThriftWalk.struct(memory(bytes), 0, (_, _, _, _) -> {});
  }

  private static void footer(int... bytes) {
    ThriftWalk.footer(memory(bytes), 0);
  }

  @Test
  void endsAtTheZeroOfItsStruct() {
    assertThat(walk(0x15, 2, 0)).isEqualTo(3);
    // Field 2, a list of one struct with nothing in it.
    assertThat(walk(0x29, 0x1C, 0, 0, 77)).isEqualTo(4);
  }

  @Test
  void refusesAFieldOfNoType() {
    assertThatThrownBy(() -> walk(0x15, 2, 0x10)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesAListOfOtherThingsThanParquetHasThere() {
    // Field 2 of a footer is the schema. Read as a struct, the number 24 is a text's head, of 2 GB.
    assertThatThrownBy(() -> footer(0x29, 0x15, 24, 0))
        .hasMessage("a list of other things than Parquet has there");
    // The same of a row group's columns, and of a column's encodings.
    assertThatThrownBy(() -> footer(0x49, 0x1C, 0x19, 0x15, 2, 0, 0))
        .hasMessage("a list of other things than Parquet has there");
    assertThatThrownBy(() -> footer(0x49, 0x1C, 0x19, 0x1C, 0x3C, 0x29, 0x18, 0, 0, 0, 0, 0))
        .hasMessage("a list of other things than Parquet has there");
    footer(0x49, 0x1C, 0x19, 0x1C, 0x3C, 0x29, 0x15, 0, 0, 0, 0, 0);
    // An index of pages has numbers in its field 2.
    assertThat(walk(0x29, 0x15, 24, 0)).isEqualTo(4);
  }

  @Test
  void refusesTruthsInAList() {
    assertThatThrownBy(() -> walk(0x99, 0x11, 1, 0)).hasMessage("truths in a list");
    assertThat(walk(0x99, 0x01, 0)).isEqualTo(3);
  }
}
