/**
 * Whether ONNX Runtime makes of an ONNX file what Ockham makes of the model. ONNX Runtime is large
 * and native: only a process of its own loads it, and what is exchanged with that are files.
 */
@NullMarked
package dev.ockham.onnx.check;

import org.jspecify.annotations.NullMarked;
