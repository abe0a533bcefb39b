package io.roadstead.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestCheckTest {

    private static final String NODE = "{apiVersion: v1, kind: Node, metadata: {name: a}}\n";

    @TempDir
    private Path directory;

    private static ManifestCheck.Report check(String yaml) {
        return ManifestCheck.check(
                ManifestReader.read(List.of("-"), new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))), "kube-system");
    }

    private static ManifestCheck.Report checkFiles(Object... names) {
        return ManifestCheck.check(
                ManifestReader.read(List.of(names).stream().map(Object::toString).toList(), InputStream.nullInputStream()),
                "kube-system");
    }

    private static List<String> lines(ManifestCheck.Report report) {
        return report.remarks().stream().map(Remark::toString).toList();
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    @Test
    void objectsAreCountedAndOtherKindsToo() {
        ManifestCheck.Report report =
                check(NODE + "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: b}}\n---\n# nothing\n---\n");

        assertThat(report.read()).isEqualTo(Map.of("Node", 1));
        assertThat(report.ignored()).isEqualTo(Map.of("Deployment", 1));
        assertThat(report.remarks()).isEmpty();
        assertThat(check("").read()).isEmpty();
    }

    @Test
    void everyFaultOfAnObjectIsSaidWithItsLine() {
        assertThat(lines(check("""
                apiVersion: cilium.io/v2
                kind: CiliumBGPPeerConfig
                metadata:
                  name: tor
                spec:
                  timers:
                    holdTimeSeconds: 9
                    keepAliveTimeSeconds: 30
                  ebgpMultiHop: 2
                """))).containsExactly(
                "error: standard input:8: CiliumBGPPeerConfig tor: spec.timers.keepAliveTimeSeconds: 30 is longer than holdTimeSeconds 9; "
                        + "a third of the hold time is usual",
                "error: standard input:9: CiliumBGPPeerConfig tor: spec.ebgpMultiHop: unknown field; did you mean 'ebgpMultihop'?");
    }

    @Test
    void whatOnlyTheObjectsTogetherShowIsSaidWithItsLine() {
        assertThat(lines(check("""
                apiVersion: cilium.io/v2
                kind: CiliumBGPAdvertisement
                metadata: {name: bgp}
                spec:
                  advertisements:
                  - advertisementType: PodCIDR
                  - advertisementType: Service
                    service: {addresses: [LoadBalancerIP]}
                """)))
                .containsExactly("warning: standard input:7: CiliumBGPAdvertisement bgp: spec.advertisements[1].selector: is missing, "
                        + "and without it a Service item selects nothing; name the labels of what is to be announced; an empty selector {} selects all");
    }

    @Test
    void anObjectThatStandsTwiceIsAnError() throws IOException {
        Path a = write("a.yaml", NODE);
        Path b = write("b.yaml", "\n" + NODE);

        assertThat(lines(checkFiles(directory))).containsExactly("error: " + b + ":2: Node a: metadata.name: is in " + a
                + ":1 already, and one of the two is without effect; remove one");
    }

    @Test
    void aFormerKindIsAnErrorThatNamesTheWayOut() {
        assertThat(lines(check("{apiVersion: cilium.io/v2alpha1, kind: CiliumBGPPeeringPolicy, metadata: {name: p}, spec: {}}")))
                .containsExactly("error: standard input:1: CiliumBGPPeeringPolicy p: is ignored, by Cilium since 1.19 and by Roadstead; "
                        + "roadstead config translate --from cilium-v1 prints what replaces it");
    }

    @Test
    void filesOfADirectoryAreReadAsTheAgentReadsThem() throws IOException {
        write("a.yaml", NODE);
        write("b.json", "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"b\"}}");
        write(".hidden.yaml", "a: [");
        write("notes.txt", "a: [");
        Files.createDirectory(directory.resolve("deeper.yaml"));

        ManifestCheck.Report report = checkFiles(directory);

        assertThat(report.read()).isEqualTo(Map.of("Node", 2));
        assertThat(report.remarks()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsSaidAndTheRestIsChecked() throws IOException {
        Path good = write("good.yaml", NODE);
        Path text = write("text.yaml", "just text\n---\n" + NODE);
        Path broken = write("broken.yaml", "a: 1\nb: [\n");
        Path binary = directory.resolve("binary.yaml");
        Files.write(binary, new byte[] {'a', ':', ' ', '1', '\n', (byte) 0xff, 0, 1, 2});
        Path empty = Files.createDirectory(directory.resolve("empty"));

        assertThat(lines(checkFiles(text, broken, binary, empty, directory.resolve("none.yaml"), good))).containsExactly(
                "error: " + binary + ":2: is not UTF-8 text; nothing of the file was read",
                "error: " + broken + ":3: while parsing a flow node, expected the node content, but found '<stream end>'; "
                        + "nothing of the file was read",
                "error: " + empty + ": has no file *.yaml, *.yml or *.json; name the directory that has them; "
                        + "directories in it are not looked into",
                "error: " + directory.resolve("none.yaml") + ": does not exist",
                "error: " + text + ":1: is not a Kubernetes object; begin it with apiVersion, kind and metadata",
                "error: " + good + ":1: Node a: metadata.name: is in " + text
                        + ":3 already, and one of the two is without effect; remove one");
    }

    @Test
    void aFileThatCannotBeReadToItsEndIsSaid() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("broken.yaml"), Path.of("/proc/self/mem"));

        assertThat(lines(checkFiles(link))).containsExactly("error: " + link + ": cannot be read: Input/output error");
    }

    @Test
    void aHugeFileIsRefused() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return '#';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                Arrays.fill(bytes, offset, offset + length, (byte) '#');
                return length;
            }
        };

        assertThat(ManifestReader.read(List.of("-"), endless).remarks()).singleElement()
                .hasToString("error: standard input: has more than 67108864 bytes; split it");
    }

    @Test
    void aBombOfAliasesIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [").append(("*a" + (i - 1) + ",").repeat(10)).append("]\n");
        }

        assertThat(lines(check(bomb.toString()))).singleElement().asString().contains("more than 2000000 nodes");
    }

    @Test
    void aNameThatIsNoneOfAFileIsRefused() {
        assertThat(lines(checkFiles("a\0b"))).containsExactly("error: a\0b: is not the name of a file");
    }
}
