/** Networks from ONNX files, and models as ONNX files. */
@NullMarked
package dev.ockham.onnx;

import org.jspecify.annotations.NullMarked;
