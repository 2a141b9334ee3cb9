/**
 * libtorch as Ockham uses it: start-up, scopes for native memory, and tensors over memory that Java
 * owns. No mathematics.
 */
@NullMarked
package dev.ockham.train.engine;

import org.jspecify.annotations.NullMarked;
