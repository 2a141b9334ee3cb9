package dev.ockham.train.run;

import dev.ockham.train.network.Network;
import dev.ockham.train.step.TrainingStep;

/** A network with what works on it; made anew when the network loses units. */
record Fitting(Network network, TrainingStep step, Validation validation) implements AutoCloseable {

  @Override
  public void close() {
    validation.close();
    step.close();
    network.close();
  }
}
