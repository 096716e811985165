/**
 * How a Millrace process lives: its home, its strict configuration, its container, its start and its end.
 *
 * <p>A service in a process of its own, and the same one in the standalone:
 *
 * <pre>{@code
 * public final class BillingApplication implements MillraceService {
 *     public static void main(String[] arguments) {
 *         ServiceProcess.run(new BillingApplication(), arguments);
 *     }
 *     public String name() { return "billing"; }
 *     public Running start(ServiceSettings settings) {
 *         ApplicationContext context = Contexts.open(name(), BillingApplication.class, settings);
 *         GrpcServer server = GrpcServer.builder(name())
 *                 .listen(context.getBean(BillingConfig.class).listen())    // billing.grpc.listen
 *                 .innerDoor()
 *                 .service(context.getBean(BillingGrpcService.class))
 *                 .start();
 *         // Readiness.watch(…) as a fifth where something else, such as a database, may be away
 *         return new RunningService(context, server, () -> "ledger " + settings.home().root().resolve("billing.db"));
 *     }
 * }
 * // the standalone: ServiceProcess.start(List.of(new BillingApplication(), …), settings, started -> print(started))
 * }</pre>
 *
 * <p>The service's root package carries {@code @Configuration @Requires(property = "millrace.service", value =
 * "billing")}; {@code src/main/resources/billing/application.yml} holds every default and so every key, and {@code
 * billing/keys.yml} an example of each key that has no default, with {@code "*"} for names that operators choose. A chosen
 * name has no dot, because dots part keys: where names are models, use a list whose items say {@code model: gpt-4.1}. An
 * operator's list of plain values replaces the default; a list of sections must have no default, or both would mix.
 */
@NullMarked
package dev.millrace.runtime;

import org.jspecify.annotations.NullMarked;
