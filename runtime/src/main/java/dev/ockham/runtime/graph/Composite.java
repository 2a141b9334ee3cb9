package dev.ockham.runtime.graph;

import java.util.List;

/**
 * An operator without parameters whose function is that of several others. Plans, libtorch and ONNX
 * compute it by these, so that a new one needs neither a kernel nor a form there.
 */
public sealed interface Composite extends Operator permits LocalResponse, Softsign {

  /**
   * The same function as a graph of other operators, without parameters.
   *
   * @param in shapes of the inputs, for which {@link #output} has an answer, which is not empty
   * @return a graph that takes the inputs in order and has one output
   */
  Graph inOthers(List<Shape> in);
}
