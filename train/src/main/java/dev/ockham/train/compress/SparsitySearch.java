package dev.ockham.train.compress;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Target;
import java.util.List;

/**
 * How much has to go for wishes of size, found by pruning alone: no weight is trained, so that a
 * look costs next to nothing.
 */
final class SparsitySearch {

  private static final int LOOKS = 12;

  /** Room that is left, since training moves what a file or a unit costs. */
  private static final double ROOM = 0.01;

  private SparsitySearch() {}

  /** Tells a size of the network pruned to a sparsity. */
  @FunctionalInterface
  interface Sizes {
    double at(double sparsity, Measure measure) throws java.io.IOException;
  }

  /**
   * The least sparsity that grants all wishes of size, by halving the logarithm of what is left.
   *
   * @param weights of the network
   * @param wanted the bound of each wish, in order
   * @return above 1 where even one weight is too much
   */
  static double least(List<Target> sizes, List<Double> wanted, long weights, Sizes network)
      throws java.io.IOException {
    double sparsity = 0;
    for (int i = 0; i < sizes.size(); i++) {
      sparsity = Math.max(sparsity, least(sizes.get(i).measure(), wanted.get(i), weights, network));
    }
    return sparsity;
  }

  private static double least(Measure measure, double wanted, long weights, Sizes network)
      throws java.io.IOException {
    switch (measure.kind()) {
      case SPARSITY -> {
        return wanted;
      }
      case COMPRESSION -> {
        return 1 - 1 / wanted;
      }
      case WEIGHTS -> {
        return 1 - Math.floor(wanted) / weights;
      }
      case UNITS, FILE, MACS, LATENCY -> {}
      case ERROR, ACCURACY, RMSE, NLL, RECALL ->
          throw new IllegalArgumentException(measure + " is no size");
    }
    double bound = wanted * (1 - ROOM);
    double tooMany = 0; // log of weights over those left
    double enough = Math.log((double) weights);
    if (!measure.atLeastAsGood(network.at(1 - Math.exp(-enough), measure), bound)) {
      return 2;
    }
    for (int i = 0; i < LOOKS; i++) {
      double middle = (tooMany + enough) / 2;
      if (measure.atLeastAsGood(network.at(1 - Math.exp(-middle), measure), bound)) {
        enough = middle;
      } else {
        tooMany = middle;
      }
    }
    return 1 - Math.exp(-enough);
  }
}
