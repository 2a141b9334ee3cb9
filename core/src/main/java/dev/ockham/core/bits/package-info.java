/**
 * How exactly the numbers of a pruned model are kept: what a weight's posterior does not tell apart
 * needs no bits. Nothing here trains or prints.
 */
@NullMarked
package dev.ockham.core.bits;

import org.jspecify.annotations.NullMarked;
