/**
 * Models as ONNX files: a node of a graph becomes one operator of opset 18, or several where that
 * has none. Nothing here runs a model, and nothing reads one.
 */
@NullMarked
package dev.ockham.onnx.write;

import org.jspecify.annotations.NullMarked;
