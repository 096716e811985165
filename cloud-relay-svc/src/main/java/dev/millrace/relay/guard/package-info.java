/** Where the relay may connect to, decided on the address that is then used. */
@NullMarked
package dev.millrace.relay.guard;

import org.jspecify.annotations.NullMarked;
