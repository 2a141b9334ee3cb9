package dev.ockham.core.arch;

import dev.ockham.core.arch.TextChain.Kind;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * What texts do with axes: {@code pad1}, {@code slice1x2to9}, {@code reshape16x7x7}, {@code
 * steps7x16}, {@code permute0x2x1}, {@code mean1x2}, {@code resize14x14}. Axes count from 0, as in
 * the shapes that messages have.
 */
final class TextMoves {

  private static final String SIZE = "\\d{1,9}(?:x\\d{1,9})?";

  private TextMoves() {}

  static List<TextWord> words() {
    List<TextWord> words = new ArrayList<>();
    words.add(
        TextWord.of(
            "pad",
            "pad1",
            "pad(" + SIZE + ")(?:to(" + SIZE + "))?(?:v(m?\\d{1,40}(?:\\.\\d{1,64})?))?",
            TextMoves::addPad));
    words.add(
        TextWord.of(
            "slice",
            "slice1x2to9",
            "slice(\\d)x(\\d{1,9})to(\\d{1,9})(?:s(\\d{1,9}))?",
            TextMoves::addSlice));
    words.add(
        TextWord.of(
            "flatten",
            (chain, part) -> chain.add("flatten", Reshape.flatten(), List.of(), Kind.VECTOR)));
    words.add(
        TextWord.of(
            "reshape",
            "reshape16x7x7",
            "reshape(\\d{1,9}(?:x\\d{1,9}){0,2})",
            (chain, part) -> addReshape(chain, "reshape", part)));
    words.add(
        TextWord.of(
            "steps",
            "steps7x16",
            "steps(\\d{1,9}x\\d{1,9})",
            (chain, part) -> addReshape(chain, "steps", part)));
    words.add(TextWord.of("swap", (chain, part) -> addSwap(chain)));
    words.add(
        TextWord.of("permute", "permute0x2x1", "permute(\\dx\\dx\\d)", TextMoves::addPermute));
    for (Reduce.To to : Reduce.To.values()) {
      String name = to.name().toLowerCase(Locale.ROOT);
      words.add(
          TextWord.of(
              name,
              name + "1",
              name + "(\\d(?:x\\d){0,2})(keep)?",
              (chain, part) -> addReduce(chain, to, part)));
    }
    words.add(
        TextWord.of(
            "resize",
            "resize14x14",
            "resize(" + SIZE + ")(linear|corners)?",
            TextMoves::addResize));
    return words;
  }

  private static List<Integer> numbers(String text) {
    List<Integer> numbers = new ArrayList<>();
    for (String number : text.split("x", -1)) {
      numbers.add(Integer.parseInt(number));
    }
    return numbers;
  }

  private static String joined(List<Integer> numbers) {
    return String.join("x", numbers.stream().map(String::valueOf).toList());
  }

  /** Positions, or the features of a vector. */
  private static void addPad(TextChain chain, Matcher part) {
    int rank = chain.shape().rank();
    int axes = Math.max(1, rank - 1);
    List<Integer> before = TextWindows.sizes("padding", part.group(1), axes);
    List<Integer> after =
        part.group(2) == null ? before : TextWindows.sizes("padding", part.group(2), axes);
    if (before.stream().allMatch(each -> each == 0) && after.equals(before)) {
      throw new IllegalArgumentException("pads nothing");
    }
    float value = part.group(3) == null ? 0 : TextActivations.number(part.group(3));
    chain.add("pad", new Pad(positions(chain, before), positions(chain, after), value));
  }

  /** Numbers for the axes of positions, and 0 for that of units. */
  private static List<Integer> positions(TextChain chain, List<Integer> numbers) {
    List<Integer> all = new ArrayList<>(numbers);
    if (chain.kind() != Kind.VECTOR) {
      all.add(chain.unitAxis(), 0);
    }
    return all;
  }

  private static void addSlice(TextChain chain, Matcher part) {
    int start = Integer.parseInt(part.group(2));
    int end = Integer.parseInt(part.group(3));
    int step = part.group(4) == null ? 1 : Integer.parseInt(part.group(4));
    if (end <= start) {
      throw new IllegalArgumentException(
          "leaves nothing: it goes from %s to before %s".formatted(start, end));
    }
    chain.add("slice", new Slice(Integer.parseInt(part.group(1)), start, end, step));
  }

