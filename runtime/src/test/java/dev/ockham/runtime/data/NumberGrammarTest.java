package dev.ockham.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberGrammarTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "7",
        "+7",
        "0.1",
        ".5",
        "5.",
        "-12.75",
        "1e5",
        "1E-5",
        "1.5e+10",
        "007",
        "9007199254740993",
        "0.30000000000000004",
        "1e22",
        "1e23",
        "123456789012345678",
        "1234567890123456789012",
        "4.9e-324",
        "1.7976931348623157e308",
        "0.000000000000000000000000000001",
        "8.5070591730234616e37",
        "3.4028236e38"
      })
  void numbersAreTheNearestDouble(String text) {
    assertThat(NumberGrammar.parse(text)).isEqualTo(Double.parseDouble(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "5d",
        "5f",
        "0x1p3",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "1,5",
        "1_000",
        "1 000",
        " 5",
        "5 ",
        "--5",
        "+-5",
        "e5",
        ".",
        "-",
        "1e",
        "1e+",
        "1.2.3",
        "٣",
        "5%",
        "$5",
        "1e5.0",
        "12-01-2024"
      })
  void nothingElseIsANumber(String text) {
    assertThat(NumberGrammar.parse(text)).isNaN();
  }

  @Test
  void manyNumbersAreTheNearestDoubleToo() {
    long state = 12345;
    for (int i = 0; i < 20_000; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      double value = Double.longBitsToDouble(state);
      if (Double.isFinite(value)) {
        String text = Double.toString(value);
        assertThat(NumberGrammar.parse(text)).as(text).isEqualTo(value);
      }
      String decimal = (state >> 20) + "." + Long.remainderUnsigned(state, 1000);
      assertThat(NumberGrammar.parse(decimal)).as(decimal).isEqualTo(Double.parseDouble(decimal));
    }
  }

  @Test
  void theDecimalMarkMayBeAComma() {
    char[] text = "x-1234,5e2x".toCharArray();
    assertThat(NumberGrammar.parse(text, 1, 10, ',')).isEqualTo(-123450);
    assertThat(NumberGrammar.parse(text, 1, 10, '.')).isNaN();
    assertThat(NumberGrammar.parse("12345678901234567890,5".toCharArray(), 0, 22, ','))
        .isEqualTo(Double.parseDouble("12345678901234567890.5"));
  }

  @Test
  void whatIsTooLargeIsInfinite() {
    assertThat(NumberGrammar.parse("1e999999999999")).isInfinite();
    assertThat(NumberGrammar.parse("1e-999999999999")).isZero();
  }
}
