package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The words of a program to submit: {@code --name value}, in any order. */
final class JobWords {

  private final Map<String, String> values = new HashMap<>();
  private final Set<String> flags = new HashSet<>();

  /**
   * Reads them.
   *
   * @param options those that have a value
   * @param switches those that have none
   * @throws ScoringException naming a word that is not known or lacks its value
   */
  JobWords(String[] words, List<String> options, List<String> switches) {
    for (int i = 0; i < words.length; i++) {
      if (switches.contains(words[i])) {
        flags.add(words[i]);
      } else if (!options.contains(words[i])) {
        throw new ScoringException(
            "'%s' is no option; there are %s %s"
                .formatted(words[i], String.join(" ", options), String.join(" ", switches)));
      } else if (i + 1 == words.length) {
        throw new ScoringException(words[i] + " lacks its value");
      } else {
        values.put(words[i], words[++i]);
      }
    }
  }

  /** A value that must be there. */
  String required(String option) {
    return optional(option).orElseThrow(() -> new ScoringException(option + " is missing"));
  }

  /** A value that may be there. */
  Optional<String> optional(String option) {
    return Optional.ofNullable(values.get(option));
  }

  /** Whether a switch is there. */
  boolean has(String flag) {
    return flags.contains(flag);
  }
}
