package dev.ockham.core.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * What examples belong to, so that a split does not part what belongs together: groups, such as the
 * pictures of one person, or moments in time. Immutable.
 */
public final class Belonging {

  private enum Kind {
    NOTHING,
    GROUPS,
    TIMES
  }

  private final Kind kind;
  private final int count;
  private final int[] numbers;

  private Belonging(Kind kind, int count, int[] numbers) {
    this.kind = kind;
    this.count = count;
    this.numbers = numbers;
  }

  /** Examples that stand for themselves. */
  public static Belonging none(int count) {
    return new Belonging(Kind.NOTHING, count, new int[0]);
  }

  /**
   * Examples of groups.
   *
   * @param groups a number for each example, the same within a group, from 0
   */
  public static Belonging groups(int[] groups) {
    return new Belonging(Kind.GROUPS, groups.length, groups.clone());
  }

  /**
   * Examples in time.
   *
   * @param moments a number for each example that grows with time, from 0
   */
  public static Belonging times(int[] moments) {
    return new Belonging(Kind.TIMES, moments.length, moments.clone());
  }

  /** That which has a name and numbers. */
  static Belonging named(String name, int count, int[] numbers) {
    return new Belonging(Kind.valueOf(name), count, numbers.clone());
  }

  /** What kind it is, as {@link #named} takes it. */
  String name() {
    return kind.name();
  }

  /** A number for each example, or none where they stand for themselves; not copied. */
  int[] numbers() {
    return numbers;
  }

  /** How many examples it is for. */
  public int count() {
    return count;
  }

  /** Whether a split has to look at it. */
  public boolean matters() {
    return kind != Kind.NOTHING;
  }

  /** What some of the examples belong to, in the order given. */
  public Belonging select(int[] indices) {
    int[] some = new int[kind == Kind.NOTHING ? 0 : indices.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = numbers[Objects.checkIndex(indices[i], count)];
    }
    return new Belonging(kind, indices.length, some);
  }

  /**
   * Which examples a split holds out: whole groups, drawn by the key, or what comes last in time;
   * about the fraction asked for, and never all.
   */
  boolean[] heldOut(double fraction, long key) {
    int most = Arrays.stream(numbers).max().orElse(-1);
    int[] sizes = new int[most + 1];
    for (int number : numbers) {
      sizes[number]++;
    }
    boolean[] chosen =
        kind == Kind.GROUPS
            ? groups(sizes, Math.round(fraction * count), key)
            : last(sizes, Math.round(fraction * count));
    boolean[] held = new boolean[count];
    for (int i = 0; i < count; i++) {
      held[i] = chosen[numbers[i]];
    }
    return held;
  }

  private boolean[] groups(int[] sizes, long wanted, long key) {
    int[] order = new int[sizes.length];
    int present = 0;
    for (int group = 0; group < sizes.length; group++) {
      if (sizes[group] > 0) {
        order[present++] = group;
      }
    }
    order = Arrays.copyOf(order, present);
    KeyedShuffle.shuffleInPlace(order, key);
    boolean[] chosen = new boolean[sizes.length];
    long held = 0;
    for (int i = 0; i < present - 1 && held < wanted; i++) {
      // A group goes where it brings the number nearer to what is wanted, the first one anyway.
      if (held == 0 || held + sizes[order[i]] - wanted <= wanted - held) {
        chosen[order[i]] = true;
        held += sizes[order[i]];
      }
    }
    return chosen;
  }

  private static boolean[] last(int[] sizes, long wanted) {
    boolean[] chosen = new boolean[sizes.length];
    int first = 0;
    while (first < sizes.length && sizes[first] == 0) {
      first++;
    }
    long held = 0;
    for (int moment = sizes.length - 1; moment > first && held < wanted; moment--) {
      if (held == 0 || held + sizes[moment] <= wanted) {
        chosen[moment] = true;
        held += sizes[moment];
      } else {
        break;
      }
    }
    return chosen;
  }
}
