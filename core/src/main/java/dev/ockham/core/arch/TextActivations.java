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

  /** Words that are not the function's name. */
  private static final Map<Function, String> SHORT =
      Map.of(
          Function.LEAKY_RELU, "leaky",
          Function.HARD_SWISH, "hswish",
          Function.HARD_SIGMOID, "hsigmoid");

  /** What stands between two settings; {@code by} where nothing is said here. */
  private static final Map<Function, String> BETWEEN =
      Map.of(Function.CLIP, "to", Function.HARD_SIGMOID, "plus", Function.SCALE, "plus");

  private static final Map<String, Activation> USUAL = usual();

  private TextActivations() {}

  private static Map<String, Activation> usual() {
    Map<String, Activation> words = new LinkedHashMap<>();
    for (Function function : Function.values()) {
      if (function.settings() == 0) {
        words.put(word(function), Activation.of(function));
      }
    }
    words.put("relu6", new Activation(Function.CLIP, 0, 6));
    words.put("leaky", new Activation(Function.LEAKY_RELU, LEAKY_SLOPE, 0));
    words.put("elu", new Activation(Function.ELU, 1, 0));
    words.put("hsigmoid", new Activation(Function.HARD_SIGMOID, 1f / 6, 0.5f));
    return words;
  }

  private static String word(Function function) {
    String name = function.name().toLowerCase(Locale.ROOT).replace("_", "");
    return SHORT.getOrDefault(function, name);
  }

  static List<TextWord> words() {
    List<TextWord> words = new ArrayList<>();
    USUAL.forEach((word, activation) ->
        words.add(TextWord.of(word, (chain, part) -> add(chain, activation))));
    for (Function function : Function.values()) {
      if (function.settings() > 0) {
        words.add(withSettings(function));
      }
    }
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

  /**
   * A function's word with a number behind it, or two; the second of {@code scale} may be left out.
   */
  private static TextWord withSettings(Function function) {
    String word = word(function);
    boolean two = function.settings() == 2;
    String second = "(?:" + between(function) + "(" + NUMBER + "))";
    String pattern =
        word
            + "("
            + NUMBER
            + ")"
            + (!two ? "()" : function == Function.SCALE ? second + "?" : second);
    return TextWord.of(
        word,
        word + "0.5" + (two ? between(function) + "1" : ""),
        pattern,
        (chain, part) -> {
          String last = part.group(2);
          float other = last == null || last.isEmpty() ? 0 : number(last);
          add(chain, new Activation(function, number(part.group(1)), other));
        });
  }

  private static String between(Function function) {
    return BETWEEN.getOrDefault(function, "by");
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
    Function function = activation.function();
    if (function.settings() == 0) {
      return null; // with settings that it does not have
    }
    String first = word(function) + number(activation.first());
    boolean alone =
        function.settings() == 1 || (function == Function.SCALE && activation.second() == 0);
    return alone ? first : first + between(function) + number(activation.second());
  }
}
