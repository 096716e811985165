/** Tests of the HTTP door through real sockets, with scripted turns behind it. */
@NullMarked
package dev.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;
