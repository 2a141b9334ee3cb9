/**
 * Networks from ONNX files: {@link dev.ockham.onnx.read.OnnxImport} is the door. A small compiler,
 * one package per stage: {@code file} (bytes to a {@code Program}), {@code fold} (shapes and
 * constants), {@code fuse} (several nodes to one), {@code map} (nodes to operators of the graph).
 */
@NullMarked
package dev.ockham.onnx.read;

import org.jspecify.annotations.NullMarked;
