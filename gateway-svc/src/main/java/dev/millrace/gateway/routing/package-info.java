/** Decides where a prompt runs: pure, from the verdict, the policy and what is known of the models. */
@NullMarked
package dev.millrace.gateway.routing;

import org.jspecify.annotations.NullMarked;
