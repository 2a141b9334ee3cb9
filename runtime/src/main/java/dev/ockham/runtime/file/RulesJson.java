package dev.ockham.runtime.file;

import dev.ockham.runtime.data.AudioRules;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.json.JsonMembers;
import dev.ockham.runtime.json.JsonObjectBuilder;
import dev.ockham.runtime.json.JsonValue.JsonObject;

/** Rules of data as JSON and back, a member for each component of their records. */
final class RulesJson {
  private RulesJson() {}

  static JsonObject write(TableRules rules) {
    return new JsonObjectBuilder()
        .texts("names", rules.names())
        .put("header", rules.header())
        .put("separator", rules.separator())
        .put("decimal", rules.decimal())
        .put("trim", rules.trim())
        .texts("missing", rules.missing())
        .texts("targets", rules.targets())
        .put("label_suffix", rules.labelSuffix())
        .list("columns", rules.columns(), RulesJson::write)
        .put("left_out", JsonObjectBuilder.named(rules.leftOut()))
        .done();
  }

  private static JsonObject write(ColumnRule rule) {
    return new JsonObjectBuilder()
        .put("name", rule.name())
        .put("kind", rule.kind())
        .put("mean", rule.mean())
        .put("indicator", rule.indicator())
        .texts("categories", rule.categories())
        .texts("others", rule.others())
        .numbers("shares", rule.shares())
        .done();
  }

  static JsonObject write(PictureRules rules) {
    return new JsonObjectBuilder()
        .put("height", rules.height())
        .put("width", rules.width())
        .put("fit", rules.fit())
        .put("channels", rules.channels())
        .put("background", rules.background())
        .done();
  }

  static JsonObject write(TextRules rules) {
    return new JsonObjectBuilder()
        .put("column", rules.column())
        .texts("labels", rules.labels())
        .put("tokens", rules.tokens())
        .put("lower_case", rules.lowerCase())
        .put("length", rules.length())
        .texts("vocabulary", rules.vocabulary())
        .done();
  }

  static JsonObject write(AudioRules rules) {
    return new JsonObjectBuilder()
        .put("rate", rules.rate())
        .put("window", rules.window())
        .put("hop", rules.hop())
        .put("bands", rules.bands())
        .put("coefficients", rules.coefficients())
        .put("samples", rules.samples())
        .put("low", rules.low())
        .put("high", rules.high())
        .done();
  }

  static TableRules table(JsonMembers in) {
    return new TableRules(
        in.texts("names"),
        in.flag("header"),
        in.text("separator"),
        in.text("decimal"),
        in.flag("trim"),
        in.texts("missing"),
        in.texts("targets"),
        in.text("label_suffix"),
        in.records("columns", RulesJson::column),
        in.named("left_out"));
  }

  private static ColumnRule column(JsonMembers in) {
    return new ColumnRule(
        in.text("name"),
        in.constant("kind", ColumnRule.Kind.values()),
        in.number("mean"),
        in.flag("indicator"),
        in.texts("categories"),
        in.texts("others"),
        in.numbers("shares"));
  }

  static PictureRules picture(JsonMembers in) {
    return new PictureRules(
        in.whole("height"),
        in.whole("width"),
        in.constant("fit", PictureRules.Fit.values()),
        in.whole("channels"),
        in.whole("background"));
  }

  static TextRules text(JsonMembers in) {
    return new TextRules(
        in.text("column"),
        in.texts("labels"),
        in.constant("tokens", TextRules.Tokens.values()),
        in.flag("lower_case"),
        in.whole("length"),
        in.texts("vocabulary"));
  }

  static AudioRules audio(JsonMembers in) {
    return new AudioRules(
        in.whole("rate"),
        in.whole("window"),
        in.whole("hop"),
        in.whole("bands"),
        in.whole("coefficients"),
        in.whole("samples"),
        in.whole("low"),
        in.whole("high"));
  }
}
