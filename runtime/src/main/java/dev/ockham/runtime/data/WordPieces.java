package dev.ockham.runtime.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * BERT's tokens (arXiv:1810.04805): a text is cut at blanks and punctuation, and each word into the
 * longest pieces that the vocabulary has, from its start; pieces behind the first begin with {@code
 * ##}.
 */
final class WordPieces {
  private static final String CONTINUED = "##";

  /** A longer word is unknown as a whole. */
  private static final int LONGEST_WORD = 100;

  private WordPieces() {}

  /**
   * The words of a text.
   *
   * @param lowerCase whether capitals become small letters and accents go
   */
  static List<String> words(String text, boolean lowerCase) {
    List<String> words = new ArrayList<>();
    for (String chunk : cleaned(text).split(" ", -1)) {
      if (!chunk.isEmpty()) {
        split(lowerCase ? plain(chunk) : chunk, words);
      }
    }
    return words;
  }

  /** Without control characters, blanks as spaces, Chinese characters between spaces. */
  private static String cleaned(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (isBlank(c)) {
            clean.append(' ');
          } else if (c != 0 && c != 0xFFFD && !isControl(c)) {
            boolean alone = isChinese(c);
            clean.append(alone ? " " : "").appendCodePoint(c).append(alone ? " " : "");
          }
        });
    return clean.toString();
  }

  private static boolean isBlank(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || Character.getType(c) == Character.SPACE_SEPARATOR
        || Character.getType(c) == Character.LINE_SEPARATOR
        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
  }

  private static boolean isControl(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.PRIVATE_USE
        || type == Character.UNASSIGNED;
  }

  private static boolean isChinese(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }

  /** Small letters without accents; each by itself, whatever stands beside it. */
  private static String plain(String word) {
    StringBuilder plain = new StringBuilder();
    Normalizer.normalize(word, Normalizer.Form.NFD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .map(Character::toLowerCase)
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  /** Punctuation is a word by itself. */
  private static void split(String chunk, List<String> words) {
    int from = 0;
    for (int at = 0; at < chunk.length(); ) {
      int c = chunk.codePointAt(at);
      int next = at + Character.charCount(c);
      if (isPunctuation(c)) {
        if (from < at) {
          words.add(chunk.substring(from, at));
        }
        words.add(chunk.substring(at, next));
        from = next;
      }
      at = next;
    }
    if (from < chunk.length()) {
      words.add(chunk.substring(from));
    }
  }

  private static boolean isPunctuation(int c) {
    if (c < 0x80) {
      return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /**
   * A word as pieces.
   *
   * @param numbers of the vocabulary's tokens
   * @param unknown what a word becomes that is not made of its pieces
   */
  static List<Integer> cut(String word, Map<String, Integer> numbers, int unknown) {
    if (word.codePointCount(0, word.length()) > LONGEST_WORD) {
      return List.of(unknown);
    }
    List<Integer> pieces = new ArrayList<>();
    for (int from = 0; from < word.length(); ) {
      int to = word.length();
      Integer piece = null;
      for (; to > from; to = word.offsetByCodePoints(to, -1)) {
        piece = numbers.get((from == 0 ? "" : CONTINUED) + word.substring(from, to));
        if (piece != null) {
          break;
        }
      }
      if (piece == null) {
        return List.of(unknown);
      }
      pieces.add(piece);
      from = to;
    }
    return pieces;
  }
}
