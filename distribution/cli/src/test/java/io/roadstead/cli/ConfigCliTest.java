package io.roadstead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

final class ConfigCliTest extends CliFixture {

    private static final String POLICY = """
            apiVersion: cilium.io/v2alpha1
            kind: CiliumBGPPeeringPolicy
            metadata:
              name: rack0
            spec:
              virtualRouters:
              - localASN: 65001
                exportPodCIDR: true
                neighbors:
                - peerAddress: 10.0.0.1/32
                  peerASN: 65000
            """;
    private static final String WARNED = """
            apiVersion: cilium.io/v2
            kind: CiliumBGPPeerConfig
            metadata: {name: tor}
            spec: {}
            """;

    private int runWith(String input, String... arguments) {
        in = input.getBytes(StandardCharsets.UTF_8);
        return run(arguments);
    }

    @Test
    void checkSaysWhatIsWrongAndPrintsWhatReplacesAFormerKind() {
        assertThat(runWith(POLICY, "config", "check", "--manifests", "-")).isEqualTo(3);

        assertThat(out.toString()).startsWith("""
                error: standard input:1: CiliumBGPPeeringPolicy rack0: is ignored, by Cilium since 1.19 and by Roadstead; \
                roadstead config translate --from cilium-v1 prints what replaces it
                Read: nothing. Passed over: 1 CiliumBGPPeeringPolicy. Found: 1 error, no warnings.

                What replaces CiliumBGPPeeringPolicy:

                # From CiliumBGPPeeringPolicy rack0, which Cilium ignores since 1.19.
                apiVersion: cilium.io/v2
                kind: CiliumBGPClusterConfig
                """);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void warningsAreErrorsOnlyWhereThatIsAskedFor() {
        assertThat(runWith(WARNED, "config", "check", "--manifests", "-")).isZero();
        assertThat(out.toString()).endsWith("Read: 1 CiliumBGPPeerConfig. Passed over: nothing. Found: no errors, 1 warning.\n");

        assertThat(runWith(WARNED, "config", "check", "--strict", "--manifests", "-")).isEqualTo(3);
    }

    @Test
    void checkAnswersInJson() {
        assertThat(runWith(WARNED, "config", "check", "--manifests", "-", "-o", "json")).isZero();

        assertThat(out.toString()).isEqualTo("""
                {
                  "read" : {
                    "CiliumBGPPeerConfig" : 1
                  },
                  "ignored" : { },
                  "findings" : [ {
                    "severity" : "warning",
                    "code" : "FAMILY_ADVERTISES_NOTHING",
                    "file" : "standard input",
                    "line" : 4,
                    "object" : "CiliumBGPPeerConfig tor",
                    "field" : "spec.families",
                    "problem" : "is missing: both families are negotiated, and nothing is announced in either",
                    "remedy" : "list the families, each with a selector 'advertisements'"
                  } ]
                }
                """);
    }

    @Test
    void checkNeedsToBeToldWhatToCheck() {
        assertThat(run("config", "check")).isEqualTo(2);
        assertThat(run("config", "check", "--config", "a.conf", "--manifests", "b")).isEqualTo(2);

        assertThat(err.toString()).contains("either --config or --manifests says what is to be checked");
    }

    @Test
    void translatePrintsManifestsOnly() {
        assertThat(runWith(POLICY.replace("peerASN", "mood: good\n      peerASN"), "config", "translate", "--from", "cilium-v1", "-"))
                .isZero();

        assertThat(out.toString()).startsWith("# From CiliumBGPPeeringPolicy rack0").contains("kind: CiliumBGPAdvertisement")
                .contains(
                        "# Not translated: spec.virtualRouters[0].neighbors[0].mood: is not translated; see whether anything depends on it.\n");
        assertThat(err.toString()).isEqualTo("warning: standard input:11: CiliumBGPPeeringPolicy rack0: "
                + "spec.virtualRouters[0].neighbors[0].mood: is not translated; see whether anything depends on it\n");
    }

    @Test
    void translateSaysWhenThereIsNothingAndWhenItCannotRead() {
        assertThat(runWith(WARNED, "config", "translate", "--from", "cilium-v1", "-")).isZero();
        assertThat(err.toString()).isEqualTo("roadstead: there is nothing of cilium-v1 to translate\n");
        assertThat(runWith("a: [", "config", "translate", "--from", "cilium-v1", "-")).isEqualTo(3);
        assertThat(run("config", "translate", "--from", "flannel", "-")).isEqualTo(2);
        assertThat(err.toString()).contains("'flannel' is none of [cilium-v1");
        assertThat(out.toString()).isEmpty();
    }
}
