/**
 * What an experiment found, as values, and how that becomes a folder with a page, pictures and
 * numbers. Nothing here computes results.
 */
@NullMarked
package dev.ockham.lab.page;

import org.jspecify.annotations.NullMarked;
