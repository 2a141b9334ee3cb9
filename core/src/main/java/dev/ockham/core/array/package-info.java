/**
 * Arrays of NumPy, {@code .npy} and {@code .npz}, as data sets. What may be in a file is checked
 * before anything of its size is allocated; pickled objects are never read.
 */
@NullMarked
package dev.ockham.core.array;

import org.jspecify.annotations.NullMarked;
