package dev.ockham.core.sequence;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TextSpec;
import dev.ockham.runtime.data.TextEncoder;
import dev.ockham.runtime.data.TextRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the rules of texts: the vocabulary and the length, from the training texts. */
final class Vocabulary {

  /** A token that comes once is unknown, so that training meets unknown ones. */
  private static final int LEAST_COUNT = 2;

  private Vocabulary() {}

  /**
   * The rules of some texts.
   *
   * @param spec what is asked for
   * @param labels columns that hold what is predicted
   * @param texts to train on
   * @param working what a relative path of a vocabulary starts from
   */
  static TextRules of(TextSpec spec, List<String> labels, List<String> texts, Path working)
      throws IOException {
    List<String> known =
        spec.tokens() == TextRules.Tokens.WORDPIECE
            ? pieces(working.resolve(spec.pieces()))
            : frequent(spec, texts);
    int length = spec.length() == 0 ? longest(spec, labels, known, texts) : spec.length();
    return new TextRules(spec.column(), labels, spec.tokens(), spec.lowerCase(), length, known);
  }

  private static int longest(
      TextSpec spec, List<String> labels, List<String> known, List<String> texts) {
    TextRules usual =
        new TextRules(
            spec.column(), labels, spec.tokens(), spec.lowerCase(), TextSpec.USUAL, known);
    TextEncoder encoder = new TextEncoder(usual);
    int most = spec.tokens() == TextRules.Tokens.WORDPIECE ? 3 : 1;
    for (String text : texts) {
      most = Math.max(most, encoder.encode(text).length());
    }
    return most;
  }

  private static List<String> frequent(TextSpec spec, List<String> texts) {
    Map<String, Integer> counts = new HashMap<>();
    for (String text : texts) {
      for (String token : TextEncoder.cut(spec.tokens(), spec.lowerCase(), text)) {
        counts.merge(token, 1, Integer::sum);
      }
    }
    List<String> known = new ArrayList<>(List.of(TextRules.PADDING, TextRules.UNKNOWN));
    counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= LEAST_COUNT)
        .sorted(
            Comparator.comparingInt((Map.Entry<String, Integer> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(spec.vocabulary() - 2L)
        .forEach(entry -> known.add(entry.getKey()));
    return known;
  }

  private static List<String> pieces(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new MalformedDataException(
          file.toString(), MalformedDataException.WHOLE_FILE, "is no file (data.text.pieces)");
    }
    if (Files.size(file) > PlainText.LONGEST) {
      throw new MalformedDataException(
          file.toString(),
          MalformedDataException.WHOLE_FILE,
          "has %s bytes; a vocab.txt of up to %s is read"
              .formatted(Files.size(file), PlainText.LONGEST));
    }
    List<String> pieces = PlainText.of(file.toString(), Files.readAllBytes(file)).lines().toList();
    try {
      return new TextRules("", List.of(), TextRules.Tokens.WORDPIECE, true, 3, pieces).vocabulary();
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(
          file.toString(), MalformedDataException.WHOLE_FILE, String.valueOf(e.getMessage()), e);
    }
  }
}
