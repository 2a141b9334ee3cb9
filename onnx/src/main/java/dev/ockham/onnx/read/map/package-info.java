/**
 * From ONNX nodes to operators of the graph. A class lists the operators that it maps, {@code
 * OperatorTable} joins them; {@code Layout} and {@code GraphDraft} hold how ONNX's axes and ours
 * correspond.
 */
@NullMarked
package dev.ockham.onnx.read.map;

import org.jspecify.annotations.NullMarked;
