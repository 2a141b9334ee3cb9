package dev.ockham.core.spec;

import dev.ockham.runtime.data.TextRules;

/**
 * How texts become tokens.
 *
 * @param column of a table that holds the text; empty: the table's columns are not a text
 * @param tokens what a text is cut into
 * @param lowerCase whether capital letters become small ones first
 * @param length steps of a text; 0: those of the longest training text, at most {@link #USUAL}
 * @param vocabulary the most tokens that are told apart
 * @param pieces path of BERT's {@code vocab.txt}, for {@link TextRules.Tokens#WORDPIECE}
 */
public record TextSpec(
    @Doc(value = "Column of a table that holds the text, such as review.", unrecorded = "")
        String column,
    @Doc(value = "What a text is cut into: words, characters or wordpiece.", unrecorded = "words")
        TextRules.Tokens tokens,
    @Doc(value = "Whether capital letters become small ones first.", unrecorded = "true")
        boolean lowerCase,
    @Doc(
            value = "Steps of a text; 0: as the longest training text has, at most 256.",
            unrecorded = "0")
        int length,
    @Doc(value = "The most tokens that are told apart; the most frequent.", unrecorded = "10000")
        int vocabulary,
    @Doc(value = "Path of a vocab.txt, one token a line, for wordpiece.", unrecorded = "")
        String pieces) {

  /** The most steps of a text where nobody says how many. */
  public static final int USUAL = 256;

  /** Checks the ranges. */
  public TextSpec {
    Require.between("data.text.length", length, 0, TextRules.LONGEST);
    Require.between("data.text.vocabulary", vocabulary, 3, TextRules.LARGEST);
    boolean wordPiece = tokens == TextRules.Tokens.WORDPIECE;
    if (wordPiece == pieces.isEmpty()) {
      throw new SpecException(
          wordPiece
              ? "data.text.pieces is empty; wordpiece needs the path of a vocab.txt"
              : "data.text.pieces is '%s', but data.text.tokens is %s, not wordpiece"
                  .formatted(pieces, SpecTree.enumName(tokens)));
    }
  }

  /** The settings of texts where nothing is said. */
  public static TextSpec defaults() {
    return new TextSpec("", TextRules.Tokens.WORDS, true, 0, 10_000, "");
  }

  /** These settings for texts of another column. */
  public TextSpec ofColumn(String name) {
    return new TextSpec(name, tokens, lowerCase, length, vocabulary, pieces);
  }
}
