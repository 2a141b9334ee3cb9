package dev.ockham.runtime.data;

import java.util.HashSet;
import java.util.List;

/**
 * How a text becomes tokens; models keep it, so that they take raw texts by themselves.
 *
 * @param column of a table that holds the text; empty where a text is a whole file
 * @param labels columns of a table that hold what is predicted; empty where there is none
 * @param tokens what a text is cut into
 * @param lowerCase whether capital letters become small ones first; of {@link Tokens#WORDPIECE},
 *     accents go, too
 * @param length steps that every text gets: longer ones are cut off, shorter ones padded
 * @param vocabulary all tokens, each at the place that is its number; {@link #PADDING} and {@link
 *     #UNKNOWN} are among them
 */
public record TextRules(
    String column,
    List<String> labels,
    Tokens tokens,
    boolean lowerCase,
    int length,
    List<String> vocabulary) {

  /** The token behind a text's end. */
  public static final String PADDING = "[PAD]";

  /** The token for all that the vocabulary has not. */
  public static final String UNKNOWN = "[UNK]";

  /** What BERT's texts begin with. */
  public static final String BEGIN = "[CLS]";

  /** What BERT's texts end with. */
  public static final String END = "[SEP]";

  /** The most steps a text can have. */
  public static final int LONGEST = 100_000;

  /** The most tokens a vocabulary can have. */
  public static final int LARGEST = 1_000_000;

  /** What a text is cut into. */
  public enum Tokens {
    /** Its characters: Unicode code points. */
    CHARACTERS,
    /** Runs of letters and digits; any other character that is no blank is one by itself. */
    WORDS,
    /** Pieces of words, as BERT cuts them by its {@code vocab.txt}. */
    WORDPIECE
  }

  /**
   * Checks that the parts fit each other.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public TextRules {
    labels = List.copyOf(labels);
    vocabulary = List.copyOf(vocabulary);
    if (length < 1 || length > LONGEST) {
      throw new IllegalArgumentException(
          "a text gets " + length + " steps; it must be from 1 to " + LONGEST);
    }
    if (vocabulary.size() > LARGEST) {
      throw new IllegalArgumentException(
          "a vocabulary of " + vocabulary.size() + " tokens is too large; " + LARGEST + " fit");
    }
    HashSet<String> known = new HashSet<>(vocabulary);
    if (known.size() < vocabulary.size()) {
      throw new IllegalArgumentException("the vocabulary has a token twice");
    }
    List<String> needed =
        tokens == Tokens.WORDPIECE
            ? List.of(PADDING, UNKNOWN, BEGIN, END)
            : List.of(PADDING, UNKNOWN);
    for (String token : needed) {
      if (!known.contains(token)) {
        throw new IllegalArgumentException("the vocabulary has no token " + token);
      }
    }
    if (tokens == Tokens.WORDPIECE && length < 3) {
      throw new IllegalArgumentException(
          "a text gets " + length + " steps, but " + BEGIN + ", a piece and " + END + " take 3");
    }
  }
}
