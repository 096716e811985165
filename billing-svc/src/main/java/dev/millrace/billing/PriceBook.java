package dev.millrace.billing;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All price rows at one moment, found by model and date or by version. Immutable. */
public final class PriceBook {
    /** By model, the newest first; rows of one date in the order of their versions, which are minted in time. */
    private static final Comparator<Price> ORDER = Comparator.comparing(Price::model)
            .thenComparing(Price::validFrom, Comparator.reverseOrder())
            .thenComparing(Price::version, Comparator.reverseOrder());

    private final List<Price> rows;
    private final Map<String, List<Price>> byModel;
    private final Map<String, Price> byVersion;

    public PriceBook(List<Price> rows) {
        this.rows = rows.stream().sorted(ORDER).toList();
        this.byModel = this.rows.stream().collect(Collectors.groupingBy(Price::model));
        this.byVersion = this.rows.stream().collect(Collectors.toUnmodifiableMap(Price::version, Function.identity()));
    }

    /** The row that holds for a model at a time. */
    public Optional<Price> inForce(String model, Instant at) {
        return byModel.getOrDefault(model, List.of()).stream()
                .filter(price -> !price.validFrom().isAfter(at))
                .findFirst();
    }

    /** Whether the price of this model has ever changed, so that it matters when a call began. */
    public boolean hasHistory(String model) {
        return byModel.getOrDefault(model, List.of()).size() > 1;
    }

    public Optional<Price> version(String version) {
        return Optional.ofNullable(byVersion.get(version));
    }

    /** Every row, by model, the newest first. */
    public List<Price> all() {
        return rows;
    }

    /** The rows that hold at a time or later. */
    public List<Price> current(Instant at) {
        return rows.stream()
                .filter(price -> price.validFrom().isAfter(at)
                        || inForce(price.model(), at).equals(Optional.of(price)))
                .toList();
    }

    /** The book with one more row. */
    public PriceBook with(Price price) {
        return new PriceBook(Stream.concat(rows.stream(), Stream.of(price)).toList());
    }
}
