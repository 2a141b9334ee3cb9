package dev.ockham.onnx.read.program;

import java.util.Collections;
import java.util.Map;

/**
 * A program of which kind and shape of each value are known.
 *
 * @param program the program
 * @param types by the name of the value; not to be written afterwards
 */
public record TypedProgram(Program program, Map<String, ValueType> types) {
  /** Guards the map. */
  public TypedProgram {
    types = Collections.unmodifiableMap(types);
  }
}
