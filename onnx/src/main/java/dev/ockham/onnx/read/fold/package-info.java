/** Shapes of all values, and the values of everything that does not depend on an example. */
@NullMarked
package dev.ockham.onnx.read.fold;

import org.jspecify.annotations.NullMarked;
