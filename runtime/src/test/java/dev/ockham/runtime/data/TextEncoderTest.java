package dev.ockham.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.runtime.data.TextRules.Tokens;
import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pieces of words against what the package tokenizers makes of them (oracle/wordpiece.py). */
class TextEncoderTest {

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in = TextEncoderTest.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  private static String unescaped(String text) {
    Matcher escapes = Pattern.compile("\\\\u([0-9a-f]{4})").matcher(text);
    return escapes.replaceAll(match ->
        Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(match.group(1), 16))));
  }

  private static List<Integer> real(EncodedText text) {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      tokens.add((int) text.tokens()[i]);
    }
    return tokens;
  }

  @Test
  void wordPiecesAreAsAnotherImplementationCutsThem() throws IOException {
    List<String> vocabulary = lines("wordpiece-vocab.txt");
    int seen = 0;
    for (String line : lines("wordpiece.txt")) {
      String[] parts = line.split("\\|", -1);
      TextRules rules =
          new TextRules("t", List.of(), Tokens.WORDPIECE, parts[0].equals("lower"), 12, vocabulary);
      EncodedText text = new TextEncoder(rules).encode(unescaped(parts[1]));
      List<Integer> expected = new ArrayList<>();
      for (String number : parts[2].split(" ", -1)) {
        expected.add(Integer.valueOf(number));
      }
      assertThat(real(text)).as(line).isEqualTo(expected);
      assertThat(text.tokens()).hasSize(12);
      seen++;
    }
    assertThat(seen).isEqualTo(54);
  }

  private static TextEncoder words(int length, String... known) {
    List<String> vocabulary = new ArrayList<>(List.of(TextRules.PADDING, TextRules.UNKNOWN));
    vocabulary.addAll(List.of(known));
    return new TextEncoder(new TextRules("t", List.of(), Tokens.WORDS, true, length, vocabulary));
  }

  @Test
  void wordsAreSmallAndPunctuationStandsAlone() {
    assertThat(TextEncoder.cut(Tokens.WORDS, true, "Don't stop: Café\u0301 3.5\t\u00a0-東!"))
        .containsExactly("don", "'", "t", "stop", ":", "café\u0301", "3", ".", "5", "-", "東", "!");
    assertThat(TextEncoder.cut(Tokens.CHARACTERS, false, "A\ud83d\ude00b"))
        .containsExactly("A", "\ud83d\ude00", "b");
    EncodedText text = words(4, "good", "soup").encode("Good, good SOUP and more");
    assertThat(text.tokens()).containsExactly(2, 1, 2, 3);
    assertThat(text.length()).isEqualTo(4);
    assertThat(words(4, "good").encode("good").tokens()).containsExactly(2, 0, 0, 0);
  }

  @Test
  void whatIsNoTextIsUnknown() {
    for (String nothing : List.of("", "  \n", "\u0000\u0001")) {
      EncodedText text = words(2, "good").encode(nothing);
      assertThat(text.tokens()).containsExactly(1, 0);
      assertThat(text.length()).isEqualTo(1);
    }
    assertThat(real(words(3, "a").encode("\ud83d a \udc00"))).containsExactly(1, 2, 1);
  }

  @Test
  void rulesTravelInAModelAndAreChecked() {
    TextRules rules = words(3, "so", "\"quoted\"", "東").rules();
    DataRules all = DataRules.ofClasses(List.of("no", "yes")).withText(rules);
    assertThat(new DataRules(all.json()).text()).contains(rules);
    assertThat(all.json()).contains("\"sequence\":{");
    assertThatThrownBy(
            () -> new TextRules("t", List.of(), Tokens.WORDS, true, 3, List.of("[PAD]", "a")))
        .hasMessage("the vocabulary has no token [UNK]");
    assertThatThrownBy(() -> words(3, "a", "a")).hasMessage("the vocabulary has a token twice");
    assertThatThrownBy(() -> words(0, "a"))
        .hasMessage("a text gets 0 steps; it must be from 1 to 100000");
    assertThatThrownBy(() -> new DataRules("{\"sequence\":{\"column\":\"t\"}}"))
        .hasMessageContaining("sequence");
  }
}