  private static void addReshape(TextChain chain, String stem, Matcher part) {
    List<Integer> dims = numbers(part.group(1));
    Kind gives =
        stem.equals("steps") ? Kind.SEQUENCE : dims.size() == 1 ? Kind.VECTOR : Kind.CHANNELS;
    chain.add(stem, new Reshape(dims), List.of(), gives);
  }

  private static void addSwap(TextChain chain) {
    if (chain.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "takes channels × positions, or a sequence, but gets " + chain.gets());
    }
    Kind gives = chain.kind() == Kind.SEQUENCE ? Kind.CHANNELS : Kind.SEQUENCE;
    chain.add("permute", new Permute(List.of(1, 0)), List.of(), gives);
  }

  private static void addPermute(TextChain chain, Matcher part) {
    if (chain.shape().rank() != 3) {
      throw new IllegalArgumentException(
          "takes channels, rows and columns but gets %s; two axes change places by swap"
              .formatted(chain.gets()));
    }
    chain.add("permute", new Permute(numbers(part.group(1))));
  }

  private static void addReduce(TextChain chain, Reduce.To to, Matcher part) {
    Reduce reduce = new Reduce(to, numbers(part.group(1)), part.group(2) != null);
    int left = reduce.output(List.of(chain.shape())).rank();
    if (left == 0) {
      throw new IllegalArgumentException(
          "leaves one number of %s; write %skeep for a vector of it"
              .formatted(chain.gets(), part.group()));
    }
    Kind gives = reduce.keep() ? chain.kind() : left == 1 ? Kind.VECTOR : Kind.CHANNELS;
    chain.add("reduce", reduce, List.of(), gives);
  }

  private static void addResize(TextChain chain, Matcher part) {
    TextWindows.requireChannels(chain);
    List<Integer> sizes = TextWindows.sizes("size", part.group(1), chain.shape().rank() - 1);
    String how = part.group(2);
    Resize.By by = how == null ? Resize.By.NEAREST : Resize.By.LINEAR;
    Resize.Align align =
        how == null
            ? Resize.Align.ASYMMETRIC
            : how.equals("linear") ? Resize.Align.HALF_PIXEL : Resize.Align.CORNERS;
    chain.add("resize", new Resize(by, align, sizes));
  }

  /**
   * What such an operator is in texts; null if they cannot say it.
   *
   * @param name of its node, by which texts tell sequences from channels, and reductions from
   *     global pooling
   */
  static @Nullable String write(String name, Operator operator) {
    return switch (operator) {
      case Reshape reshape when reshape.equals(Reshape.flatten()) -> "flatten";
      case Reshape reshape ->
          (name.startsWith("steps") ? "steps" : "reshape") + joined(reshape.dims());
      case Permute permute ->
          permute.order().size() == 2 ? "swap" : "permute" + joined(permute.order());
      case Reduce reduce when name.startsWith("reduce") ->
          reduce.to().name().toLowerCase(Locale.ROOT)
              + joined(reduce.axes())
              + (reduce.keep() ? "keep" : "");
      case Reduce reduce -> reduce.to() == Reduce.To.MAX ? "gmp" : "gap";
      case Slice slice ->
          "slice%sx%sto%s".formatted(slice.axis(), slice.start(), slice.end())
              + (slice.step() == 1 ? "" : "s" + slice.step());
      case Pad pad -> write(pad);
      case Resize resize -> write(resize);
      default -> null;
    };
  }

  /** Of a value with several axes, all but that of units; of two, the one that is not padded. */
  private static String write(Pad pad) {
    int rank = pad.before().size();
    boolean firstOnly = rank == 2 && pad.before().get(1) == 0 && pad.after().get(1) == 0;
    int from = rank == 1 || firstOnly ? 0 : 1;
    int to = firstOnly ? 1 : rank;
    List<Integer> before = pad.before().subList(from, to);
    List<Integer> after = pad.after().subList(from, to);
    return "pad"
        + TextWindows.joined(before)
        + (after.equals(before) ? "" : "to" + TextWindows.joined(after))
        + (pad.value() == 0 ? "" : "v" + TextActivations.number(pad.value()));
  }

  private static @Nullable String write(Resize resize) {
    String sizes = "resize" + TextWindows.joined(resize.sizes());
    boolean nearest = resize.by() == Resize.By.NEAREST;
    return switch (resize.align()) {
      case ASYMMETRIC -> nearest ? sizes : null;
      case HALF_PIXEL -> nearest ? null : sizes + "linear";
      case CORNERS -> nearest ? null : sizes + "corners";
    };
  }
}
