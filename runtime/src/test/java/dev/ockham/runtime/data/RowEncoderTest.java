package dev.ockham.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.runtime.file.DataRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowEncoderTest {

  private static final TableRules RULES =
      new TableRules(
          List.of("id", "age", "size", "colour", "town", "member", "label"),
          true,
          ",",
          ".",
          true,
          List.of("?", "NA"),
          List.of("label"),
          "",
          List.of(
              ColumnRule.ofNumbers("age", 38.5f, true),
              ColumnRule.ofNumbers("size", 2, false),
              ColumnRule.ofCategories(
                  "colour",
                  List.of("blue", "red"),
                  List.of("pink"),
                  List.of(.5f, .25f, .125f),
                  true),
              ColumnRule.ofCategories(
                  "town", List.of("Bonn", "Köln"), List.of(), List.of(.75f, .25f), false),
              ColumnRule.ofBooleans("member", "no", "yes", .75f, false)),
          Map.of("id", "is an identifier"));

  private final RowEncoder encoder = new RowEncoder(RULES);

  private static Map<String, String> row(String... changes) {
    Map<String, String> row =
        new HashMap<>(
            Map.of("age", "39", "size", "1.5", "colour", "red", "town", "Bonn", "member", "yes"));
    for (int i = 0; i < changes.length; i += 2) {
      row.put(changes[i], changes[i + 1]);
    }
    return row;
  }

  @Test
  void everyColumnHasItsPlaces() {
    assertThat(RULES.places())
        .containsExactly(
            "age",
            "age (missing)",
            "size",
            "colour=blue",
            "colour=red",
            "colour (other)",
            "colour (missing)",
            "town=Bonn",
            "town=Köln",
            "member");
    assertThat(encoder.width()).isEqualTo(10);
    assertThat(encoder.encode(row())).containsExactly(39, 0, 1.5f, 0, 1, 0, 0, 1, 0, 1);
  }

  @Test
  void whatIsMissingIsTheMeanBesideItsIndicator() {
    assertThat(encoder.encode(row("age", "?"))).startsWith(38.5f, 1);
    assertThat(encoder.encode(row("age", " NA "))).startsWith(38.5f, 1);
    assertThat(encoder.encode(row("size", ""))).startsWith(39, 0, 2);
    assertThat(encoder.encode(row("colour", ""))).startsWith(39, 0, 1.5f, 0, 0, 0, 1);
    assertThat(encoder.encode(row("town", ""))).endsWith(.75f, .25f, 1);
    assertThat(encoder.encode(row("member", ""))).endsWith(1, 0, .75f);
  }

  @Test
  void whatIsNewIsOneOfTheOthersOrTheMean() {
    assertThat(encoder.encode(row("colour", "pink"))).startsWith(39, 0, 1.5f, 0, 0, 1, 0);
    assertThat(encoder.encode(row("colour", "grey"))).startsWith(39, 0, 1.5f, 0, 0, 1, 0);
    assertThat(encoder.encode(row("town", "Ulm"))).endsWith(.75f, .25f, 1);
    assertThat(encoder.encode(row("member", "maybe"))).endsWith(.75f);
  }

  private boolean known(int column, String cell) {
    char[] text = ("x" + cell + "x").toCharArray();
    return encoder.encode(column, text, 1, text.length - 1, new float[10], 0);
  }

  @Test
  void onlyWhatTrainingHasSeenIsKnown() {
    assertThat(known(0, "5")).isTrue();
    assertThat(known(0, "?")).isTrue();
    assertThat(known(1, "?")).isFalse();
    assertThat(known(2, "pink")).isTrue();
    assertThat(known(2, "grey")).isFalse();
    assertThat(known(2, "")).isTrue();
    assertThat(known(3, "Köln")).isTrue();
    assertThat(known(3, "koln")).isFalse();
    assertThat(known(3, "")).isFalse();
    assertThat(known(4, "no")).isTrue();
    assertThat(known(4, "No")).isFalse();
  }

  @Test
  void blanksCountUnlessTrimmed() {
    assertThat(encoder.encode(row("colour", "\t red ", "age", " 39")))
        .isEqualTo(encoder.encode(row()));
  }

  @Test
  void aCellThatIsNoNumberIsNamed() {
    assertThatThrownBy(() -> encoder.encode(row("age", "5d")))
        .isInstanceOf(CellException.class)
        .hasMessage("column 'age': '5d' is not a number");
    assertThatThrownBy(() -> encoder.encode(row("size", "1e39")))
        .hasMessage("column 'size': '1e39' is too large for a number of 32 bits");
    Map<String, String> lacking = row();
    lacking.remove("town");
    assertThatThrownBy(() -> encoder.encode(lacking)).hasMessageContaining("column 'town'");
  }

  @Test
  void rowsAreEncodedAsTheyComeOneByOne() {
    float[] both =
        encoder.encode(
            List.of(
                new String[] {"39", "1.5", "red", "Bonn", "yes"},
                new String[] {null, "2", "blue", null, "no"}));
    assertThat(both)
        .containsExactly(39, 0, 1.5f, 0, 1, 0, 0, 1, 0, 1, 38.5f, 1, 2, 1, 0, 0, 0, .75f, .25f, 0);
  }

  @Test
  void rulesSurviveJson() {
    DataRules rules = DataRules.ofClasses(List.of("a", "b")).withTable(RULES);
    assertThat(new DataRules(rules.json()).table()).contains(RULES);
    assertThat(rules.classes()).containsExactly("a", "b");
    assertThat(DataRules.NONE.table()).isEmpty();
    assertThat(DataRules.NONE.withNumbers(List.of("price")).numbers()).containsExactly("price");
    assertThat(DataRules.NONE.withLabels(List.of("l", "m")).labels()).containsExactly("l", "m");
    assertThatThrownBy(() -> new DataRules("{\"table\":{}}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table lacks 'names'");
  }

  @Test
  void rulesThatDoNotFitAreRefused() {
    assertThatThrownBy(() ->
            ColumnRule.ofCategories("c", List.of("a", "a"), List.of(), List.of(.5f, .5f), false))
        .hasMessageContaining("column 'c' has a category twice");
    assertThatThrownBy(
            () -> ColumnRule.ofCategories("c", List.of("a"), List.of(), List.of(), false))
        .hasMessageContaining("column 'c' has 1 categories and 0 shares");
    assertThatThrownBy(() -> ColumnRule.ofNumbers("n", Float.NaN, false))
        .hasMessageContaining("mean is NaN");
  }
}
