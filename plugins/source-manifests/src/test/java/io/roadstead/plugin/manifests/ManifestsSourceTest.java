package io.roadstead.plugin.manifests;

import static io.roadstead.plugin.manifests.Fixture.documents;
import static io.roadstead.plugin.manifests.Fixture.node;
import static io.roadstead.plugin.manifests.Fixture.service;
import static io.roadstead.plugin.manifests.Fixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.testkit.RecordingSink;

final class ManifestsSourceTest {
    @TempDir
    private Path base;
    private Fixture fixture;
    private ManifestsSource source;
    private RecordingSink sink;

    @BeforeEach
    void begin() {
        fixture = new Fixture(base);
        source = fixture.source();
    }

    private void start() {
        sink = fixture.start(source);
        sink.takeBatches();
    }

    private String zone(String name) {
        return sink.objects().get(new ResourceKey("Node", "", name)).meta().labels().get("zone");
    }

    @Test
    void documentsListsAndJsonAreRead() {
        fixture.write("a.yaml", "# only a comment\n---\n" + documents(node("a"), "", node("b"))
                + "---\nkind: List\nitems:\n- kind: Node\n  metadata: {name: c}\n");
        fixture.write("b.json", "{\"apiVersion\":\"v1\",\"kind\":\"NodeList\",\"items\":[{\"metadata\":{\"name\":\"d\"}}]}");
        fixture.write("c.yml", "%YAML 1.2\n---\n" + node("e") + "...\n# behind the end\n%YAML 1.2\n---\n" + node("f"));
        fixture.write("notes.txt", node("unread"));
        fixture.write(".hidden.yaml", node("unread"));
        start();

        assertThat(sink.names()).containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(sink.problems()).isEmpty();
        assertThat(source.status().health()).isEqualTo(Health.OK);
        assertThat(source.status().summary()).startsWith("6 objects from 3 files");
    }

    @Test
    void kindsThatAreNotReadAreCounted() {
        fixture.write("a.yaml", documents("kind: Deployment\n", node("a"), "kind: Deployment\n", "kind: ConfigMap\n"));
        start();

        assertThat(sink.ignored()).isEqualTo(Map.of("Deployment", 2, "ConfigMap", 1));
        assertThat(sink.problems()).isEmpty();
    }

    @Test
    void aFileThatDoesNotParseKeepsItsLastGoodContent() {
        fixture.write("a.yaml", documents(node("a"), node("b")));
        start();

        fixture.write("a.yaml", documents(node("a", "2"), "kind: Node\nmetadata:\n  name: [b\n"));
        fixture.settle();

        assertThat(sink.takeBatches()).isEmpty();
        assertThat(texts(sink)).singleElement().asString().startsWith("a.yaml:11: does not parse: ").endsWith("(kept)");
        assertThat(source.status().health()).isEqualTo(Health.DEGRADED);
        assertThat(source.status().summary()).contains(", 1 problem");
        assertThat(source.status().problems()).isEmpty(); // the sink has them: nobody is to read each twice

        fixture.write("a.yaml", documents(node("a", "2"), node("b")));
        assertThat(zone("a")).isEqualTo("2");
        assertThat(sink.problems()).isEmpty();
    }

    @Test
    void aRefusedDocumentKeepsItsLastGoodVersionAndTheOthersApply() {
        fixture.write("a.yaml", documents(node("a"), node("b")));
        start();

        fixture.write("a.yaml", documents(node("a", "2"), node("b") + "spec:\n  bad: true\n", node("c")));
        fixture.settle();

        assertThat(sink.names()).containsExactly("a", "b", "c");
        assertThat(zone("a")).isEqualTo("2");
        assertThat(texts(sink)).containsExactly("a.yaml:15 spec.bad: Node b: is bad (kept)");
    }

    @Test
    void aRefusedDocumentWithoutAnEarlierVersionIsLeftOutAlone() {
        fixture.write("a.yaml", documents("kind: Node\nmetadata: {name: b}\nspec: {bad: true}\n", node("a"), "just text\n"));
        start();

        assertThat(sink.names()).containsExactly("a");
        assertThat(texts(sink)).containsExactly("a.yaml:3 spec.bad: Node b: is bad", "a.yaml:12: is not a Kubernetes object");
    }

