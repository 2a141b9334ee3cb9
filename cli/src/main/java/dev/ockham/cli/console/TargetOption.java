package dev.ockham.cli.console;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a label is, or what is wished of a network: both are called a target. */
public final class TargetOption {

  @Option(
      names = "--target",
      paramLabel = "KIND|WISH",
      description =
          "Of a table: what the label is: classes, labels or numbers. Else a wish, such as"
              + " error<=dense+0.5 or file<=50KB; one or two.")
  private List<String> target = List.of();

  private static boolean isWish(String text) {
    return text.matches(".*[<>=\\[].*");
  }

  /** What is wished of the network. */
  public List<String> wishes() {
    return target.stream().filter(TargetOption::isWish).toList();
  }

  /** The leaf of the spec by option and path; null if nothing is said of the label. */
  public Map<String, @Nullable String> leaves() {
    List<String> kind = target.stream().filter(each -> !isWish(each)).toList();
    return TableOptions.ofLabel(kind.isEmpty() ? null : kind.getLast());
  }
}
