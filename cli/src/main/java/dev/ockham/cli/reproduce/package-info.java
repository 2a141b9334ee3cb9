/**
 * Published numbers, what we measured beside them, and the pages made of both. Only what a result
 * file holds gets onto a page.
 */
@NullMarked
package dev.ockham.cli.reproduce;

import org.jspecify.annotations.NullMarked;
