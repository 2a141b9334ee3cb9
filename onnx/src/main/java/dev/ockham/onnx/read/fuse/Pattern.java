package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.OnnxNode;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes that compute what one node can. It takes the place of the last of them; the others
 * go by themselves where nothing else reads them.
 */
@FunctionalInterface
interface Pattern {
  /**
   * A node that gives the same values as this one, reading earlier ones; null if it is no match.
   */
  @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index);
}