    @Test
    void whileADocumentHasLostItsNameNothingOfItsFileIsWithdrawn() {
        fixture.write("a.yaml", documents(node("a"), node("b")));
        start();

        fixture.write("a.yaml", documents("kind: Node\nmetadata:\n  nam: a\n", node("b")));
        fixture.settle();
        assertThat(sink.takeBatches()).isEmpty();
        assertThat(texts(sink)).containsExactly("a.yaml:2 metadata.name: is missing");

        fixture.write("a.yaml", node("b"));
        fixture.settle();
        assertThat(sink.names()).containsExactly("b");
    }

    @Test
    void theFirstFileByNameOwnsAnObjectThatTwoHold() {
        fixture.write("b.yaml", node("x", "from-b"));
        fixture.write("a.yaml", documents(node("y"), node("x", "from-a"), node("x", "again")));
        start();

        assertThat(zone("x")).isEqualTo("from-a");
        assertThat(texts(sink)).containsExactly("a.yaml:15: Node x stands already in line 8 of this file, which counts",
                "b.yaml:1: Node x stands also in a.yaml:8, which counts");

        fixture.delete("a.yaml");
        assertThat(zone("x")).isEqualTo("from-b");
        assertThat(sink.problems()).isEmpty();
    }

    @Test
    void aTruncatedFileWithdrawsNothingUntilItIsSettled() {
        fixture.write("a.yaml", documents(node("a"), node("b"), node("c")));
        start();

        fixture.write("a.yaml", "");
        fixture.pass(Duration.ofMillis(150));
        fixture.write("a.yaml", documents(node("a"), node("b", "2").substring(0, 40)));
        fixture.pass(Duration.ofMillis(150));
        fixture.write("a.yaml", documents(node("a"), node("b", "2"), node("c")));
        fixture.settle();

        List<?> batches = sink.takeBatches();
        assertThat(batches).hasSize(1);
        assertThat(sink.names()).containsExactly("a", "b", "c");
        assertThat(zone("b")).isEqualTo("2");
    }

    @Test
    void everyPrefixOfAChangedFileLeavesOldOrNewVersionsOnly() {
        String before = documents(node("a"), node("b"), node("c"));
        String after = documents(node("a", "2"), node("b", "2"), node("c", "2") + "    other: \"1\"\n");
        fixture.write("a.yaml", before);
        start();

        for (int length = 0; length <= after.length(); length++) {
            fixture.write("a.yaml", after.substring(0, length));
            assertThat(sink.names()).containsExactly("a", "b", "c");
            for (String name : sink.names()) {
                assertThat(zone(name)).as("%s after %d characters", name, length).isIn("1", "2");
            }
        }
        assertThat(List.of(zone("a"), zone("b"), zone("c"))).containsOnly("2");
    }

    @Test
    void whatIsMeantToGoGoesAfterTheSettleTime() {
        fixture.write("a.yaml", documents(node("a"), node("b")));
        fixture.write("b.yaml", node("c"));
        start();

        fixture.write("a.yaml", node("a"));
        fixture.delete("b.yaml");
        fixture.pass(Duration.ofMillis(199));
        assertThat(sink.names()).containsExactly("a", "b", "c");

        fixture.pass(Duration.ofMillis(1));
        assertThat(sink.names()).containsExactly("a");
    }

    @Test
    void aFieldRemovedAtTheEndAppliesWhenSettledAndAnywhereElseAtOnce() {
        fixture.write("a.yaml", documents(node("a"), node("b")));
        start();

        fixture.write("a.yaml", documents("kind: Node\nmetadata:\n  name: a\n", "kind: Node\nmetadata:\n  name: b\n"));
        assertThat(zone("a")).isNull();
        assertThat(zone("b")).isEqualTo("1");

        fixture.settle();
        assertThat(zone("b")).isNull();
    }

