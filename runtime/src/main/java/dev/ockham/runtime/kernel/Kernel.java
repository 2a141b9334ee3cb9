package dev.ockham.runtime.kernel;

/** What a node comes to on a block of examples. Immutable, and safe to share between threads. */
public sealed interface Kernel permits Move, Fixed, Computation {}
