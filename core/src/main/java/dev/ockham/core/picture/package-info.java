/**
 * Pictures as files hold them: {@link dev.ockham.core.picture.PictureReader} turns the bytes of one
 * into 8-bit pixels, and {@link dev.ockham.core.picture.PictureFiles} lists those in a folder or a
 * zip archive. Everything that reads pictures, for training or for predictions, reads them here, so
 * that one file always gives the same numbers.
 */
@NullMarked
package dev.ockham.core.picture;

import org.jspecify.annotations.NullMarked;
