/**
 * Forward and backward pass of any graph, for one thread's share of a batch, on memory that Java
 * owns. {@link dev.ockham.train.pass.GraphPass} makes a stage of each node: one written by hand
 * where its gradient is known in closed form, with matrix products by BLAS and kernels between
 * them, and an autograd segment of libtorch otherwise. No optimiser, no KL.
 */
@NullMarked
package dev.ockham.train.pass;

import org.jspecify.annotations.NullMarked;
