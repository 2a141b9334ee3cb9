package dev.ockham.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTreeTest {

  private static final SpecTree DEFAULTS = SpecTree.of(RunSpec.defaults());

  /** For every leaf a value that is valid and not its default. */
  private static final Map<String, String> OTHER =
      Map.ofEntries(
          Map.entry("data.name", "some where/it's"),
          Map.entry("data.validation", "0.25"),
          Map.entry("data.split_seed", "-9223372036854775808"),
          Map.entry("data.input_deviation", "0.3"),
          Map.entry("data.mean", "[0.485, 0.456, 0.406]"),
          Map.entry("data.deviation", "[0.25]"),
          Map.entry("data.target", "numbers"),
          Map.entry("data.columns", "zip=category \"the age\"=number"),
          Map.entry("data.size", "24x32"),
          Map.entry("data.fit", "stretch"),
          Map.entry("data.channels", "3"),
          Map.entry("data.background", "200"),
          Map.entry("data.augment", "flip,crop:4"),
          Map.entry("data.table.label", "größe, \"a, b\""),
          Map.entry("data.table.features", "x"),
          Map.entry("data.table.drop", "y, z"),
          Map.entry("data.table.names", "x, y, z"),
          Map.entry("data.table.header", "no"),
          Map.entry("data.table.separator", ";"),
          Map.entry("data.table.decimal", ","),
          Map.entry("data.table.trim", "true"),
          Map.entry("data.table.missing", "?, NA"),
          Map.entry("data.table.label_suffix", "."),
          Map.entry("data.table.group", "who"),
          Map.entry("data.table.time", ""),
          Map.entry("data.table.test", "test.csv"),
          Map.entry("data.table.unknown", "fail"),
          Map.entry("data.table.on_bad_row", "skip"),
          Map.entry("architecture", "mlp:784-7-10"),
          Map.entry("method.name", "sparse-vd-multiplicative"),
          Map.entry("method.estimator", "per-example"),
          Map.entry("method.kl", "molchanov"),
          Map.entry("method.threshold", "2.5"),
          Map.entry("method.alpha", "0.75"),
          Map.entry("method.input_alpha", "0.5"),
          Map.entry("data.text.column", "review"),
          Map.entry("data.text.tokens", "wordpiece"),
          Map.entry("data.text.lower_case", "false"),
          Map.entry("data.text.length", "12"),
          Map.entry("data.text.vocabulary", "500"),
          Map.entry("data.text.pieces", "vocab.txt"),
          Map.entry("data.audio.rate", "8000"),
          Map.entry("data.audio.seconds", "0.5"),
          Map.entry("data.audio.window", "0.025"),
          Map.entry("data.audio.hop", "0.01"),
          Map.entry("data.audio.bands", "20"),
          Map.entry("data.audio.coefficients", "0"),
          Map.entry("data.audio.low", "60"),
          Map.entry("data.audio.high", "3800"),
          Map.entry("method.alpha_sharing", "layer"),
          Map.entry("method.learn_alpha", "false"),
          Map.entry("method.initial_log_sigma2", "-10.0"),
          Map.entry("method.prior_deviation", "0.05"),
          Map.entry("method.gate_rate", "10.0"),
          Map.entry("method.beta_prior", "1.0E-4"),
          Map.entry("method.dependent_from", "0.5"),
          Map.entry("method.only", "conv*,dense1"),
          Map.entry("method.except", "conv1"),
          Map.entry("method.pruning.sparsity", "0.9"),
          Map.entry("method.pruning.from", "0.2"),
          Map.entry("method.pruning.until", "0.7"),
          Map.entry("method.pruning.every", "100"),
          Map.entry("method.pruning.scope", "layer"),
          Map.entry("training.loss", "teacher"),
          Map.entry("training.class_weights", "none"),
          Map.entry("training.label_smoothing", "0.0"),
          Map.entry("training.target_noise", "0.3"),
          Map.entry("training.huber_delta", "1.0"),
          Map.entry("training.early_stopping.patience", "5"),
          Map.entry("training.early_stopping.from", "3"),
          Map.entry("training.early_stopping.measure", "error"),
          Map.entry("training.teacher.from", "runs/größer"),
          Map.entry("training.teacher.distance", "squared"),
          Map.entry("training.teacher.noise", "0.05"),
          Map.entry("training.teacher.temperature", "1.0"),
          Map.entry("training.seed", "9223372036854775807"),
          Map.entry("training.epochs", "7"),
          Map.entry("training.gradual_pruning.first", "2.0"),
          Map.entry("training.gradual_pruning.from", "0.5"),
          Map.entry("training.gradual_pruning.until", "0.75"),
          Map.entry("training.gradual_pruning.sparsity", "0.0"),
          Map.entry("training.gradual_pruning.most", "none"),
          Map.entry("training.fine_tune.epochs", "2"),
          Map.entry("training.fine_tune.learning_rate", "0.002"),
          Map.entry("training.fine_tune.weight_decay", "0.01"),
          Map.entry("training.fine_tune.stages", "1"),
          Map.entry("training.fine_tune.most_loss", "0.0"),
          Map.entry("training.schedule", "stated"),
          Map.entry("training.batch", "3"),
          Map.entry("training.threads", "2"),
          Map.entry("training.pretrain_epochs", "4"),
          Map.entry("training.initial_weights", "small"),
          Map.entry("training.init_from", "runs/früher"),
          Map.entry("training.init_norms", "true"),
          Map.entry("training.init_map", "a.weight=dense1.weight,b="),
          Map.entry("training.on_collapse", "continue"),
          Map.entry("training.checkpoint_seconds", "0.5"),
          Map.entry("training.learning_rate.initial", "3.0E-4"),
          Map.entry("training.learning_rate.shape", "cosine"),
          Map.entry("training.learning_rate.flat_until", "0.125"),
          Map.entry("training.shrink", "false"),
          Map.entry("training.variance_products", "bfloat16"),
          Map.entry("training.learning_rate.last", "1.0E-7"),
          Map.entry("training.kl_weight.shape", "cubic"),
          Map.entry("training.kl_weight.from", "0.0625"),
          Map.entry("training.kl_weight.until", "0.75"),
          Map.entry("training.kl_weight.last", "0.5"),
          Map.entry("training.adam.beta1", "0.5"),
          Map.entry("training.adam.beta2", "0.75"),
          Map.entry("training.adam.epsilon", "1.0E-6"));

  /** What sparse-vd-multiplicative has no use for, what only it has, what excludes another leaf. */
  private static final Set<String> OF_OTHER_METHODS =
      Set.of(
          "data.table.time",
          "training.gradual_pruning.sparsity",
          "training.gradual_pruning.most",
          "training.teacher.temperature",
          "training.schedule",
          "training.fine_tune.stages",
          "training.fine_tune.most_loss",
          "training.class_weights",
          "training.label_smoothing",
          "training.target_noise",
          "training.huber_delta",
          "method.initial_log_sigma2",
          "method.prior_deviation",
          "method.learn_alpha",
          "method.gate_rate",
          "method.beta_prior",
          "method.dependent_from",
          "method.pruning.sparsity",
          "method.pruning.from",
          "method.pruning.until",
          "method.pruning.every",
          "method.pruning.scope");

  /** Groups of leaves, and groups within these. */
  private static final int GROUPS = 14;

  private static SpecTree others() {
    SpecTree tree = DEFAULTS;
    for (String path : DEFAULTS.leaves().keySet()) {
      tree = tree.with(path, Objects.requireNonNull(OTHER.get(path)), "test");
    }
    return tree;
  }

  @Test
  void theDefaultsSurvivePrintingAndParsing() {
    assertThat(Recipe.parse(DEFAULTS.toYaml(), "printed").toSpec()).isEqualTo(RunSpec.defaults());
  }

  @Test
  void everyLeafCanBeSetAndSurvivesPrintingAndParsing() {
    assertThat(DEFAULTS.leaves().keySet()).containsExactlyInAnyOrderElementsOf(OTHER.keySet());
    SpecTree tree = others();
    assertThat(tree.leaves())
        .allSatisfy((path, value) -> assertThat(value).hasToString(OTHER.get(path)));
    for (String path : OTHER.keySet()) {
      if (!OF_OTHER_METHODS.contains(path)) {
        assertThat(DEFAULTS.leaves().get(path)).asString().isNotEqualTo(OTHER.get(path));
      }
    }
    assertThat(Recipe.parse(tree.toYaml(), "printed").toSpec()).isEqualTo(tree.toSpec());
    assertThat(SpecTree.of(tree.toSpec()).leaves()).isEqualTo(tree.leaves());
  }

  @Test
  void gatesRefuseAKlTermThatEndsWhereTheyClose() {
    SpecTree vib = DEFAULTS.with("method.name", "vib", "test");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> vib.with("method.kl", "kingma-cubic", "test").toSpec())
        .withMessageContaining("holds for alpha up to 1.0, but the gates of 'vib'");
    assertThat(vib.with("method.kl", "molchanov", "test").toSpec().method().kl())
        .isEqualTo(KlTerm.MOLCHANOV);
  }

  @Test
  void anotherMethodBringsItsOwnDefaultsAndTheSameOneNone() {
    SpecTree molchanov = DEFAULTS.with("method.kl", "molchanov", "--kl");
    assertThat(molchanov.with("method.name", "sparse-vd", "--method").toSpec().method().kl())
        .isEqualTo(KlTerm.MOLCHANOV);
    for (Method method : Method.all()) {
      assertThat(molchanov.with("method.name", method.name(), "--method").toSpec().method().kl())
          .isEqualTo(
              method.name().equals("sparse-vd") ? KlTerm.MOLCHANOV : MethodSpec.of(method).kl());
    }
    // Whatever the order in which a recipe names them.
    SpecTree recipe = Recipe.parse("method:\n  kl: molchanov\n  name: vd-b\n", "recipe");
    assertThat(recipe.toSpec().method().kl()).isEqualTo(KlTerm.MOLCHANOV);
    assertThat(recipe.toSpec().method().name()).isEqualTo("vd-b");
  }

  @ParameterizedTest
  @CsvSource({
    "none, estimator, per-batch",
    "none, kl, molchanov",
    "none, threshold, 2.0",
    "binary-dropout, estimator, per-example",
    "binary-dropout, alpha_sharing, layer",
    "gaussian-dropout-a, learn_alpha, true",
    "gaussian-dropout-b, kl, molchanov",
    "bnn, kl, molchanov",
    "bnn, alpha, 0.5",
    "vd-a, estimator, per-batch",
    "vd-a, prior_deviation, 2.0",
    "vd-b, threshold, 2.0",
    "vd-b, initial_log_sigma2, -3.0",
    "sparse-vd, alpha, 0.5",
    "sparse-vd, input_alpha, 0.5",
    "sparse-vd, prior_deviation, 2.0",
    "ard, learn_alpha, true",
    "none, pruning.sparsity, 0.5",
    "sparse-vd, pruning.from, 0.1",
    "ard, pruning.until, 0.8",
    "bnn, pruning.every, 7",
    "vd-b, pruning.scope, global",
    "magnitude, estimator, per-batch",
    "magnitude, kl, molchanov",
    "random, initial_log_sigma2, -3.0",
    "sparse-vd, gate_rate, 2.0",
    "sbp, beta_prior, 0.1",
    "beta-bernoulli, dependent_from, 0.25",
    "sbp, kl, ard",
    "vib, prior_deviation, 2.0",
    "l0-unit, estimator, per-batch",
    "beta-bernoulli, alpha, 0.5",
    "l0, initial_log_sigma2, -3.0"
  })
  void aSettingWithoutEffectIsRefused(String method, String leaf, String value) {
    SpecTree tree =
        DEFAULTS.with("method.name", method, "test").with("method." + leaf, value, "test");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(tree::toSpec)
        .withMessageStartingWith("method.%s is %s", leaf, value)
        .withMessageEndingWith("but method '%s' has no use for it", method);
  }

  @Test
  void multiplicativeNoiseKeepsItsLimits() {
    SpecTree a = DEFAULTS.with("method.name", "vd-a", "test");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(a.with("method.alpha_sharing", "weight", "test")::toSpec)
        .withMessageContaining("the noise of 'vd-a' is on units");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(a.with("method.alpha", "1.5", "test")::toSpec)
        .withMessageContaining("method.alpha is 1.5")
        .withMessageContaining("holds alpha at 1.0");
  }

  @Test
  void changingALeafLeavesTheTreeAndItsOtherLeavesAlone() {
    SpecTree changed = DEFAULTS.with("training.adam.beta2", "0.5", "--set");
    Map<String, Object> expected = new LinkedHashMap<>(DEFAULTS.leaves());
    expected.put("training.adam.beta2", 0.5);
    assertThat(changed.leaves()).isEqualTo(expected);
    assertThat(DEFAULTS.toSpec()).isEqualTo(RunSpec.defaults());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yes",
        "No",
        "on",
        "true",
        "NULL",
        "~",
        "1e3",
        "12",
        "-1",
        "0x10",
        "0o7",
        "1_000",
        ".5",
        ".inf",
        "-.inf",
        ".NaN",
        ".",
        "..",
        "y",
        "n",
        "a b",
        " a",
        "a ",
        "it's",
        "''",
        "\"q\"",
        "a: b",
        "a #b",
        "#a",
        "a:",
        ":a",
        "- a",
        "[a]",
        "{a}",
        "!x",
        "&x",
        "*x",
        "%x",
        "@x",
        "`x`",
        "naïve/図",
        "😀",
        "a\\b",
        "2001-01-01",
        "12:30:45",
        "=",
        "<<",
        "a\tb",
        "a\nb",
        "a\n\nb ",
        "\u0007bell",
        "\u0085next",
        "\u2028line",
        "é\r\n",
        "\uFEFFbom"
      })
  void anyTextSurvivesPrintingAndParsing(String text) {
    SpecTree tree = DEFAULTS.with("training.init_from", text, "test");
    SpecTree parsed = Recipe.parse(tree.toYaml(), "printed");
    assertThat(parsed.leaves().get("training.init_from")).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trainin.epochs|5|--set: unknown key 'trainin'; did you mean 'training'?",
        "training.epoch|5|--set: unknown key 'training.epoch'; did you mean 'epochs'?",
        "training.adam.beta|5|--set: unknown key 'training.adam.beta'; did you mean 'beta1'?",
        "training.learningRate.last|0|unknown key 'training.learningRate'; did you mean",
        "training..epochs|5|unknown key 'training.'",
        "''|5|unknown key ''",
        "training|5|training is a group, not a value; it has loss, class_weights, label_smoothing",
        "training.adam|5|training.adam is a group, not a value; it has beta1, beta2, epsilon",
        "training.epochs.x|5|training.epochs is a value and has no 'x'",
        "architecture.x.y|5|architecture is a value and has no 'x'",
        "training.epochs|ten|training.epochs must be a whole number, not 'ten'",
        "training.epochs|1.5|training.epochs must be a whole number, not '1.5'",
        "training.epochs|2147483648|training.epochs must be a whole number, not '2147483648'",
        "training.seed|9223372036854775808|training.seed must be a whole number",
        "training.epochs|''|training.epochs must be a whole number, not ''",
        "method.threshold|high|method.threshold must be a number, not 'high'",
        "method.threshold|1f|method.threshold must be a number, not '1f'",
        "method.threshold|0x1p3|method.threshold must be a number, not '0x1p3'",
        "method.threshold|' 3'|method.threshold must be a number, not ' 3'",
        "method.kl|exac|method.kl must be one of exact, molchanov",
        "method.kl|exac|not 'exac'; did you mean 'exact'?",
        "method.kl|EXACT|method.kl must be one of",
        "training.on_collapse|quit|must be one of stop, continue, not 'quit'",
      })
  void namesPathValueAndWhatWouldBeRight(String path, String value, String message) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> DEFAULTS.with(path, value, "--set"))
        .withMessageStartingWith("--set: ")
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "data.name, ' '",
    "data.validation, -0.01",
    "data.validation, 0.91",
    "data.validation, NaN",
    "architecture, lenet",
    "method.name, sparse",
    "method.threshold, NaN",
    "method.threshold, Infinity",
    "method.initial_log_sigma2, -40.1",
    "method.initial_log_sigma2, 10.1",
    "training.epochs, 0",
    "training.epochs, -1",
    "training.batch, -1",
    "training.threads, -1",
    "training.threads, 1025",
    "training.pretrain_epochs, -1",
    "training.pretrain_epochs, 101",
    "training.checkpoint_seconds, -1",
    "training.checkpoint_seconds, NaN",
    "training.learning_rate.initial, 0",
    "training.learning_rate.initial, Infinity",
    "training.learning_rate.flat_until, 1.1",
    "training.learning_rate.last, -1",
    "training.learning_rate.last, 1",
    "training.kl_weight.from, -0.1",
    "training.kl_weight.from, 0.2",
    "training.kl_weight.until, 1.1",
    "training.kl_weight.last, -1",
    "training.kl_weight.last, Infinity",
    "training.adam.beta1, 1",
    "training.adam.beta1, -0.1",
    "training.adam.beta2, 1",
    "training.adam.epsilon, 0",
    "training.adam.epsilon, NaN",
  })
  void refusesValuesOutOfRangeByName(String path, String value) {
    SpecTree tree = DEFAULTS.with(path, value, "test");
    // A bound that is another leaf is checked, and named, where the two meet.
    String named = path.equals("training.kl_weight.from") ? "training.kl_weight." : path;
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(tree::toSpec)
        .withMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource({
    "data.validation, 0",
    "data.validation, 0.9",
    "method.initial_log_sigma2, -40",
    "method.initial_log_sigma2, 10",
    "training.epochs, 1",
    "training.batch, 0",
    "training.threads, 1024",
    "training.pretrain_epochs, 100",
    "training.checkpoint_seconds, 0",
    "training.learning_rate.flat_until, 1",
    "training.learning_rate.last, 0.001",
    "training.kl_weight.until, 0.025",
    "training.kl_weight.last, 0",
    "training.adam.beta1, 0",
  })
  void acceptsTheEndsOfEachRange(String path, String value) {
    Map<String, Object> leaves = SpecTree.of(DEFAULTS.with(path, value, "test").toSpec()).leaves();
    assertThat(((Number) Objects.requireNonNull(leaves.get(path))).doubleValue())
        .isEqualTo(Double.parseDouble(value));
  }

  @Test
  void theMapIsTheTreeAndACopy() {
    Map<String, Object> map = DEFAULTS.toMap();
    assertThat(map.keySet()).containsExactly("data", "architecture", "method", "training");
    map.clear();
    assertThat(DEFAULTS.toMap().keySet())
        .containsExactlyElementsOf(List.of("data", "architecture", "method", "training"));
  }

  @Test
  void everyLeafAndGroupIsPrintedWithItsMeaning() {
    String[] lines = DEFAULTS.toYaml().split("\n");
    for (int i = 0; i < lines.length; i += 2) {
      assertThat(lines[i]).matches(" *# .{5,}");
      assertThat(lines[i + 1]).matches(" *[a-z0-9_]+:.*");
    }
    assertThat(lines).hasSize(2 * (OTHER.size() + GROUPS));
  }
}