    @Test
    void aLastLineWithoutItsEndCountsWhenSettledAndAtOnceAtTheStart() {
        fixture.write("a.yaml", node("a").stripTrailing());
        start();
        assertThat(sink.objectsWhenSynced()).isEqualTo(1);

        fixture.write("b.yaml", node("b").stripTrailing());
        assertThat(sink.names()).containsExactly("a");
        fixture.settle();
        assertThat(sink.names()).containsExactly("a", "b");
    }

    @Test
    void renamingAFileChangesNothing() throws IOException {
        fixture.write("a.yaml", documents(node("a"), node("b")));
        start();

        Files.move(fixture.directory.resolve("a.yaml"), fixture.directory.resolve("z.yaml"));
        fixture.events();
        fixture.settle();

        assertThat(sink.takeBatches()).isEmpty();
        assertThat(source.status().summary()).startsWith("2 objects from 1 files");
    }

    @Test
    void anEditorsTemporaryFilesAreNotRead() throws IOException {
        fixture.write("a.yaml", node("a"));
        start();

        Files.writeString(fixture.directory.resolve(".a.yaml.swp"), "swap");
        Files.writeString(fixture.directory.resolve("a.yaml~"), node("backup"));
        Files.writeString(fixture.directory.resolve("4913"), "");
        fixture.replace("a.yaml", node("a", "2"));
        fixture.settle();

        assertThat(zone("a")).isEqualTo("2");
        assertThat(sink.names()).containsExactly("a");
        assertThat(sink.problems()).isEmpty();
    }

