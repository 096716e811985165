package dev.millrace.runtime;

import io.micronaut.context.annotation.Factory;
import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;

/** Lets configuration records have components of type {@link NanoUsd} and {@link DataSize}; spans are built in. */
@Factory
final class ConfigurationConverters {
    @Singleton
    TypeConverter<CharSequence, NanoUsd> money() {
        return (text, type, context) -> read(NanoUsd::parse, text, context);
    }

    @Singleton
    TypeConverter<CharSequence, DataSize> size() {
        return (text, type, context) -> read(DataSize::parse, text, context);
    }

    private static <T> Optional<T> read(Function<String, T> reader, CharSequence text, ConversionContext context) {
        try {
            return Optional.of(reader.apply(text.toString()));
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            context.reject(text, unreadable);
            return Optional.empty();
        }
    }
}
