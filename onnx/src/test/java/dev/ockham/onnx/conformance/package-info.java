/** ONNX's own tests of operators, and what Ockham makes of them. */
@NullMarked
package dev.ockham.onnx.conformance;

import org.jspecify.annotations.NullMarked;
