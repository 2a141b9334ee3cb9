/** From the bytes of an ONNX file, and of those beside it, to a program. */
@NullMarked
package dev.ockham.onnx.read.file;

import org.jspecify.annotations.NullMarked;
