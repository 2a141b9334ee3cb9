package dev.ockham.core.array;

import dev.ockham.core.data.MalformedDataException;

/** Types of numbers in {@code .npy} files that are read. */
enum NpyKind {
  BOOL("b1", 1),
  INT8("i1", 1),
  UINT8("u1", 1),
  INT16("i2", 2),
  UINT16("u2", 2),
  INT32("i4", 4),
  UINT32("u4", 4),
  INT64("i8", 8),
  FLOAT16("f2", 2),
  FLOAT32("f4", 4),
  FLOAT64("f8", 8);

  private final String code;
  private final int bytes;

  NpyKind(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  int bytes() {
    return bytes;
  }

  /** Whether the numbers are whole. */
  boolean whole() {
    return this != FLOAT16 && this != FLOAT32 && this != FLOAT64;
  }

  static NpyKind of(String code, String name) throws MalformedDataException {
    for (NpyKind kind : values()) {
      if (kind.code.equals(code)) {
        return kind;
      }
    }
    throw new MalformedDataException(
        name,
        MalformedDataException.WHOLE_FILE,
        "holds '%s', not numbers that are read (b1, i1 to i8, u1 to u4, f2, f4, f8)%s"
            .formatted(
                code,
                code.startsWith("O")
                    ? "; pickled objects are never read"
                    : code.startsWith("U") || code.startsWith("S")
                        ? "; number the classes, numpy.unique(y, return_inverse=True) does"
                        : ""));
  }
}
