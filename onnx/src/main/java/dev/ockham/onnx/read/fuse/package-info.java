/** Several nodes that are one operator of the graph: one class per pattern. */
@NullMarked
package dev.ockham.onnx.read.fuse;

import org.jspecify.annotations.NullMarked;
