package dev.ockham.core.inspect;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Composite;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.LocalResponse;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Standardize;

/** Kinds of operators that people tell apart when they look at a network. */
public enum OperatorFamily {
  /** Has weights: linear, convolution, embedding, recurrent. */
  WEIGHTS("weights"),
  /** Shifts and scales. */
  NORM("norm"),
  /** A function of each number, or of all of a unit's. */
  ACTIVATION("activation"),
  /** Makes fewer positions, or more. */
  POOLING("pooling"),
  /** Of several values one. */
  COMBINATION("combination"),
  /** Moves numbers and computes none. */
  SHAPE("shape and others");

  private final String words;

  OperatorFamily(String words) {
    this.words = words;
  }

  /** The family as a legend says it. */
  public String words() {
    return words;
  }

  /** The family of an operator. */
  public static OperatorFamily of(Operator operator) {
    return switch (operator) {
      case LinearInWeights _, Recurrent _ -> WEIGHTS;
      case Normalize _, LocalResponse _, Affine _, BiasMap _, Standardize _ -> NORM;
      case Activation _, PRelu _, Softmax _, DependentGate _, Composite _ -> ACTIVATION;
      case Pool _, Reduce _, Resize _ -> POOLING;
      case Combine _, MatrixProduct _, Concat _ -> COMBINATION;
      default -> SHAPE;
    };
  }
}
