package dev.ockham.core.table;

import java.util.Arrays;

/** The cells of a row, in one buffer; used again for each row. */
public final class TableRow {
  private char[] text = new char[256];
  private int[] ends = new int[16];
  private int cells;

  /** Forgets all cells. */
  void clear() {
    cells = 0;
  }

  /** Adds a cell. */
  void add(char[] from, int offset, int length) {
    int start = start(cells);
    if (text.length < start + length) {
      text = Arrays.copyOf(text, 2 * (start + length));
    }
    if (ends.length == cells) {
      ends = Arrays.copyOf(ends, 2 * cells);
    }
    System.arraycopy(from, offset, text, start, length);
    ends[cells++] = start + length;
  }

  /** Changes its cells for those of another row, without copying. */
  void swap(TableRow other) {
    char[] itsText = other.text;
    int[] itsEnds = other.ends;
    int itsCells = other.cells;
    other.text = text;
    other.ends = ends;
    other.cells = cells;
    text = itsText;
    ends = itsEnds;
    cells = itsCells;
  }

  /** Adds a cell. */
  void add(String cell) {
    add(cell.toCharArray(), 0, cell.length());
  }

  /** How many cells there are. */
  public int cells() {
    return cells;
  }

  /** The characters of all cells. */
  public char[] text() {
    return text;
  }

  /** Where a cell begins in {@link #text}. */
  public int start(int cell) {
    return cell == 0 ? 0 : ends[cell - 1];
  }

  /** Behind where it ends. */
  public int end(int cell) {
    return ends[cell];
  }

  /** A cell as a string. */
  public String cell(int cell) {
    return new String(text, start(cell), end(cell) - start(cell));
  }
}
