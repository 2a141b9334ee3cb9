package dev.ockham.onnx;

import dev.ockham.runtime.graph.Activation.Function;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Functions of each number that ONNX has as one operator without settings, under the same name. */
public final class FunctionNames {
  /** Those without settings that ONNX has not, or has with one. */
  private static final Set<Function> OTHERS =
      EnumSet.of(Function.GELU, Function.GELU_TANH, Function.SILU);

  /** The functions by their names in ONNX. */
  public static final Map<String, Function> ALL = all();

  private FunctionNames() {}

  private static Map<String, Function> all() {
    Map<String, Function> all = new TreeMap<>();
    for (Function function : Function.values()) {
      if (function.settings() == 0 && !OTHERS.contains(function)) {
        all.put(of(function), function);
      }
    }
    return Map.copyOf(all);
  }

  /** {@code HardSwish} of {@code HARD_SWISH}. */
  public static String of(Function function) {
    StringBuilder name = new StringBuilder();
    boolean first = true;
    for (char c : function.name().toCharArray()) {
      if (c != '_') {
        name.append(first ? c : Character.toLowerCase(c));
      }
      first = c == '_';
    }
    return name.toString();
  }
}
