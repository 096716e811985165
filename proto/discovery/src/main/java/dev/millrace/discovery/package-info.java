/** How an instance of a service is found by the others: it registers with Consul, stays registered, and leaves in time. */
@NullMarked
package dev.millrace.discovery;

import org.jspecify.annotations.NullMarked;
