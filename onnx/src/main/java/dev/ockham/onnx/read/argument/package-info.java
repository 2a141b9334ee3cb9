/**
 * What nodes are told beside values: attributes, or inputs that are constant, whichever the version
 * of the operator set has. One class per family; shapes, folding and mapping all read here.
 */
@NullMarked
package dev.ockham.onnx.read.argument;

import org.jspecify.annotations.NullMarked;
