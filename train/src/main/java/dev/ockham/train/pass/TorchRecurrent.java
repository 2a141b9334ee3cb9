package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Recurrent;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A recurrent layer in libtorch. Its weights are drawn once for a batch and stay the same over all
 * steps, whatever the estimator: the posterior is over weights, of which a sequence has one set
 * (arXiv:1708.00077, section 3.2), and an output is not linear in them.
 */
final class TorchRecurrent implements TorchFunction {

  private final Recurrent layer;
  private final TorchWeights byInput;
  private final TorchWeights byState;
  private final @Nullable Tensor inputBias;
  private final @Nullable Tensor stateBias;

  TorchRecurrent(Recurrent layer, TorchParameters parameters) {
    this.layer = layer;
    this.byInput = parameters.weights("weight_ih");
    this.byState = parameters.weights("weight_hh");
    this.inputBias = parameters.find("bias_ih");
    this.stateBias = parameters.find("bias_hh");
  }

  @Override
  public Tensor of(List<Tensor> inputs, Share share) {
    Tensor x = inputs.getFirst();
    long steps = x.size(1);
    if (inputs.size() == 1) {
      Tensor y = run(ordered(x), share);
      return layer.last() ? y.select(1, steps - 1) : ordered(y);
    }
    Tensor length = lengths(inputs.get(1), steps);
    Tensor y = run(ordered(x, length), share);
    Tensor real = at(steps).lt(length).unsqueeze(2);
    return layer.last() ? finalState(y, length) : ordered(y.mul(real), length);
  }

  /** How many steps of each sequence are real, int64 {@code [rows, 1]}. */
  private static Tensor lengths(Tensor numbers, long steps) {
    return torch
        .ceil(numbers.reshape(-1, 1))
        .clamp_min(new Scalar(0f))
        .clamp_max(new Scalar((float) steps))
        .to(torch.ScalarType.Long);
  }

  /** Numbers of the steps, int64 {@code [1, steps]}. */
  private static Tensor at(long steps) {
    return torch.arange(new Scalar(steps)).unsqueeze(0);
  }

  /** Steps in the order in which they run, and back. */
  private Tensor ordered(Tensor x) {
    return layer.reverse() ? x.flip(1) : x;
  }

  /** The same where only some steps are real: those behind them stay where they are. */
  private Tensor ordered(Tensor x, Tensor length) {
    if (!layer.reverse()) {
      return x;
    }
    Tensor at = at(x.size(1));
    Tensor mirrored = length.sub(at).sub(new Scalar(1));
    Tensor order = torch.where(at.lt(length), mirrored, at);
    return x.gather(1, order.unsqueeze(2).expand(x.shape()));
  }

  /** The state after the last real step, zeros where there is none. */
  private static Tensor finalState(Tensor y, Tensor length) {
    Tensor last = length.sub(new Scalar(1)).clamp_min(new Scalar(0));
    long[] one = y.shape();
    one[1] = 1;
    Tensor state = y.gather(1, last.unsqueeze(2).expand(one)).squeeze(1);
    return state.mul(length.gt(new Scalar(0)));
  }

  /** Outputs of all steps, {@code [rows, steps, hidden]}. */
  private Tensor run(Tensor x, Share share) {
    Tensor zeros = torch.zeros(1, x.size(0), layer.hidden());
    TensorVector numbers = numbers(share);
    boolean biases = inputBias != null || stateBias != null;
    boolean trains = share.differentiated();
    Tensor outputs =
        switch (layer.cell()) {
          case LSTM -> {
            TensorVector state = new TensorVector(zeros, zeros);
            yield torch.lstm(x, state, numbers, biases, 1, 0, trains, false, true).get0();
          }
          case GRU -> torch.gru(x, zeros, numbers, biases, 1, 0, trains, false, true).get0();
          case GRU_RESET_FIRST -> resetFirst(x, numbers, biases);
          case TANH -> torch.rnn_tanh(x, zeros, numbers, biases, 1, 0, trains, false, true).get0();
          case RELU -> torch.rnn_relu(x, zeros, numbers, biases, 1, 0, trains, false, true).get0();
        };
    return new Tensor(outputs); // a part of a tuple dies with it
  }

  /**
   * The cell that libtorch lacks, step by step, {@code [rows, steps, hidden]}.
   *
   * @param numbers matrices, then biases where there are any
   */
  private Tensor resetFirst(Tensor x, TensorVector numbers, boolean biases) {
    long hidden = layer.hidden();
    Tensor fromInput = x.matmul(numbers.get(0).t());
    Tensor gates = numbers.get(1).narrow(0, 0, 2 * hidden).t();
    Tensor fresh = numbers.get(1).narrow(0, 2 * hidden, hidden).t();
    Tensor shift = torch.zeros(3 * hidden);
    if (biases) {
      fromInput = fromInput.add(numbers.get(2));
      shift = numbers.get(3);
    }
    TensorVector states = new TensorVector();
    Tensor state = torch.zeros(x.size(0), hidden);
    for (long step = 0; step < x.size(1); step++) {
      Tensor given = fromInput.select(1, step);
      Tensor open =
          given
              .narrow(1, 0, 2 * hidden)
              .add(state.matmul(gates))
              .add(shift.narrow(0, 0, 2 * hidden))
              .sigmoid();
      Tensor kept = open.narrow(1, 0, hidden).mul(state);
      Tensor next =
          given
              .narrow(1, 2 * hidden, hidden)
              .add(kept.matmul(fresh))
              .add(shift.narrow(0, 2 * hidden, hidden))
              .tanh();
      state = next.add(open.narrow(1, hidden, hidden).mul(state.sub(next)));
      states.push_back(state);
    }
    return torch.stack(states, 1);
  }

  private TensorVector numbers(Share share) {
    Tensor first = byInput.perBatch(share);
    Tensor second = byState.perBatch(share);
    if (inputBias == null && stateBias == null) {
      return new TensorVector(first, second);
    }
    return new TensorVector(first, second, bias(inputBias), bias(stateBias));
  }

  /** Libtorch takes both or none. */
  private Tensor bias(@Nullable Tensor bias) {
    return bias != null ? bias : torch.zeros((long) layer.cell().gates() * layer.hidden());
  }
}
