package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;

/**
 * How large the weights of a new network are. All are drawn from N(0, deviation²).
 *
 * <p>Recurrent layers start alike in both: every gate's matrix by Glorot and Bengio (AISTATS 2010,
 * eq. (12)), which is 1/√hidden where the state meets itself. So do learnt constants, such as
 * positions: N(0, 0.02²), as in arXiv:1810.04805.
 */
public enum InitialWeights {
  /**
   * N(0, 2/fan-in), He et al. (arXiv:1502.01852, eq. (10)): activations keep their size. Fan-in is
   * what one output reads: the kernel's area in a depthwise convolution, and in a transposed
   * convolution the channels × area / strides that overlap on average. Tables of embeddings are
   * N(0, 1), as in PyTorch.
   */
  HE {
    @Override
    float linear(LinearInWeights operator, Parameter weight, Shape in) {
      return switch (operator) {
        case Linear _, Convolution _ -> root(weight.columns());
        case ConvolutionTransposed transposed -> root(fanIn(transposed, in));
        case Embed _ -> 1;
      };
    }
  },
  /**
   * As the code that came with Sparse VD (arXiv:1701.05369): N(0, 0.01²) in dense layers, and in
   * convolutions the variance 2/(fan-in + fan-out) of Glorot and Bengio (AISTATS 2010, eq. (12));
   * theirs are uniform there. A weight of a dense layer starts so near 0 that the posterior gives
   * it up at once unless the data want it. Tables of embeddings are N(0, 0.1²): larger, since an
   * entry learns only where it occurs.
   */
  SMALL {
    @Override
    float linear(LinearInWeights operator, Parameter weight, Shape in) {
      return switch (operator) {
        case Linear _ -> 0.01f;
        case Convolution convolution -> {
          int fanOut = convolution.outputs() / convolution.groups() * convolution.window().area();
          yield root(weight.columns() + fanOut);
        }
        case ConvolutionTransposed transposed -> root(fanIn(transposed, in) + weight.columns());
        case Embed _ -> 0.1f;
      };
    }
  };

  private static final float POSITIONS = 0.02f;
  private static final float PRELU_SLOPE = 0.25f;

  /**
   * Standard deviation of the numbers that a parameter starts with; 0 for one that starts at {@link
   * #start} alone.
   *
   * @param graph the network
   * @param node a node of it that takes the parameter
   * @param parameter one that is trained
   */
  public float deviation(Graph graph, Node node, Parameter parameter) {
    if (parameter.role().prunable()) {
      if (node.operator() instanceof LinearInWeights linear) {
        return linear(linear, parameter, graph.inputShapes(node).getFirst());
      }
      if (node.operator() instanceof Recurrent recurrent) {
        return root(parameter.columns() + recurrent.hidden());
      }
    }
    boolean positions = node.operator() instanceof Constant && parameter.role() == Role.BIAS;
    return positions ? POSITIONS : 0;
  }

  /**
   * Mean of the numbers that a parameter starts with: 1 for what norms multiply by, 0.25 for slopes
   * of PReLU (arXiv:1502.01852), 0 for all others.
   */
  public static float start(Node node, Parameter parameter) {
    if (parameter.role() != Role.SCALE) {
      return 0;
    }
    return node.operator() instanceof PRelu ? PRELU_SLOPE : 1;
  }

  abstract float linear(LinearInWeights operator, Parameter weight, Shape in);

  /** √(2 / fan). */
  private static float root(double fan) {
    return (float) Math.sqrt(2.0 / Math.max(1, fan));
  }

  private static double fanIn(ConvolutionTransposed operator, Shape in) {
    Window window = operator.window();
    double strides = 1;
    for (int stride : window.stride()) {
      strides *= stride;
    }
    return (double) in.dim(0) / operator.groups() * window.area() / strides;
  }
}
