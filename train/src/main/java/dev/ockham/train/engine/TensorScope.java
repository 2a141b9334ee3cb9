package dev.ockham.train.engine;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Frees every tensor made on this thread since it was opened, except those kept. Scopes nest, and
 * belong to the thread that opened them.
 */
public final class TensorScope implements AutoCloseable {

  private final PointerScope scope = new PointerScope();

  /** Lets a tensor outlive this scope; whoever keeps it must close it. */
  public Tensor keep(Tensor tensor) {
    tensor.retainReference();
    return tensor;
  }

  @Override
  public void close() {
    scope.close();
  }
}
