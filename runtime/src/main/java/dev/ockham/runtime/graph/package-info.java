/**
 * A network as one immutable value: which operators run in which order on which values, and which
 * parameters they take. A {@link dev.ockham.runtime.graph.Graph} is checked when it is made; one
 * that exists fits together.
 *
 * <p>Shapes are those of one example; the batch is never part of a graph. Numbers stand beside a
 * graph, by the names of its parameters, and so do beliefs of them; neither lives here. What is
 * known of an operator without any numbers (shapes, units, multiplications) is a method of its
 * record; what a pass does with it is a switch of that pass.
 */
@NullMarked
package dev.ockham.runtime.graph;

import org.jspecify.annotations.NullMarked;
