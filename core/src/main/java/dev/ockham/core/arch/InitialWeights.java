package dev.ockham.core.arch;

/** How large the weights of a new network are. All are drawn from N(0, deviation²). */
public enum InitialWeights {
  /** N(0, 2/fan-in), He et al. (arXiv:1502.01852, eq. (10)): activations keep their size. */
  HE {
    @Override
    public float deviation(LayerSpec.Linear layer) {
      return (float) Math.sqrt(2.0 / layer.fanIn());
    }
  },
  /**
   * As the code that came with Sparse VD (arXiv:1701.05369): N(0, 0.01²) in dense layers, and in
   * convolutions the variance 2/(fan-in + fan-out) of Glorot and Bengio (AISTATS 2010, eq. (12));
   * theirs are uniform there. A weight of a dense layer starts so near 0 that the posterior gives
   * it up at once unless the data want it.
   */
  SMALL {
    @Override
    public float deviation(LayerSpec.Linear layer) {
      return switch (layer) {
        case LayerSpec.Dense _ -> 0.01f;
        case LayerSpec.Conv2d conv -> {
          int fanOut = conv.outputs() * conv.kernel() * conv.kernel();
          yield (float) Math.sqrt(2.0 / (conv.fanIn() + fanOut));
        }
      };
    }
  };

  /** Standard deviation of the weights that a layer starts with. */
  public abstract float deviation(LayerSpec.Linear layer);
}
