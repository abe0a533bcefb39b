package io.roadstead.plugin.mesh.etcd.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.config.Secret;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.mesh.etcd.client.Credentials;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

final class EtcdConfigTest {

    private static final Path DIRECTORY = Path.of("/var/lib/cilium/clustermesh");

    @Test
    void aFileOfCiliumIsRead() {
        var config = parse("""
                endpoints:
                - https://lyon.mesh.cilium.io:2379
                trusted-ca-file: /var/lib/cilium/clustermesh/common-etcd-client-ca.crt
                cert-file: /var/lib/cilium/clustermesh/common-etcd-client.crt
                key-file: /var/lib/cilium/clustermesh/common-etcd-client.key
                """);

        assertThat(config.target().endpoints()).containsExactly(URI.create("https://lyon.mesh.cilium.io:2379"));
        assertThat(config.target().tls()).isEqualTo(new TlsFiles(DIRECTORY.resolve("common-etcd-client-ca.crt"),
                DIRECTORY.resolve("common-etcd-client.crt"), DIRECTORY.resolve("common-etcd-client.key"), false));
        assertThat(config.target().credentials()).isNull();
        assertThat(config.target().serverName()).isNull();
        assertThat(config.notes()).isEmpty();
    }

    @Test
    void everyKeyOfEtcdsClientIsKnown() {
        var config = parse("""
                Endpoints: ["https://a:1", "https://[2001:db8::1]:2"]
                ca-file: ca.crt
                insecure-skip-tls-verify: true
                username: root
                password: "s3cret"
                dial-timeout: 5000000000
                dial-keep-alive-time: 15s
                dial-keep-alive-timeout: 1m2.5s
                auto-sync-interval: 0
                reject-old-cluster: true
                permit-without-stream: true
                cilium-host-aliases:
                - hostname: A
                  ips: [192.0.2.1]
                - hostname: a
                  ips: ["2001:db8::2"]
                """);

        assertThat(config.target().endpoints()).containsExactly(URI.create("https://a:1"), URI.create("https://[2001:db8::1]:2"));
        assertThat(config.target().tls()).isEqualTo(new TlsFiles(DIRECTORY.resolve("ca.crt"), null, null, true));
        assertThat(config.target().credentials()).isEqualTo(new Credentials("root", Secret.of("s3cret")));
        assertThat(config.target().addresses()).containsOnlyKeys("a").containsEntry("a",
                List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::2")));
        assertThat(config.notes()).hasSize(7).noneMatch(note -> note.contains("not known"))
                .anyMatch(note -> note.startsWith("dial-timeout has no effect")).contains("ca-file is deprecated: write trusted-ca-file");
    }

    @ParameterizedTest
    @CsvSource({
        "https://h:1, false, https://h:1", "http://h:1, false, http://h:1", "h:1, false, https://h:1", "h:1, true, http://h:1",
        "HTTPS://h/, false, https://h:2379", "192.0.2.1:2379, false, https://192.0.2.1:2379", "'[::1]', false, https://[::1]:2379"})
    void endpointsAreUrlsOrHosts(String text, boolean plain, String expected) {
        var config = parse("endpoints: ['" + text + "']\ninsecure-transport: " + plain);

        assertThat(config.target().endpoints()).containsExactly(URI.create(expected));
        assertThat(config.target().tls() == null).isEqualTo(expected.startsWith("http:"));
    }

    @Test
    void httpsWithoutAnAuthorityTrustsThoseOfTheRuntime() {
        assertThat(parse("endpoints: [https://h:1]").target().tls()).isEqualTo(new TlsFiles(null, null, null, false));
    }

    @Test
    void keysThatAreNotKnownAreNoted() {
        var config = parse("endpoints: [http://h:1]\nfuture-key: {a: 1}\ncert-file: a\nkey-file: b");

        assertThat(config.notes()).containsExactlyInAnyOrder("future-key is not known",
                "no endpoint is https: the certificates have no effect, and nothing is encrypted");
        assertThat(config.target().tls()).isNull();
    }

    @Test
    void textWithoutEndpointsIsNoConfiguration() {
        assertThat(EtcdConfig.isOne("-----BEGIN CERTIFICATE-----\n")).isFalse();
        assertThat(EtcdConfig.isOne("")).isFalse();
        assertThat(EtcdConfig.isOne("endpoints: []")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "endpoints:                                      | endpoints is missing",
        "endpoints: []                                   | endpoints is missing",
        "endpoints: https://h:1                          | endpoints is not a list",
        "endpoints: [1]                                  | endpoints holds something else than texts",
        "endpoints: [[a]]                                | endpoints holds something else than texts",
        "endpoints: [\"https://h:1\", \"\"]              | endpoints[1] is not http://HOST:PORT",
        "endpoints: [\"ftp://h:1\"]                      | endpoints[0] is not http://HOST:PORT",
        "endpoints: [\"unix:///run/etcd\"]               | endpoints[0] is not http://HOST:PORT",
        "endpoints: [\"https://h:99999\"]                | endpoints[0] is not http://HOST:PORT",
        "endpoints: [\"https://h:0\"]                    | endpoints[0] is not http://HOST:PORT",
        "endpoints: [\"https://h:x\"]                    | endpoints[0] is not http://HOST:PORT",
        "endpoints: [\"https://h/v3\"]                   | endpoints[0] is not http://HOST:PORT",
        "endpoints: [\"https://a b\"]                    | endpoints[0] is not http://HOST:PORT",
        "{endpoints: [h:1], cert-file: a}                | key-file is missing",
        "{endpoints: [h:1], key-file: a}                 | cert-file is missing",
        "{endpoints: [h:1], cert-file: [a], key-file: a} | cert-file is not a text",
        "{endpoints: [h:1], cert-file: \"a\\0\", key-file: a} | cert-file is not the name of a file",
        "{endpoints: [h:1], username: a}                 | password is missing",
        "{endpoints: [h:1], password: a}                 | username is missing",
        "{endpoints: [h:1], username: a, password: 12}   | password is not a text",
        "{endpoints: [h:1], insecure-transport: yes}     | insecure-transport is neither true nor false",
        "{endpoints: [\"https://h:1\"], insecure-transport: true} | insecure-transport is true, and yet an endpoint is https",
        "{endpoints: [h:1], dial-timeout: soon}          | dial-timeout is not a duration",
        "{endpoints: [h:1], dial-timeout: \"\"}          | dial-timeout is not a duration",
        "{endpoints: [h:1], dial-timeout: -5}            | dial-timeout is not a duration",
        "{endpoints: [h:1], dial-timeout: 1.5}           | dial-timeout is not a duration",
        "{endpoints: [h:1], cilium-host-aliases: {}}     | cilium-host-aliases is not a list",
        "{endpoints: [h:1], cilium-host-aliases: [a]}    | cilium-host-aliases holds something else than mappings",
        "{endpoints: [h:1], cilium-host-aliases: [{ips: [\"::1\"]}]} | cilium-host-aliases[0].hostname is missing",
        "{endpoints: [h:1], cilium-host-aliases: [{hostname: a}]} | cilium-host-aliases[0].ips is missing",
        "{endpoints: [h:1], cilium-host-aliases: [{hostname: a, ips: [b]}]} | cilium-host-aliases[0].ips holds something that is not an IP",
        "[endpoints: 1]                                  | is not a mapping of keys to values",
        "endpoints: [                                    | line 1 is not YAML",
        "{endpoints: [h:1], endpoints: [h:2]}            | is not YAML",
        "endpoints: !!java.net.URL [\"http://h\"]         | YAML",
        "endpoints: &a [*a]                              | endpoints holds something else than texts"})
    void whatIsWrongIsNamedWithARemedy(String text, String problem) {
        assertThatThrownBy(() -> parse(text)).isInstanceOfSatisfying(RoadsteadException.class, refused -> {
            assertThat(refused.getMessage()).startsWith("file lyon: ").contains(problem);
            assertThat(refused.remedy()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoints: [https://root:s3cret@h:1]", "{endpoints: [h:1], username: [s3cret]}",
        "endpoints: [h:1]\npassword: 's3cret",
        "endpoints: [h:1]\npassword: *s3cret", "endpoints: [h:1]\npassword: \"\\q s3cret\"", "endpoints: [h:1]\ns3cret"})
    void noMessageHoldsASecret(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(RoadsteadException.class).hasMessageNotContaining("s3cret");
        assertThat(parse("{endpoints: [h:1], username: a, password: s3cret}").toString()).doesNotContain("s3cret");
    }

    @Test
    void depthAndWidthAreBounded() {
        assertThatThrownBy(() -> parse("endpoints: " + "[".repeat(100_000))).isInstanceOf(RoadsteadException.class);
        assertThatThrownBy(() -> parse("endpoints: " + "[".repeat(20_000) + "]".repeat(20_000))).isInstanceOf(RoadsteadException.class);
        assertThatThrownBy(() -> parse("""
                a: &a [x, x, x, x, x, x, x, x, x]
                b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
                c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
                d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
                e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
                f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]
                g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]
                endpoints: *g
                """)).isInstanceOf(RoadsteadException.class);
    }

    private static EtcdConfig parse(String text) {
        return EtcdConfig.parse("file lyon", DIRECTORY, text);
    }
}
