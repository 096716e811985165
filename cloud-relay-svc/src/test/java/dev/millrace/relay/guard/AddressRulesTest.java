package dev.millrace.relay.guard;

import dev.millrace.relay.HostGuard.Forbidden;
import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class AddressRulesTest {
    private static AddressRules rules(String address, String... permitted) {
        return new AddressRules(Set.of(permitted), host -> new InetAddress[] {InetAddress.getByName(address)});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.8.8",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.100.100.200",
                "192.0.0.192",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "2002:7f00:1::",
                "2001:db8::1"
            })
    void refusesWhatIsNotPublic(String address) {
        assertThatThrownBy(() -> rules(address).resolve("api.example.com"))
                .isInstanceOf(Forbidden.class)
                .hasMessageContaining("api.example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808"})
    void letsPublicAddressesThrough(String address) throws Exception {
        assertThat(rules(address).resolve("api.example.com")).hasSize(1);
    }

    @Test
    void operatorsWordPermitsItsHostAndNoOther() {
        assertThatCode(() -> rules("127.0.0.1", "LocalHost").resolve("localhost"))
                .doesNotThrowAnyException();
        assertThatCode(() -> rules("::1", "[::1]").resolve("[::1]")).doesNotThrowAnyException();
        assertThatThrownBy(() -> rules("127.0.0.1", "localhost").resolve("other"))
                .isInstanceOf(Forbidden.class);
    }

    @Test
    void metadataServiceIsReachedByItsNumberAlone() {
        assertThatThrownBy(() -> rules("169.254.169.254", "llm.example").resolve("llm.example"))
                .isInstanceOf(Forbidden.class);
        assertThatCode(() -> rules("169.254.169.254", "169.254.169.254").resolve("169.254.169.254"))
                .doesNotThrowAnyException();
    }

    @Test
    void oneForbiddenAddressAmongSeveralIsEnough() {
        AddressRules mixed = new AddressRules(Set.of(), host ->
                new InetAddress[] {InetAddress.getByName("8.8.8.8"), InetAddress.getByName("10.0.0.1")});

        assertThatThrownBy(() -> mixed.resolve("rebind.example")).isInstanceOf(Forbidden.class);
    }
}
