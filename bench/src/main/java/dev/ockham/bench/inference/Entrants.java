package dev.ockham.bench.inference;

import dev.ockham.runtime.model.Model;

/**
 * The two forms of a network that are raced.
 *
 * @param pruned without the weights that are gone, and without units that none is left of
 * @param dense in full size
 * @param origin where the dense one comes from, in words
 * @param same whether both are the same function, which is then checked
 */
public record Entrants(Model pruned, Model dense, String origin, boolean same) {

  /**
   * Checks that both take the same input and that each has one output.
   *
   * @throws RaceException naming what differs
   */
  public static Entrants of(Model pruned, Model dense, String origin, boolean same)
      throws RaceException {
    require(pruned);
    require(dense);
    if (!pruned.input().equals(dense.input())) {
      throw new RaceException(
          "the pruned network takes %s, the dense one %s: they are no pair"
              .formatted(pruned.input(), dense.input()));
    }
    if (pruned.classes() != dense.classes()) {
      throw new RaceException(
          "the pruned network gives %s numbers, the dense one %s: they are no pair"
              .formatted(pruned.classes(), dense.classes()));
    }
    return new Entrants(pruned, dense, origin, same);
  }

  private static void require(Model model) throws RaceException {
    int inputs = model.graph().inputs().size();
    int outputs = model.graph().outputs().size();
    if (inputs != 1 || outputs != 1) {
      throw new RaceException(
          "%s has %s inputs and %s outputs; networks of one each are raced"
              .formatted(model.architecture(), inputs, outputs));
    }
  }
}
