package dev.ockham.runtime.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Turns texts into the tokens that a model takes, by the rules that its file keeps. Immutable;
 * threads may share it.
 *
 * <pre>{@code
 * TextEncoder encoder = new TextEncoder(file.rules().text().orElseThrow());
 * EncodedText text = encoder.encode("The soup was very good.");
 * }</pre>
 */
public final class TextEncoder {
  private final TextRules rules;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final int padding;
  private final int unknown;

  /** An encoder of some rules. */
  public TextEncoder(TextRules rules) {
    this.rules = rules;
    for (String token : rules.vocabulary()) {
      numbers.put(token, numbers.size());
    }
    padding = number(TextRules.PADDING);
    unknown = number(TextRules.UNKNOWN);
  }

  private int number(String token) {
    return Objects.requireNonNull(numbers.get(token), token);
  }

  /** The rules that it follows. */
  public TextRules rules() {
    return rules;
  }

  /**
   * A text as tokens. What is longer than the rules' length is cut off at its end; a text without
   * any token counts as one unknown token.
   */
  public EncodedText encode(String text) {
    float[] tokens = new float[rules.length()];
    int length =
        switch (rules.tokens()) {
          case CHARACTERS, WORDS -> plain(text, tokens);
          case WORDPIECE -> pieces(text, tokens);
        };
    if (length == 0) {
      tokens[0] = unknown;
      length = 1;
    }
    for (int i = length; i < tokens.length; i++) {
      tokens[i] = padding;
    }
    return new EncodedText(tokens, length);
  }

  private int plain(String text, float[] into) {
    int length = 0;
    for (String token : cut(rules.tokens(), rules.lowerCase(), text)) {
      if (length == into.length) {
        break;
      }
      into[length++] = numbers.getOrDefault(token, unknown);
    }
    return length;
  }

  private int pieces(String text, float[] into) {
    int length = 0;
    into[length++] = number(TextRules.BEGIN);
    for (String word : WordPieces.words(text, rules.lowerCase())) {
      for (int piece : WordPieces.cut(word, numbers, unknown)) {
        if (length < into.length - 1) {
          into[length++] = piece;
        }
      }
    }
    into[length++] = number(TextRules.END);
    return length;
  }

  /**
   * The tokens of a text, before any of them is looked up.
   *
   * @param tokens what a text is cut into: characters or words
   * @param lowerCase whether capital letters become small ones first
   * @throws IllegalArgumentException for pieces of words, which need a vocabulary
   */
  public static List<String> cut(TextRules.Tokens tokens, boolean lowerCase, String text) {
    String plain = lowerCase ? text.toLowerCase(Locale.ROOT) : text;
    return switch (tokens) {
      case CHARACTERS -> plain.codePoints().mapToObj(Character::toString).toList();
      case WORDS -> words(plain);
      case WORDPIECE -> throw new IllegalArgumentException("pieces of words need a vocabulary");
    };
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (isOfWord(c)) {
        word.appendCodePoint(c);
        continue;
      }
      flush(word, words);
      if (!Character.isWhitespace(c) && !Character.isSpaceChar(c) && !Character.isISOControl(c)) {
        words.add(Character.toString(c));
      }
    }
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean isOfWord(int c) {
    return Character.isLetterOrDigit(c)
        || Character.getType(c) == Character.NON_SPACING_MARK
        || Character.getType(c) == Character.COMBINING_SPACING_MARK;
  }
}
