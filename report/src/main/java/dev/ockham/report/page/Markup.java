package dev.ockham.report.page;

import java.util.Locale;

/** Text as HTML, and numbers as people read them. */
final class Markup {

  private Markup() {}

  /** Text that is safe between tags and in quoted attributes. */
  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(c);
      }
    }
    return safe.toString();
  }

  /** A text with values in it; the values are escaped. */
  static String html(String pattern, Object... values) {
    Object[] safe = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      safe[i] = values[i] instanceof Number ? values[i] : escape(String.valueOf(values[i]));
    }
    return String.format(Locale.ROOT, pattern, safe);
  }

  /** JSON that cannot end the script element it stands in. */
  static String inScript(String json) {
    return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
  }

  /** {@code 266,200}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1,271.9206}: as in {@link #count}, with some places behind the point. */
  static String decimal(double value, int places) {
    return String.format(Locale.ROOT, "%,." + places + "f", value);
  }

  /** {@code 3} of 3.0, {@code 2.5} of 2.5. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** {@code 13.3×}; the sign of infinity where nothing is left. */
  static String times(double ratio) {
    return Double.isInfinite(ratio) ? "∞" : String.format(Locale.ROOT, "%.1f×", ratio);
  }

  /** {@code 92.53 %} of a fraction from 0 to 1; never 100 where something is left. */
  static String percent(double fraction) {
    double shown = fraction < 1 ? Math.min(100 * fraction, 99.99) : 100;
    return String.format(Locale.ROOT, "%.2f %%", shown);
  }

  /** {@code 3 min 44 s}. */
  static String duration(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
  }
}
