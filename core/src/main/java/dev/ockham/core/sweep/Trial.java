package dev.ockham.core.sweep;

import dev.ockham.core.spec.RunSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run of a sweep.
 *
 * @param name of its folder, such as {@code trial-03}
 * @param change name of what is changed in it; empty where nothing is
 * @param settings what is its own, by the path of the setting, in their order
 * @param spec all of what it does
 */
public record Trial(String name, String change, Map<String, String> settings, RunSpec spec) {

  /** Keeps the order of the settings. */
  public Trial {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** The same trial for another number of epochs. */
  public Trial withEpochs(int epochs) {
    return new Trial(name, change, settings, spec.withEpochs(epochs));
  }
}
