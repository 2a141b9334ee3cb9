package dev.ockham.bench.inference;

/** A model in some runtime, ready to predict batches that are known beforehand. */
interface Contestant extends AutoCloseable {

  /**
   * Predicts a batch; this is what is timed.
   *
   * @param batch index of the batch
   */
  void predict(int batch);

  /** What the last call gave, {@code [count, size of the output]}; the caller owns it. */
  float[] output();

  @Override
  void close();
}
