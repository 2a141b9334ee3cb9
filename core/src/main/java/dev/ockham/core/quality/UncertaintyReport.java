package dev.ockham.core.quality;

import java.util.Map;

/** How far the certainty of predictions may be trusted. */
public sealed interface UncertaintyReport permits ClassCertainty, LabelCertainty, NumberCertainty {

  /** For programs and files. */
  Map<String, Object> toMap();
}
