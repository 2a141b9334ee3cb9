package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A recurrent layer over {@code [steps, features]}, from a hidden state of zeros, with PyTorch's
 * formulas and order of gates. Both directions are two nodes and a {@link Concat}. Parameters, with
 * g gates: {@code weight_ih [g · hidden, features]}, {@code weight_hh [g · hidden, hidden]}, and
 * {@code bias_ih}, {@code bias_hh [g · hidden]} or none.
 *
 * <p>A second input, a single number, says how many steps of the sequence are real: outputs behind
 * them are 0, backwards it begins with the last real one.
 *
 * @param cell which one
 * @param hidden units, ≥ 0
 * @param reverse whether it begins with the last step
 * @param last whether it gives only the state after its final step, {@code [hidden]}
 */
public record Recurrent(Cell cell, int hidden, boolean reverse, boolean last) implements Operator {

  /** Which cell; σ is the logistic function. */
  public enum Cell {
    /** Gates i, f, g, o: c′ = σ(f)c + σ(i)tanh(g), h′ = σ(o)tanh(c′). */
    LSTM(4),
    /** Gates r, z, n: n = tanh(W x + b + σ(r)(U h + c)), h′ = (1 − σ(z))n + σ(z)h. */
    GRU(3),
    /**
     * Gates r, z, n as in arXiv:1406.1078, the reset gate before the matrix: n = tanh(W x + b +
     * U(σ(r)h) + c), h′ = (1 − σ(z))n + σ(z)h. PyTorch has no such layer, ONNX and Keras have.
     */
    GRU_RESET_FIRST(3),
    /** h′ = tanh(W x + b + U h + c). */
    TANH(1),
    /** h′ = max(0, W x + b + U h + c). */
    RELU(1);

    private final int gates;

    Cell(int gates) {
      this.gates = gates;
    }

    /** Rows of the matrices per hidden unit. */
    public int gates() {
      return gates;
    }
  }

  /** Checks the range. */
  public Recurrent {
    Checks.atLeast("hidden", hidden, 0);
    Checks.weights((long) cell.gates() * hidden, hidden);
  }

  @Override
  public Shape output(List<Shape> in) {
    if (in.size() != 1 && in.size() != 2) {
      throw new IllegalArgumentException("takes 1 or 2 inputs but gets " + in.size());
    }
    Shape x = in.get(0);
    Checks.rank(x, 2, "steps × features");
    if (in.size() == 2 && in.get(1).size() != 1) {
      throw new IllegalArgumentException(
          "takes one number as length of a sequence but gets " + in.get(1));
    }
    Checks.weights((long) cell.gates() * hidden, x.dim(1));
    return last ? Shape.of(hidden) : Shape.of(x.dim(0), hidden);
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    int rows = cell.gates() * hidden;
    return List.of(
        Slot.needed("weight_ih", Shape.of(rows, in.get(0).dim(1)), Role.WEIGHT),
        Slot.needed("weight_hh", Shape.of(rows, hidden), Role.WEIGHT),
        Slot.optional("bias_ih", Shape.of(rows), Role.BIAS),
        Slot.optional("bias_hh", Shape.of(rows), Role.BIAS));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    UnitMap.Tie rows =
        new UnitMap.Tie(0, UnitMap.Tie.OUTPUT, UnitIndex.runs(1, Math.max(1, hidden)));
    boolean mixed = axes.get(0) == 1;
    Map<String, List<UnitMap.Tie>> ties = new LinkedHashMap<>();
    ties.put("weight_ih", mixed ? List.of(rows, UnitMap.Tie.input(1, 0)) : List.of(rows));
    ties.put("weight_hh", List.of(rows, UnitMap.Tie.output(1)));
    ties.put("bias_ih", List.of(rows));
    ties.put("bias_hh", List.of(rows));
    UnitMap.Link link = mixed ? new UnitMap.Mixed() : new UnitMap.Whole();
    return new UnitMap(
        last ? 0 : 1, in.size() == 1 ? List.of(link) : List.of(link, new UnitMap.Whole()), ties);
  }

  @Override
  public long multiplyAdds(List<Shape> in) {
    Shape x = in.get(0);
    return (long) x.dim(0) * cell.gates() * hidden * ((long) x.dim(1) + hidden);
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    return new Recurrent(cell, output.cardinality(), reverse, last);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("cell", cell).put("hidden", hidden).put("reverse", reverse).put("last", last);
  }
}
