package dev.ockham.runtime.data;

import java.util.List;

/** Finds words by characters within a buffer, without a string for each cell. */
final class WordIndex {
  private final String[] words;
  private final int[] numbers;
  private final int mask;

  /** An index of words that all differ; the number of a word is its place in the list. */
  WordIndex(List<String> list) {
    int size = Integer.highestOneBit(Math.max(1, list.size())) * 4;
    words = new String[size];
    numbers = new int[size];
    mask = size - 1;
    for (int number = 0; number < list.size(); number++) {
      String word = list.get(number);
      int slot = hash(word.toCharArray(), 0, word.length()) & mask;
      while (words[slot] != null) {
        slot = (slot + 1) & mask;
      }
      words[slot] = word;
      numbers[slot] = number;
    }
  }

  /** The number of a word, or −1. */
  int find(char[] text, int from, int to) {
    int slot = hash(text, from, to) & mask;
    while (words[slot] != null) {
      if (same(words[slot], text, from, to)) {
        return numbers[slot];
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private static boolean same(String word, char[] text, int from, int to) {
    if (word.length() != to - from) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) != text[from + i]) {
        return false;
      }
    }
    return true;
  }

  private static int hash(char[] text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text[i];
    }
    return hash ^ (hash >>> 15);
  }
}
