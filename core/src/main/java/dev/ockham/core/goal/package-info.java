/**
 * What a user wishes of a network: how small, how good; and whether measured numbers grant it.
 * Nothing here trains or prints.
 */
@NullMarked
package dev.ockham.core.goal;

import org.jspecify.annotations.NullMarked;
