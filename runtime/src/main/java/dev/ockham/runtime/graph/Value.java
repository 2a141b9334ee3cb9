package dev.ockham.runtime.graph;

/**
 * A value of a graph that is being built: what {@link GraphBuilder} gives and takes.
 *
 * @param name of the input or node that gives it
 * @param shape of one example
 */
public record Value(String name, Shape shape) {}
