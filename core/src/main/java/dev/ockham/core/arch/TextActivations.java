package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.LocalResponse;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Softsign;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Functions in texts, of each number or of all features: {@code relu}, {@code leaky0.2}, {@code
 * clipm1to1}, {@code softmax}.
 */
final class TextActivations {

  /** A number: {@code m} stands for minus, since layers are joined by one. */
  private static final String NUMBER = "m?\\d{1,40}(?:\\.\\d{1,64})?";

  private static final float LEAKY_SLOPE = 0.01f;

  /** As PyTorch has them. */
  private static final float RESPONSE_ALPHA = 1e-4f;

  private static final float RESPONSE_BETA = 0.75f;
  private static final float RESPONSE_BIAS = 1;

  private static final Map<String, Activation> USUAL = usual();

  private TextActivations() {}

  private static Map<String, Activation> usual() {
    Map<String, Activation> words = new LinkedHashMap<>();
    words.put("relu", Activation.of(Function.RELU));
    words.put("relu6", new Activation(Function.CLIP, 0, 6));
    words.put("leaky", new Activation(Function.LEAKY_RELU, LEAKY_SLOPE, 0));
    words.put("elu", new Activation(Function.ELU, 1, 0));
    words.put("gelu", Activation.of(Function.GELU));
    words.put("gelutanh", Activation.of(Function.GELU_TANH));
    words.put("silu", Activation.of(Function.SILU));
    words.put("mish", Activation.of(Function.MISH));
    words.put("hswish", Activation.of(Function.HARD_SWISH));
    words.put("hsigmoid", new Activation(Function.HARD_SIGMOID, 1f / 6, 0.5f));
    words.put("sigmoid", Activation.of(Function.SIGMOID));
    words.put("tanh", Activation.of(Function.TANH));
    words.put("softplus", Activation.of(Function.SOFTPLUS));
    words.put("sqrt", Activation.of(Function.SQRT));
    words.put("exp", Activation.of(Function.EXP));
    words.put("log", Activation.of(Function.LOG));
    words.put("erf", Activation.of(Function.ERF));
    return words;
  }

  static List<TextWord> words() {
    List<TextWord> words = new ArrayList<>();
    USUAL.forEach((word, activation) ->
        words.add(TextWord.of(word, (chain, part) -> add(chain, activation))));
    words.add(withOne("leaky", "leaky0.2", Function.LEAKY_RELU));
    words.add(withOne("elu", "elu0.5", Function.ELU));
    words.add(withOne("threshold", "threshold0.1", Function.THRESHOLD));
    words.add(withTwo("clip", "clipm1to1", "to(" + NUMBER + ")", Function.CLIP));
    words.add(
        withTwo("hsigmoid", "hsigmoid0.2plus0.5", "plus(" + NUMBER + ")", Function.HARD_SIGMOID));
    words.add(withTwo("scale", "scale2plus1", "(?:plus(" + NUMBER + "))?", Function.SCALE));
    words.add(TextWord.of("softsign", (chain, part) -> chain.add("softsign", new Softsign())));
    words.add(TextWord.of("softmax", (chain, part) -> addSoftmax(chain, false)));
    words.add(TextWord.of("logsoftmax", (chain, part) -> addSoftmax(chain, true)));
    words.add(
        TextWord.of(
            "lrn",
            "lrn5",
            "lrn(\\d{1,9})(?:a(%s))?(?:b(%s))?(?:k(%s))?".formatted(NUMBER, NUMBER, NUMBER),
            TextActivations::addResponse));
    return words;
  }

  private static TextWord withOne(String name, String example, Function function) {
    return TextWord.of(
        name,
        example,
        name + "(" + NUMBER + ")",
        (chain, part) -> add(chain, new Activation(function, number(part.group(1)), 0)));
  }

  private static TextWord withTwo(String name, String example, String second, Function function) {
    return TextWord.of(
        name,
        example,
        name + "(" + NUMBER + ")" + second,
        (chain, part) ->
            add(
                chain,
                new Activation(
                    function,
                    number(part.group(1)),
                    part.group(2) == null ? 0 : number(part.group(2)))));
  }

  private static void add(TextChain chain, Activation activation) {
    chain.add(activation.function().name().toLowerCase(Locale.ROOT), activation);
  }

  private static void addSoftmax(TextChain chain, boolean log) {
    chain.add("softmax", new Softmax(chain.unitAxis(), log));
  }

  private static void addResponse(TextChain chain, Matcher part) {
    TextWindows.requireChannels(chain);
    chain.add(
        "lrn",
        new LocalResponse(
            Integer.parseInt(part.group(1)),
            numberOr(part.group(2), RESPONSE_ALPHA),
            numberOr(part.group(3), RESPONSE_BETA),
            numberOr(part.group(4), RESPONSE_BIAS)));
  }

  private static float numberOr(@Nullable String text, float usual) {
    return text == null ? usual : number(text);
  }

  /** A number of a text; 0 has no sign. */
  static float number(String text) {
    float number = Float.parseFloat(text.replace('m', '-'));
    return number == 0 ? 0 : number;
  }

  /** A number as texts have it: without an exponent, as short as it is still the same. */
  static String number(float number) {
    return new BigDecimal(Float.toString(number))
        .stripTrailingZeros()
        .toPlainString()
        .replace('-', 'm');
  }

  /** A function as texts say it; null if they cannot. */
  static @Nullable String write(Operator operator) {
    for (Map.Entry<String, Activation> each : USUAL.entrySet()) {
      if (each.getValue().equals(operator)) {
        return each.getKey();
      }
    }
    if (operator instanceof Activation activation) {
      return write(activation);
    }
    if (operator instanceof Softmax softmax) {
      return softmax.log() ? "logsoftmax" : "softmax";
    }
    if (operator instanceof LocalResponse response) {
      return "lrn"
          + response.size()
          + unless(RESPONSE_ALPHA, "a", response.alpha())
          + unless(RESPONSE_BETA, "b", response.beta())
          + unless(RESPONSE_BIAS, "k", response.bias());
    }
    return operator instanceof Softsign ? "softsign" : null;
  }

  private static String unless(float usual, String letter, float number) {
    return number == usual ? "" : letter + number(number);
  }

  private static @Nullable String write(Activation activation) {
    String first = number(activation.first());
    String second = number(activation.second());
    return switch (activation.function()) {
      case LEAKY_RELU -> "leaky" + first;
      case ELU -> "elu" + first;
      case THRESHOLD -> "threshold" + first;
      case CLIP -> "clip" + first + "to" + second;
      case HARD_SIGMOID -> "hsigmoid" + first + "plus" + second;
      case SCALE -> "scale" + first + (activation.second() == 0 ? "" : "plus" + second);
      case RELU,
          GELU,
          GELU_TANH,
          SILU,
          MISH,
          HARD_SWISH,
          SIGMOID,
          TANH,
          SOFTPLUS,
          SQRT,
          EXP,
          LOG,
          ERF ->
          null; // with settings that they do not have
    };
  }
}
