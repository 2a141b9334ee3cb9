package dev.ockham.lab;

import dev.ockham.lab.page.LabPage;
import java.io.IOException;

/** One question about the mathematics, answered by computing. */
public interface Experiment {

  /** Its name on the command line and of its folder: lower case with hyphens. */
  String name();

  /** What it shows, in one line. */
  String summary();

  /**
   * Computes. Equal settings give an equal page, but for wall-clock times, whose keys in the result
   * end in {@code _ms}.
   *
   * @throws IOException if data it needs cannot be read
   */
  LabPage run(Setting setting) throws IOException;
}
