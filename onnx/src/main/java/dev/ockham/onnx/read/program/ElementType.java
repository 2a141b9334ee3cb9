package dev.ockham.onnx.read.program;

/** What kind of numbers a value has; widths are forgotten when a file is read. */
public enum ElementType {
  /** Floating point, held as float32. */
  REAL,
  /** Whole numbers of any width, held in 64 bits. */
  INTEGER,
  /** True and false, held as 1 and 0. */
  BOOLEAN
}