    @Test
    void aConfigMapIsSwappedAsAWhole() throws IOException {
        Path directory = fixture.directory;
        Files.writeString(Fixture.make(directory.resolve("..1")).resolve("a.yaml"), node("a", "1"));
        Files.writeString(Fixture.make(directory.resolve("..2")).resolve("a.yaml"), node("a", "2"));
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
        start();
        assertThat(zone("a")).isEqualTo("1");

        Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2"));
        Files.move(directory.resolve("..data_tmp"), directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        fixture.events();

        assertThat(zone("a")).isEqualTo("2");
        assertThat(sink.takeBatches()).hasSize(1);
    }

    @Test
    void aChangeOfTheSameLengthInTheSameInstantIsSeen() throws IOException {
        fixture.write("a.yaml", node("a", "1"));
        start();

        Path file = fixture.directory.resolve("a.yaml");
        fixture.write("a.yaml", node("a", "2"));
        var stamp = Files.getLastModifiedTime(file);
        Files.writeString(file, node("a", "3"));
        Files.setLastModifiedTime(file, stamp);
        fixture.events();

        assertThat(zone("a")).isEqualTo("3");
    }

    @Test
    void filesThatCannotBeReadAreReportedAndHurtNoOther() throws Exception {
        Path directory = fixture.directory;
        fixture.write("good.yaml", node("good"));
        Files.createSymbolicLink(directory.resolve("loop.yaml"), Path.of("loop.yaml"));
        Files.createSymbolicLink(directory.resolve("nowhere.yaml"), Path.of("absent"));
        Files.createSymbolicLink(directory.resolve("unreadable.yaml"), Path.of("/proc/self/mem"));
        Files.createDirectory(directory.resolve("folder.yaml"));
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe.yaml").toString()).start().waitFor()).isZero();
        Files.write(directory.resolve("binary.yaml"), new byte[] {'a', ':', '\n', (byte) 0xff, 0, 1});
        Files.writeString(directory.resolve("control.yaml"), "a: b\nc: \u0001\n");
        Files.writeString(directory.resolve("huge.yaml"), "#".repeat((1 << 20) + 1));
        Files.writeString(directory.resolve("twice.yaml"), "kind: Node\nkind: Service\n");
        Files.writeString(directory.resolve("tagged.yaml"), "kind: !!java.net.URL [x]\n");
        start();

        assertThat(sink.isSynced()).isTrue();
        assertThat(sink.names()).containsExactly("good");
        assertThat(texts(sink)).containsExactly("binary.yaml:2: does not parse: is not UTF-8 text",
                "control.yaml:2: does not parse: a character that YAML does not allow, U+0001",
                "folder.yaml: is not a regular file",
                "huge.yaml: has more than 1048576 bytes",
                "loop.yaml: cannot be read: Too many levels of symbolic links or unable to access attributes of symbolic link",
                "nowhere.yaml: is a link that points to nothing",
                "pipe.yaml: is not a regular file",
                "tagged.yaml:1: does not parse: the tag tag:yaml.org,2002:java.net.URL is not known here",
                "twice.yaml:2: does not parse: the key 'kind' stands there twice",
                "unreadable.yaml: cannot be read: Input/output error");
    }

    @Test
    void aFileThatBecomesUnreadableKeepsItsContentAndRecovers() throws IOException {
        fixture.write("a.yaml", node("a"));
        start();

        Files.delete(fixture.directory.resolve("a.yaml"));
        Files.createDirectory(fixture.directory.resolve("a.yaml"));
        fixture.events();
        fixture.settle();
        assertThat(sink.takeBatches()).isEmpty();
        assertThat(texts(sink)).containsExactly("a.yaml: is not a regular file (kept)");

        Files.delete(fixture.directory.resolve("a.yaml"));
        fixture.write("a.yaml", node("a"));
        fixture.settle();
        assertThat(sink.takeBatches()).isEmpty();
        assertThat(sink.problems()).isEmpty();
    }

    @Test
    void aDirectoryThatIsMissingIsReportedAndReadWhenItIsMade() throws IOException {
        Files.delete(fixture.directory);
        start();
        assertThat(sink.isSynced()).isFalse();
        assertThat(texts(sink)).containsExactly(fixture.directory + ": the directory cannot be read: No such file or directory");

        Files.createDirectory(fixture.directory);
        Files.writeString(fixture.directory.resolve("a.yaml"), node("a"));
        fixture.pass(Duration.ofSeconds(1));

        assertThat(sink.isSynced()).isTrue();
        assertThat(sink.names()).containsExactly("a");
        assertThat(sink.problems()).isEmpty();
    }

    @Test
    void aDirectoryThatVanishesWithdrawsNothing() throws IOException {
        fixture.write("a.yaml", node("a"));
        start();

        Files.move(fixture.directory, base.resolve("moved"));
        fixture.events();
        fixture.pass(Duration.ofSeconds(5));
        assertThat(sink.takeBatches()).isEmpty();
        assertThat(texts(sink)).singleElement().asString().endsWith("(kept)");

        Files.move(base.resolve("moved"), fixture.directory);
        fixture.pass(Duration.ofSeconds(1));
        assertThat(sink.takeBatches()).isEmpty();
        assertThat(sink.problems()).isEmpty();
    }

    @Test
    void oneChangeAmongTenThousandReadsOneDocument() {
        String[] nodes = IntStream.range(0, 10_000).mapToObj(i -> node("n" + i)).toArray(String[]::new);
        fixture.write("all.yaml", documents(nodes).replace("\"1\"", "'1'"));
        start();
        int before = fixture.decoder.calls();

        nodes[5000] = node("n5000", "other") + "    more: \"1\"\n";
        fixture.write("all.yaml", documents(nodes).replace("\"1\"", "'1'"));

        assertThat(fixture.decoder.calls() - before).isEqualTo(1);
        assertThat(sink.takeBatches()).singleElement().satisfies(batch -> assertThat(batch.upserts()).hasSize(1));
        assertThat(zone("n5000")).isEqualTo("other");
    }

    @Test
    void linesAreRightBelowAChangeThatAddedLines() {
        fixture.write("a.yaml", documents(node("a"), node("b"), "kind: Node\nspec: {}\n"));
        start();
        assertThat(texts(sink)).singleElement().asString().startsWith("a.yaml:15 metadata.name");

        fixture.write("a.yaml", documents(node("a"), "# one\n# two\n" + node("b"), "kind: Node\nspec: {}\n"));
        assertThat(texts(sink)).singleElement().asString().startsWith("a.yaml:17 metadata.name");
    }

    @Test
    void removedAndAddedSeparatorsJoinAndSplitDocuments() {
        fixture.write("a.yaml", documents(node("a"), "kind: Node\nmetadata: {name: b}\n", node("c")));
        start();

        fixture.write("a.yaml", documents(node("a") + "# ---\n#kind: Node\n#metadata: {name: b}\n", node("c")));
        fixture.settle();
        assertThat(sink.names()).containsExactly("a", "c");

        fixture.write("a.yaml", documents(node("a"), node("d"), node("e"), node("c")));
        assertThat(sink.names()).containsExactly("a", "c", "d", "e");
    }

    @Test
    void changedSettingsApplyWithoutARestartAndAnotherDirectoryNeedsOne() {
        fixture.write("a.yaml", node("a"));
        fixture.write("b.json", "{\"kind\":\"Node\",\"metadata\":{\"name\":\"b\"}}");
        start();

        assertThat(source.reconfigure(new ManifestsConfig(fixture.directory, fixture.state, List.of("*.yaml"), Fixture.SETTLE, 1 << 20)))
                .isTrue();
        fixture.events();
        fixture.settle();
        assertThat(sink.names()).containsExactly("a");
        assertThat(source.reconfigure(new ManifestsConfig(base, fixture.state, List.of("*.yaml"), Fixture.SETTLE, 1 << 20))).isFalse();
    }

    @Test
    void closingLeavesNoWatch() {
        start();
        source.close();

        assertThat(fixture.contexts.getFirst().watchedDirectories()).isEmpty();
    }

    @Test
    void anyBytesAreSurvived() throws IOException {
        fixture.write("good.yaml", node("good"));
        start();
        Random random = new Random(20250101);
        byte[] text = documents(node("a"), service("s"), "kind: List\nitems: [{kind: Node, metadata: {name: c}}]\n")
                .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = text.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(fixture.directory.resolve("a.yaml"), damaged);
            fixture.events();
            assertThat(sink.names()).as("round %d: %s", round, new String(damaged, StandardCharsets.ISO_8859_1)).contains("good");
        }
        Files.write(fixture.directory.resolve("a.yaml"), text);
        fixture.events();
        fixture.settle();
        assertThat(sink.names()).containsExactly("a", "c", "good", "s");
    }

