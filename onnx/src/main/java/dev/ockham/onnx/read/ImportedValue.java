package dev.ockham.onnx.read;

import dev.ockham.runtime.graph.Shape;

/**
 * An input or output as the file has it, where ours lacks the axis of the batch.
 *
 * @param name what both call it
 * @param shape its extent in the file for a batch of one
 * @param batchAxis axis along which examples lie in the file; −1 if there is none, or that is not
 *     known
 */
public record ImportedValue(String name, Shape shape, int batchAxis) {}
