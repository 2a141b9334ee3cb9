package dev.ockham.runtime.pack;

import java.util.BitSet;

/**
 * Where a matrix has numbers: which rows and columns have any, and within these cell by cell, from
 * how full the row and the column were so far and what the neighbours are.
 */
final class PlaceCode {

  private static final int INPUTS = 5;
  private static final int MOST_SEEN = 1000;
  private static final int RATE = 3;
  private static final int ONES = 16;
  private static final int LENGTHS = 24;
  private static final int NEIGHBOURS = 16;

  private final AdaptiveBits all = new AdaptiveBits(1, MOST_SEEN);
  private final AdaptiveBits byRow = new AdaptiveBits(ONES * LENGTHS, MOST_SEEN);
  private final AdaptiveBits byColumn = new AdaptiveBits(ONES * LENGTHS, MOST_SEEN);
  private final AdaptiveBits byNeighbours = new AdaptiveBits(NEIGHBOURS * ONES, MOST_SEEN);
  private final AdaptiveBits byBoth = new AdaptiveBits(ONES * ONES, MOST_SEEN);
  private final Mixer mixer = new Mixer(INPUTS, ONES, RATE);
  private final int[] columnOnes;
  private final int[] contexts = new int[INPUTS];
  private final boolean[] above;
  private final boolean[] higher;
  private int rowsSeen = -1;
  private int rowOnes;
  private int cellsSeen;
  private int left;

  /** A code of a matrix of so many columns that have numbers. */
  PlaceCode(int columns) {
    columnOnes = new int[columns];
    above = new boolean[columns];
    higher = new boolean[columns];
  }

  /**
   * Codes which of some rows or columns have numbers.
   *
   * @param full those that do; a reader fills it
   */
  static void codeLines(BitCoder coder, BitSet full, int count) {
    AdaptiveBits bits = new AdaptiveBits(8, 255);
    int before = 7;
    for (int i = 0; i < count; i++) {
      int bit = bits.code(coder, before, full.get(i) ? 1 : 0);
      full.set(i, bit == 1);
      before = ((before << 1) | bit) & 7;
    }
  }

  /** Begins the next row that has numbers. */
  void beginRow() {
    rowsSeen++;
    rowOnes = 0;
    cellsSeen = 0;
    left = 0;
  }

  /**
   * Codes whether a cell of the row has a number; cells come in the order of their columns.
   *
   * @param column among those that have any
   * @param bit 1 if it has one; ignored by a reader
   */
  int code(BitCoder coder, int column, int bit) {
    int neighbours = (left << 2) | (above[column] ? 1 : 0) | (higher[column] ? 2 : 0);
    int ones = Math.min(columnOnes[column], ONES - 1);
    int inRow = Math.min(rowOnes, ONES - 1);
    contexts[0] = 0;
    contexts[1] = inRow * LENGTHS + length(cellsSeen);
    contexts[2] = ones * LENGTHS + length(rowsSeen);
    contexts[3] = neighbours * ONES + ones;
    contexts[4] = inRow * ONES + ones;
    mixer.add(Probability.stretch(all.one(0)));
    mixer.add(Probability.stretch(byRow.one(contexts[1])));
    mixer.add(Probability.stretch(byColumn.one(contexts[2])));
    mixer.add(Probability.stretch(byNeighbours.one(contexts[3])));
    mixer.add(Probability.stretch(byBoth.one(contexts[4])));
    int coded = coder.code(bit, mixer.mix(ones));
    mixer.learn(coded);
    all.learn(0, coded);
    byRow.learn(contexts[1], coded);
    byColumn.learn(contexts[2], coded);
    byNeighbours.learn(contexts[3], coded);
    byBoth.learn(contexts[4], coded);
    left = ((left << 1) | coded) & 3;
    higher[column] = above[column];
    above[column] = coded == 1;
    columnOnes[column] += coded;
    rowOnes += coded;
    cellsSeen++;
    return coded;
  }

  /** Finer than a logarithm at the beginning: 0, 1, 2, 3, then two for each doubling. */
  private static int length(int count) {
    if (count < 4) {
      return count;
    }
    int bits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(count);
    return Math.min(LENGTHS - 1, 2 * bits + ((count >>> (bits - 1)) & 1));
  }
}
