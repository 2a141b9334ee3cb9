/**
 * A service that answers over HTTP, of the JDK and {@code ockham-runtime} alone: {@link
 * dev.ockham.examples.serve.PredictionService}.
 */
@NullMarked
package dev.ockham.examples.serve;

import org.jspecify.annotations.NullMarked;
