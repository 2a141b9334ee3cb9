/** Imports compared with ONNX Runtime. */
@NullMarked
package dev.ockham.onnx.read;

import org.jspecify.annotations.NullMarked;
