/** What the stages of an import hand on: nodes, constants and shapes of an ONNX model. */
@NullMarked
package dev.ockham.onnx.read.program;

import org.jspecify.annotations.NullMarked;
