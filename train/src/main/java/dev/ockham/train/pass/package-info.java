/**
 * Forward and backward pass written by hand, on memory that Java owns: matrix products by BLAS,
 * everything between them by kernels. For layers whose gradient is known in closed form; autograd
 * does the rest.
 */
@NullMarked
package dev.ockham.train.pass;

import org.jspecify.annotations.NullMarked;
