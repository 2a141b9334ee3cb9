package dev.ockham.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.json.JsonValue.JsonNumber;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"a\":[1,-0,2.5e-3,1E+9],\"b\":{\"c\":null},\"d\":[true,false,\"\"]}",
        "\"é 😀 \\\"\\\\ \\u0001\"",
        "[[[{}]]]"
      })
  void compactTextComesBackUnchanged(String text) throws JsonSyntaxException {
    assertThat(Json.write(Json.parse(text).root())).isEqualTo(text);
  }

  @Test
  void readsEveryEscapeAndAnyWhitespace() throws JsonSyntaxException {
    JsonValue value =
        Json.parse(" { \"k\" :\t\"\\b\\f\\n\\r\\t\\/\\u00e9\\ud83d\\uDE00\" }\r\n").root();

    assertThat(value).isEqualTo(new JsonObject(Map.of("k", new JsonString("\b\f\n\r\t/é😀"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"a\":1,\"b\":2,\"a\":3} | 13 | occurs twice",
        "{\"a\":1 | 6 | expected '}'",
        "{\"a\" 1} | 5 | expected ':'",
        "{a:1} | 1 | name of a member",
        "[1,] | 3 | expected a value",
        "[1 2] | 3 | expected ']'",
        "01 | 1 | after the value",
        "1. | 2 | digit",
        "-x | 0 | expected a value",
        "1e+ | 3 | digit",
        "+1 | 0 | expected a value",
        "NaN | 0 | expected a value",
        "nul | 0 | expected null",
        "\"abc | 4 | inside a string",
        "\"\\x\" | 2 | unknown escape",
        "\"\\u12g4\" | 5 | hexadecimal",
        "\"\\u٣٣٣٣\" | 3 | hexadecimal",
        "\"\\ud800\" | 0 | surrogate",
        "\"\\ | 2 | ends early",
        "[ | 1 | should be",
      })
  void refusesByOffset(String text, int offset, String problem) {
    assertThatExceptionOfType(JsonSyntaxException.class)
        .isThrownBy(() -> Json.parse(text))
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }

  @Test
  void refusesControlCharactersAndEmptyText() {
    assertThatExceptionOfType(JsonSyntaxException.class)
        .isThrownBy(() -> Json.parse("\"a\nb\""))
        .withMessage("control character U+000A inside a string at character 2");
    assertThatExceptionOfType(JsonSyntaxException.class).isThrownBy(() -> Json.parse(""));
  }

  @Test
  void nestingHasALimit() throws JsonSyntaxException {
    int limit = Json.MAX_DEPTH;
    Json.parse("[".repeat(limit) + "]".repeat(limit));

    assertThatExceptionOfType(JsonSyntaxException.class)
        .isThrownBy(() -> Json.parse("[".repeat(1_000_000)))
        .withMessage("nesting is deeper than 64 at character 64");
  }

  @Test
  void tellsWhereTheMembersOfTheRootBegin() throws JsonSyntaxException {
    assertThat(Json.parse("{\"a\":{\"x\":1}, \"b\":[]}").memberOffsets())
        .isEqualTo(Map.of("a", 1, "b", 14));
  }

  @Test
  void writesOnlyWhatJsonCanSay() {
    assertThatIllegalArgumentException().isThrownBy(() -> JsonNumber.of(Float.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.write(new JsonString("half \ud83d")));
  }
}
