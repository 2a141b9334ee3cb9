/**
 * Mean and variance of what a model gives where its weights are uncertain, in closed form, layer by
 * layer. JDK only.
 */
@NullMarked
package dev.ockham.runtime.moment;

import org.jspecify.annotations.NullMarked;
