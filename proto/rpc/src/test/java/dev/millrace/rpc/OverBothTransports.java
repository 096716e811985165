package dev.millrace.rpc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test that takes the address to listen at, once within the process and once over TCP: the two transports differ in how
 * much they hold.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
@interface OverBothTransports {}