    @Test
    void aChangeIsLookedForWhereItsNameSaysAndNowhereElse() throws IOException {
        fixture.write("a.yaml", node("a"));
        fixture.write("b.yaml", node("b"));
        start();

        Files.writeString(fixture.directory.resolve("a.yaml"), node("a", "2"));
        Files.writeString(fixture.directory.resolve("b.yaml"), node("b", "2"));
        fixture.events("b.yaml", "notes.txt", "came-and-went.yaml");

        assertThat(zone("a")).isEqualTo("1");
        assertThat(zone("b")).isEqualTo("2");
        fixture.events();
        assertThat(zone("a")).isEqualTo("2");
    }

    @Test
    void aSwapOfWhatLinksPointToHasAllFilesLookedAt() throws IOException {
        Path first = Files.writeString(base.resolve("first"), node("a"));
        Path second = Files.writeString(base.resolve("second"), node("a", "two"));
        Path data = fixture.directory.resolve("..data");
        Files.createSymbolicLink(data, first);
        Files.createSymbolicLink(fixture.directory.resolve("a.yaml"), Path.of("..data"));
        start();

        Files.createSymbolicLink(fixture.directory.resolve("..new"), second);
        Files.move(fixture.directory.resolve("..new"), data, StandardCopyOption.ATOMIC_MOVE);
        fixture.events("..new", "..data");

        assertThat(zone("a")).isEqualTo("two");
    }

    @Test
    void aDirectoryThatVanishesWhileItsFilesDoWithdrawsNothing() throws IOException {
        fixture.write("a.yaml", node("a"));
        start();

        Files.move(fixture.directory, base.resolve("unmounted"));
        fixture.events("a.yaml");
        fixture.settle();

        assertThat(sink.names()).containsExactly("a");
        assertThat(texts(sink)).singleElement().asString().contains("the directory cannot be read");
    }
}
