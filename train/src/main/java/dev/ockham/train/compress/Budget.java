package dev.ockham.train.compress;

import dev.ockham.core.spec.SpecException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long something may take. */
public sealed interface Budget {

  /** Time on this machine, in seconds. */
  record Seconds(double seconds) implements Budget {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.0fs", seconds);
    }
  }

  /** Passes over the training examples. */
  record Epochs(int epochs) implements Budget {
    @Override
    public String toString() {
      return epochs + "epochs";
    }
  }

  /** No training at all. */
  record Untrained() implements Budget {
    @Override
    public String toString() {
      return "untrained";
    }
  }

  /**
   * Reads {@code 45m}, {@code 2h}, {@code 90s} or {@code 30epochs}.
   *
   * @throws SpecException if it is none of these
   */
  static Budget parse(String text) {
    Matcher form =
        Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,6})?) ?(s|m|min|h|epochs?)")
            .matcher(text.strip().toLowerCase(Locale.ROOT));
    double number = form.matches() ? Double.parseDouble(form.group(1)) : 0;
    if (!(number > 0)) {
      throw new SpecException(
          "--budget '%s' is no time; write one such as 45m, 2h, 90s or 30epochs".formatted(text));
    }
    return switch (form.group(2)) {
      case "s" -> new Seconds(number);
      case "m", "min" -> new Seconds(60 * number);
      case "h" -> new Seconds(3600 * number);
      default -> {
        if (number != Math.rint(number)) {
          throw new SpecException("--budget '%s': epochs are whole".formatted(text));
        }
        yield new Epochs((int) number);
      }
    };
  }
}
