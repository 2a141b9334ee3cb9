package dev.ockham.onnx.read.program;

/**
 * What an ONNX model gives.
 *
 * @param name what the file calls it
 * @param value name of the value that it is; another one where nodes between them are gone
 */
public record ProgramOutput(String name, String value) {}
