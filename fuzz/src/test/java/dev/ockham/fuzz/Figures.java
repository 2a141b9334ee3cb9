package dev.ockham.fuzz;

/**
 * What came of the attacks on a reader.
 *
 * @param reader its name
 * @param inputs how many were tried
 * @param edges how many edges of our code they reached
 * @param seconds how long they went on
 * @param secondsWithoutNews how long, at the end, no input reached a new edge
 */
record Figures(String reader, long inputs, long edges, long seconds, long secondsWithoutNews) {

  /** Whether it is enough: so many inputs, and none new for so long. */
  boolean enough(long inputsWanted, long quietSeconds) {
    return inputs >= inputsWanted && secondsWithoutNews >= quietSeconds;
  }
}
