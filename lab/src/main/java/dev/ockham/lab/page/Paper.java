package dev.ockham.lab.page;

import java.util.Optional;

/**
 * What a publication says, in our words and its numbers.
 *
 * @param citation where: {@code arXiv:1506.02557, table 1}
 * @param says what it says
 * @param numbers its table, where it has one that bears on the finding
 */
public record Paper(String citation, String says, Optional<Table> numbers) {

  /** A paper without a table. */
  public static Paper of(String citation, String says) {
    return new Paper(citation, says, Optional.empty());
  }

  /** A paper with its table. */
  public static Paper of(String citation, String says, Table numbers) {
    return new Paper(citation, says, Optional.of(numbers));
  }
}
