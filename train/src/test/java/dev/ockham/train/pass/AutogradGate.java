package dev.ockham.train.pass;

import dev.ockham.core.gate.DependentFactor;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.gate.GateSampling;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Gates as the papers write them, one tensor operation behind another under autograd, in whatever
 * floating-point type the arguments have: what the stages are compared with. A batch norm within a
 * gate is over the batch itself.
 */
final class AutogradGate {

  private static final double EPSILON = 1e-5;

  private AutogradGate() {}

  /**
   * Multiplies units with noise, or with noisy factors.
   *
   * @param input {@code [batch, units]} or {@code [batch, channels, height, width]}
   * @param noise what the gate drew, {@code [shared rows + batch, width]}
   */
  static Tensor noisy(GateLeaves leaves, Tensor input, Tensor noise) {
    return switch (leaves) {
      case GateLeaves.Fixed _ -> input.mul(noise.reshape(input.shape()));
      case GateLeaves.Gaussian(Tensor alpha) -> {
        Tensor deviation = alpha.sqrt();
        if (input.dim() == 4) {
          deviation = deviation.reshape(1, -1, 1, 1);
        }
        Tensor zeta = noise.reshape(input.shape());
        yield input.mul(zeta.mul(deviation).add(new Scalar(1f)));
      }
      case GateLeaves.Learnt gate -> input.mul(unitwise(sample(gate, noise), input));
      case GateLeaves.Dependent gate -> {
        long units = gate.gate().factors().size(0);
        Tensor z = sample(gate.gate(), noise.narrow(1, 0, units));
        if (gate.owner().dependent()) {
          Tensor sigma = torch.softplus(gate.numbers().get(2));
          z = z.mul(GateSampling.dependent(normalized(gate, input), sigma, noise, units));
        }
        yield input.mul(unitwise(z, input));
      }
    };
  }

  private static Tensor sample(GateLeaves.Learnt gate, Tensor noise) {
    return GateSampling.sample(gate.belief(), gate.numbers(), noise);
  }

  /** Multiplies units with what is left of the gate without noise. */
  static Tensor mean(GateLeaves leaves, Tensor input) {
    return switch (leaves) {
      case GateLeaves.Fixed _, GateLeaves.Gaussian _ -> input;
      case GateLeaves.Learnt gate -> input.mul(unitwise(gate.factors().unsqueeze(0), input));
      case GateLeaves.Dependent gate -> {
        if (!gate.owner().dependent()) {
          yield mean(gate.gate(), input);
        }
        Tensor phi =
            normalized(gate, input)
                .clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional(new Scalar(1)));
        Tensor z = phi.mul(gate.gate().factors());
        yield input.mul(unitwise(z.mul(z.gt(new Scalar(DependentFactor.CUT))), input));
      }
    };
  }

  /** No gradient flows through what a gate looks at. */
  private static Tensor normalized(GateLeaves.Dependent gate, Tensor input) {
    Tensor h = input.detach();
    TensorOptional none = new TensorOptional();
    return torch.batch_norm(
        h.dim() == 4 ? h.mean(2, 3) : h,
        new TensorOptional(gate.numbers().get(0)),
        new TensorOptional(gate.numbers().get(1)),
        none,
        none,
        true,
        0,
        EPSILON,
        false);
  }

  private static Tensor unitwise(Tensor z, Tensor input) {
    return input.dim() == 4 ? z.unsqueeze(2).unsqueeze(3) : z;
  }
}
