/**
 * From ONNX nodes to operators of the graph. {@code OperatorTable} says which class maps which
 * operator; {@code Placed} and {@code GraphDraft} hold how ONNX's axes and ours correspond.
 */
@NullMarked
package dev.ockham.onnx.read.map;

import org.jspecify.annotations.NullMarked;
