package dev.ockham.train.pass;

import dev.ockham.train.gate.Gate;
import dev.ockham.train.gate.GateLeaves;

/**
 * A gate, and where in a graph it stands: on the value that a node gives, for all who read it, or
 * on what a node reads first, for that node alone.
 *
 * @param node the node's name
 * @param onOutput whether it stands on what the node gives
 * @param ordinal number of the gate, from 0, by which its noise is drawn
 * @param gate what draws its noise
 * @param leaves one thread's view of what it learns
 */
public record GatePlace(String node, boolean onOutput, int ordinal, Gate gate, GateLeaves leaves) {}
