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
    @CsvSource({"CILIUM_V1, cilium-v1-lab", "CILIUM_V1, cilium-v1-everything"})
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
        return remark.code().equals("FAMILY_ADVERTISES_NOTHING");
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

    @Test
    void nothingToTranslateIsAnEmptyText() {
        assertThat(translate(Origin.CILIUM_V1, "").yaml()).isEmpty();
        assertThat(translate(Origin.CILIUM_V1, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}").yaml()).isEmpty();
        assertThat(translate(Origin.CILIUM_V1, "a: [").failed()).isTrue();
    }
}
