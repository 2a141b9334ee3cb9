/**
 * Tables: rows of text files and Parquet behind one source, what their columns hold, and the
 * examples that they become by {@link dev.ockham.runtime.data.TableRules}. Arrays of numbers are
 * not here.
 */
@NullMarked
package dev.ockham.core.table;

import org.jspecify.annotations.NullMarked;
