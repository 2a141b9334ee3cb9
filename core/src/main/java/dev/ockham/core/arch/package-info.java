/**
 * Networks by name: which graph a name or a text stands for, and how large the weights of a new one
 * are.
 *
 * <p>An {@link dev.ockham.core.arch.Architecture} is a graph with a name. It says nothing about
 * numbers, noise or engines; the trainer makes live networks of it and the evaluator counts the
 * original weights by it. Named networks stand in one class for each family; operators do not live
 * here but in {@link dev.ockham.runtime.graph}.
 */
@NullMarked
package dev.ockham.core.arch;

import org.jspecify.annotations.NullMarked;
