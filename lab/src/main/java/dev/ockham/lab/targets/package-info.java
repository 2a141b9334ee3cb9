/** Whether wishes that a grid of β reaches are granted by compressing, and hold on test data. */
@NullMarked
package dev.ockham.lab.targets;

import org.jspecify.annotations.NullMarked;
