/**
 * Models that Ockham made, in Spark: a transformer for pipelines and a function for SQL. Runs on
 * Java 21 with the runtime alone; Spark itself is there already.
 */
@NullMarked
package dev.ockham.spark;

import org.jspecify.annotations.NullMarked;
