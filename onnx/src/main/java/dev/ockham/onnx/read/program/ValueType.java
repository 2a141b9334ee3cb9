package dev.ockham.onnx.read.program;

import dev.ockham.runtime.graph.Shape;

/**
 * What is known of a value before it is computed.
 *
 * @param type kind of its numbers
 * @param shape its extent as ONNX has it, with the axis of the batch
 */
public record ValueType(ElementType type, Shape shape) {}
