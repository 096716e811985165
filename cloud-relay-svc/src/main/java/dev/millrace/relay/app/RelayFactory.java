package dev.millrace.relay.app;

import dev.millrace.relay.AttemptLedger;
import dev.millrace.relay.Breakers;
import dev.millrace.relay.CallLimits;
import dev.millrace.relay.Completions;
import dev.millrace.relay.Embeddings;
import dev.millrace.relay.HostGuard;
import dev.millrace.relay.Quotas;
import dev.millrace.relay.Retries;
import dev.millrace.relay.TokenCounter;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.WireFormat;
import dev.millrace.relay.breaker.ModelBreakers;
import dev.millrace.relay.calls.ProviderCompletions;
import dev.millrace.relay.calls.ProviderEmbeddings;
import dev.millrace.relay.calls.Tries;
import dev.millrace.relay.counting.PublicTokenizer;
import dev.millrace.relay.grpc.RelayGrpcService;
import dev.millrace.relay.guard.AddressRules;
import dev.millrace.relay.openai.OpenAiFormat;
import dev.millrace.relay.peers.BillingPeer;
import dev.millrace.relay.providers.LiveCatalog;
import dev.millrace.relay.providers.ModelRefresh;
import dev.millrace.relay.providers.ProviderReader;
import dev.millrace.relay.retry.Backoff;
import dev.millrace.relay.retry.PacedRetries;
import dev.millrace.relay.retry.QuotaWatch;
import dev.millrace.relay.upstream.NettyUpstream;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.env.Environment;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;

/** Makes every part of the relay, each from those before it. */
@Factory
final class RelayFactory {
    @Singleton
    @Bean(preDestroy = "shutdownNow")
    @Named("relay-timer")
    ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("relay-timer").factory());
        // Every call leaves a cancelled task behind; thousands would wait for their next tick.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Singleton
    LiveCatalog catalog(Environment properties, KeyEnvironment environment) {
        return new LiveCatalog(new ProviderReader(properties, environment.variables()).read());
    }

    @Singleton
    HostGuard guard(LiveCatalog catalog) {
        return new AddressRules(ProviderReader.permittedHosts(catalog.sources()), InetAddress::getAllByName);
    }

    @Singleton
    @Bean(preDestroy = "close")
    NettyUpstream upstream(HostGuard guard, @Property(name = "cloud-relay.calls-max") int callsMax) {
        return new NettyUpstream(guard, callsMax);
    }

    @Singleton
    WireFormat format() {
        return new OpenAiFormat();
    }

    @Singleton
    @Bean(preDestroy = "close")
    ModelRefresh refresh(
            LiveCatalog catalog,
            Upstream upstream,
            WireFormat format,
            @Property(name = "cloud-relay.models-refresh") Duration period) {
        return new ModelRefresh(catalog, upstream, format, period);
    }

    @Singleton
    Quotas quotas() {
        return new QuotaWatch(InstantSource.system());
    }

    @Singleton
    Retries retries(RetryConfig config) {
        return new PacedRetries(
                new PacedRetries.Rules(
                        config.triesMax(), config.longestWait(), config.budgetShare(), config.budgetFloor()),
                new Backoff(
                        config.base(),
                        config.longestWait(),
                        () -> ThreadLocalRandom.current().nextLong()),
                System::nanoTime);
    }

    @Singleton
    Breakers breakers(@Property(name = "cloud-relay.breaker.pause") Duration pause) {
        return new ModelBreakers(pause);
    }

    @Singleton
    Tries tries(Breakers breakers, Retries retries, Quotas quotas) {
        return new Tries(breakers, retries, quotas);
    }

    @Singleton
    @Bean(preDestroy = "close")
    BillingPeer billing(
            @Property(name = "cloud-relay.peers.billing") String target,
            @Named("relay-timer") ScheduledExecutorService timer,
            Telemetry telemetry) {
        return BillingPeer.open(target, timer, telemetry);
    }

    @Singleton
    AttemptLedger ledger(BillingPeer billing) {
        return billing.ledger();
    }

    @Singleton
    TokenCounter counter() {
        return new PublicTokenizer();
    }

    @Singleton
    Completions completions(
            Upstream upstream,
            WireFormat format,
            Quotas quotas,
            Tries tries,
            AttemptLedger ledger,
            TokenCounter counter) {
        return new ProviderCompletions(upstream, format, quotas, tries, ledger, counter);
    }

    @Singleton
    Embeddings embeddings(
            Upstream upstream,
            WireFormat format,
            Quotas quotas,
            Tries tries,
            AttemptLedger ledger,
            TokenCounter counter) {
        return new ProviderEmbeddings(upstream, format, quotas, tries, ledger, counter);
    }

    @Singleton
    CallLimits limits(@Property(name = "cloud-relay.calls-max") int callsMax) {
        return new CallLimits(callsMax);
    }

    @Singleton
    RelayGrpcService service(
            LiveCatalog catalog,
            Completions completions,
            Embeddings embeddings,
            Quotas quotas,
            Breakers breakers,
            CallLimits limits) {
        return new RelayGrpcService(catalog, completions, embeddings, quotas, breakers, limits);
    }
}
