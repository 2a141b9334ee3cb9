package dev.ockham.lab;

import dev.ockham.lab.experiment.AdditiveNoiseExperiment;
import dev.ockham.lab.experiment.BetaBernoulliExperiment;
import dev.ockham.lab.experiment.CollapseExperiment;
import dev.ockham.lab.experiment.ElboExperiment;
import dev.ockham.lab.experiment.EquivalenceExperiment;
import dev.ockham.lab.experiment.EvidenceExperiment;
import dev.ockham.lab.experiment.GradientVarianceExperiment;
import dev.ockham.lab.experiment.KlExperiment;
import dev.ockham.lab.experiment.NoiseExperiment;
import dev.ockham.lab.experiment.PriorExperiment;
import dev.ockham.lab.experiment.ReparameterizationExperiment;
import dev.ockham.lab.experiment.SparsifyExperiment;
import dev.ockham.lab.experiment.StorageExperiment;
import java.util.List;

/** The experiments there are. */
public final class Experiments {

  private Experiments() {}

  /** All of them, in the order of the guide. */
  public static List<Experiment> all() {
    return List.of(
        new NoiseExperiment(),
        new ElboExperiment(),
        new ReparameterizationExperiment(),
        GradientVarianceExperiment.standard(),
        AdditiveNoiseExperiment.standard(),
        EquivalenceExperiment.standard(),
        KlExperiment.standard(),
        new PriorExperiment(),
        new CollapseExperiment(),
        new SparsifyExperiment(),
        new EvidenceExperiment(),
        new BetaBernoulliExperiment(),
        new StorageExperiment());
  }
}
