/**
 * What a command needs to write models for others: ONNX Runtime, wherever it is on this machine or
 * in the world, and the check that it agrees.
 */
@NullMarked
package dev.ockham.cli.export;

import org.jspecify.annotations.NullMarked;
