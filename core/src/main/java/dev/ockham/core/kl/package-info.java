/**
 * The KL divergences of dropout posteriors, in double precision, as functions of log α.
 *
 * <p>This is the definition everything else is tested against; the float32 twins that run in
 * training live in {@code dev.ockham.core.kernel}. No tensors, no loops over weights here.
 */
@NullMarked
package dev.ockham.core.kl;

import org.jspecify.annotations.NullMarked;
