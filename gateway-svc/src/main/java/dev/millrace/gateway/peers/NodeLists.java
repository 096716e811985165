package dev.millrace.gateway.peers;

import dev.millrace.gateway.Listings.Listing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks each node for its models, and makes one list of theirs: nodes differ, and one whose engine is dead speaks for itself alone.
 * One that does not answer counts with what it last told, until nobody names it any more.
 */
final class NodeLists {

    private final Supplier<List<String>> names;
    private final Map<String, Listing> told = new ConcurrentHashMap<>();

    /** @param names the nodes that there are; none: nobody knows, and whichever node is reached speaks for all */
    NodeLists(Supplier<List<String>> names) {
        this.names = names;
    }

    /**
     * Empty: no node answers.
     *
     * @param ask puts the question to the node of that name; to any, where there is no name
     */
    Optional<Listing> together(Function<Optional<String>, Optional<Listing>> ask) {
        List<String> nodes = names.get();
        if (nodes.isEmpty()) {
            return ask.apply(Optional.empty());
        }
        Map<String, Listing> answers = answers(nodes, ask);
        told.putAll(answers);
        told.keySet().retainAll(nodes);
        return answers.isEmpty()
                ? Optional.empty()
                : Optional.of(Listing.together(
                        nodes.stream().filter(told::containsKey).map(told::get).toList()));
    }

    /** Side by side: one that is frozen takes the whole time that there is. */
    private static Map<String, Listing> answers(List<String> nodes, Function<Optional<String>, Optional<Listing>> ask) {
        Map<String, Listing> answers = new LinkedHashMap<>();
        try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Optional<Listing>>> questions = new ArrayList<>();
            nodes.forEach(node -> questions.add(() -> ask.apply(Optional.of(node))));
            List<Future<Optional<Listing>>> said = asking.invokeAll(questions);
            for (int i = 0; i < said.size(); i++) {
                String node = nodes.get(i);
                said.get(i).get().ifPresent(listing -> answers.put(node, listing));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a node's list could not be read", failure.getCause());
        }
        return answers;
    }
}
