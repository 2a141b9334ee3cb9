package dev.ockham.core.start;

import java.util.Comparator;

/**
 * The order of names in which numbers within them count as numbers: {@code layer2} before {@code
 * layer10}. State dicts that were saved by name come back in the order of their layers.
 */
final class NaturalOrder implements Comparator<String> {

  static final NaturalOrder OF_NAMES = new NaturalOrder();

  private NaturalOrder() {}

  @Override
  public int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      if (digit(a, i) && digit(b, j)) {
        int ofA = endOfDigits(a, i);
        int ofB = endOfDigits(b, j);
        String first = withoutZeros(a.substring(i, ofA));
        String second = withoutZeros(b.substring(j, ofB));
        int order = Integer.compare(first.length(), second.length());
        order = order == 0 ? first.compareTo(second) : order;
        if (order != 0) {
          return order;
        }
        i = ofA;
        j = ofB;
      } else if (a.charAt(i) != b.charAt(j)) {
        return Character.compare(a.charAt(i), b.charAt(j));
      } else {
        i++;
        j++;
      }
    }
    int rest = Integer.compare(a.length() - i, b.length() - j);
    return rest == 0 ? a.compareTo(b) : rest;
  }

  private static boolean digit(String text, int at) {
    return text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && digit(text, end)) {
      end++;
    }
    return end;
  }

  private static String withoutZeros(String digits) {
    return digits.replaceFirst("^0+(?=.)", "");
  }
}
