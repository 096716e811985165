/** Knows whom calls stand for. */
@NullMarked
package dev.millrace.gateway.auth;

import org.jspecify.annotations.NullMarked;
