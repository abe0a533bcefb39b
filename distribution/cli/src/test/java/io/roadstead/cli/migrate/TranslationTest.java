package io.roadstead.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.cli.manifest.ManifestCheck;
import io.roadstead.cli.manifest.ManifestReader;
import io.roadstead.cli.manifest.Remark;
import io.roadstead.cli.migrate.Translation.Origin;
import io.roadstead.kernel.lint.LintRule.Severity;
import io.roadstead.testkit.GoldenFiles;

class TranslationTest {

    private static final Path RESOURCES = Path.of("src/test/resources/io/roadstead/cli/migrate");

    private static Translation translate(Origin origin, ManifestReader.Result input) {
        return Translation.of(origin, input);
    }

    private static Translation translate(Origin origin, String yaml) {
        return translate(origin, read(yaml));
    }

    private static ManifestReader.Result read(String yaml) {
        return ManifestReader.read(List.of("-"), new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static ManifestCheck.Report check(String yaml) {
        return ManifestCheck.check(read(yaml), "kube-system");
    }

    private static List<String> remarks(Translation translation) {
        return translation.remarks().stream().map(Remark::toString).toList();
    }

    /** The output and every remark, line by line; and the output is nothing that a check complains of. */
    @ParameterizedTest
    @CsvSource({"CILIUM_V1, cilium-v1-lab", "CILIUM_V1, cilium-v1-everything", "METALLB, metallb-simple", "METALLB, metallb-racks",
        "METALLB, metallb-everything"})
    void becomesWhatTheGoldenFileHas(Origin origin, String name) {
        Translation translation =
                translate(origin,
                        ManifestReader.read(List.of(RESOURCES.resolve(name + ".yaml").toString()), InputStream.nullInputStream()));

        String remarks = translation.remarks().stream().map(remark -> remark.toString().replace(RESOURCES + "/", "") + "\n")
                .collect(Collectors.joining());
        GoldenFiles.assertMatches(TranslationTest.class, name + ".golden.yaml", translation.yaml());
        GoldenFiles.assertMatches(TranslationTest.class, name + ".golden.txt", remarks);
        ManifestCheck.Report report = check(translation.yaml());
        assertThat(report.remarks()).filteredOn(remark -> remark.severity() == Severity.ERROR || !deliberate(remark)).isEmpty();
        assertThat(report.ignored()).isEmpty();
    }

    /** What the original asked for in as many words. */
    private static boolean deliberate(Remark remark) {
        return List.of("FAMILY_ADVERTISES_NOTHING", "POOLS_OVERLAP").contains(remark.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "spec: 7",
        "spec: {}",
        "spec: {virtualRouters: []}",
        "spec: {virtualRouters: 3}",
        "spec: {virtualRouters: [3]}",
        "spec: {virtualRouters: [{}]}",
        "spec: {virtualRouters: [{localASN: x}]}",
        "spec: {virtualRouters: [{localASN: 0}]}",
        "spec: {virtualRouters: [{localASN: 1, neighbors: [{peerASN: 1}]}]}",
        "spec: {virtualRouters: [{localASN: 1, neighbors: [{peerAddress: nowhere, peerASN: 1}]}]}",
        "spec: {virtualRouters: [{localASN: 1, neighbors: [{peerAddress: 10.0.0.1/32}]}]}",
        "spec: {virtualRouters: [{localASN: 1, neighbors: [{peerAddress: 10.0.0.1/32, peerASN: 1, holdTime: soon}]}]}",
        "spec: {virtualRouters: [{localASN: 1, serviceSelector: {matchLabels: [a]}, neighbors: []}]}",
        "spec: {virtualRouters: [{localASN: 1, serviceAdvertisements: [Everything], neighbors: []}]}"})
    void aPolicyThatIsWrongIsRefusedAloneWithTheField(String spec) {
        String wrong = "{apiVersion: cilium.io/v2alpha1, kind: CiliumBGPPeeringPolicy, metadata: {name: wrong}, " + spec + "}\n---\n";
        String right = """
                {apiVersion: cilium.io/v2alpha1, kind: CiliumBGPPeeringPolicy, metadata: {name: right}, spec: {virtualRouters: [
                  {localASN: 1, exportPodCIDR: true, neighbors: [{peerAddress: 10.0.0.9/32, peerASN: 2}]}]}}
                """;

        Translation translation = translate(Origin.CILIUM_V1, wrong + right);

        assertThat(remarks(translation)).isNotEmpty()
                .allMatch(remark -> remark.startsWith("error: standard input:1: CiliumBGPPeeringPolicy wrong: spec"));
        assertThat(translation.failed()).isTrue();
        assertThat(translation.yaml()).contains("name: right").doesNotContain("wrong");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "BGPPeer          | 7",
        "BGPPeer          | {}",
        "BGPPeer          | {myASN: 1, peerASN: 2}",
        "BGPPeer          | {myASN: 1, peerAddress: 10.0.0.1}",
        "BGPPeer          | {peerASN: 1, peerAddress: 10.0.0.1}",
        "BGPPeer          | {myASN: one, peerASN: 2, peerAddress: 10.0.0.1}",
        "BGPPeer          | {myASN: 1, peerASN: 4294967296, peerAddress: 10.0.0.1}",
        "BGPPeer          | {myASN: 1, peerASN: 2, peerAddress: router}",
        "BGPPeer          | {myASN: 1, peerASN: 2, peerAddress: 10.0.0.1, holdTime: 90}",
        "BGPPeer          | {myASN: 1, peerASN: 2, peerAddress: 10.0.0.1, holdTime: long}",
        "BGPPeer          | {myASN: 1, peerASN: 2, peerAddress: 10.0.0.1, dynamicASN: any}",
        "BGPPeer          | {myASN: 1, peerASN: 2, peerAddress: 10.0.0.1, nodeSelectors: {a: b}}",
        "BGPPeer          | {myASN: 1, peerASN: 2, peerAddress: 10.0.0.1, nodeSelectors: [7]}",
        "BGPPeer          | {myASN: 1, peerASN: 2, peerAddress: 10.0.0.1, password: [a]}",
        "IPAddressPool    | {}",
        "IPAddressPool    | {addresses: 10.0.0.0/24}",
        "IPAddressPool    | {addresses: [10.0.0.0]}",
        "IPAddressPool    | {addresses: [10.0.0.9-10.0.0.1]}",
        "IPAddressPool    | {addresses: [10.0.0.9-fd00::1]}",
        "IPAddressPool    | {addresses: [10.0.0.0/33]}",
        "IPAddressPool    | {addresses: [10.0.0.0/-1]}",
        "IPAddressPool    | {addresses: ['-']}",
        "IPAddressPool    | {addresses: [10.0.0.0/24], autoAssign: maybe}",
        "BGPAdvertisement | {aggregationLength: 0}",
        "BGPAdvertisement | {localPref: -1}",
        "BGPAdvertisement | {communities: [1]}",
        "BGPAdvertisement | {peers: everybody}"})
    void anObjectOfMetalLbThatIsWrongIsRefusedAloneWithTheField(String kind, String spec) {
        String wrong = "{apiVersion: metallb.io/v1beta1, kind: " + kind + ", metadata: {name: wrong}, spec: " + spec + "}\n---\n";
        String right = """
                {apiVersion: metallb.io/v1beta1, kind: IPAddressPool, metadata: {name: right}, spec: {addresses: [10.1.0.0/24]}}
                """;

        Translation translation = translate(Origin.METALLB, wrong + right);

        assertThat(remarks(translation)).isNotEmpty()
                .allMatch(remark -> remark.startsWith("error: standard input:1: " + kind + " wrong: spec"));
        assertThat(translation.failed()).isTrue();
        assertThat(translation.yaml()).contains("name: right").doesNotContain("wrong");
    }

    @Test
    void advertisementsWithoutPeersAndPeersWithoutAdvertisementsAreSaid() {
        assertThat(remarks(translate(Origin.METALLB, "{apiVersion: metallb.io/v1beta1, kind: BGPAdvertisement, metadata: {name: a}}")))
                .containsExactly("warning: standard input:1: BGPAdvertisement a: there is no BGPPeer to announce to; "
                        + "add the BGPPeers to the input");
        assertThat(remarks(translate(Origin.METALLB, "{apiVersion: metallb.io/v1beta2, kind: BGPPeer, metadata: {name: a}, "
                + "spec: {myASN: 1, peerASN: 2, peerAddress: 10.0.0.1}}"))).containsExactly("info: standard input:1: BGPPeer a: "
                        + "nothing is announced to it: there is no BGPAdvertisement in the input; add it to the input");
    }

    @Test
    void passwordsAreNotCopied() {
        String yaml = translate(Origin.METALLB, "{apiVersion: metallb.io/v1beta2, kind: BGPPeer, metadata: {name: a}, "
                + "spec: {myASN: 1, peerASN: 2, peerAddress: 10.0.0.1, password: open-sesame}}").yaml();

        assertThat(yaml).contains("authSecretRef: bgp-password-a").doesNotContain("open-sesame");
    }

    @Test
    void nothingToTranslateIsAnEmptyText() {
        assertThat(translate(Origin.CILIUM_V1, "").yaml()).isEmpty();
        assertThat(translate(Origin.CILIUM_V1, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}").yaml()).isEmpty();
        assertThat(translate(Origin.CILIUM_V1, "a: [").failed()).isTrue();
    }
}
