/**
 * The mathematics as experiments: what one is, and which there are.
 *
 * <p>An experiment is one class in {@code dev.ockham.lab.experiment} and one line in {@link
 * dev.ockham.lab.Experiments}. It computes, and says what it found as a {@link
 * dev.ockham.lab.page.LabPage}; writing and printing are not its business.
 */
@NullMarked
package dev.ockham.lab;

import org.jspecify.annotations.NullMarked;
