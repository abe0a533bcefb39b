package io.roadstead.kernel.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.lifecycle.Registration;

class DirectoryWatchTest {

    private static final Duration SETTLE = Duration.ofMillis(30);

    @TempDir
    private Path root;
    private Path watched;
    private final LoopThread loop = new LoopThread("test");
    private final DirectoryWatch watch = new DirectoryWatch();
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    @BeforeEach
    void resolveRoot() throws IOException {
        root = root.toRealPath();
        watched = root.resolve("watched");
    }

    @AfterEach
    void end() {
        watch.close();
        loop.close();
    }

    @Test
    void callsOnceAtTheStartThenAfterCreationChangeRenameAndRemoval() throws Exception {
        Files.createDirectory(watched);
        watch.watch(watched, SETTLE, loop, () -> calls.add("call"));
        awaitCall();

        Path file = Files.writeString(watched.resolve("a"), "1");
        awaitCall();
        Files.writeString(file, "2");
        awaitCall();
        Path renamed = Files.move(file, watched.resolve("b"));
        awaitCall();
        Files.delete(renamed);
        awaitCall();
    }

    @Test
    void manyChangesWithinTheSettleTimeAreOneCall() throws Exception {
        Files.createDirectory(watched);
        watch.watch(watched, Duration.ofSeconds(1), loop, () -> calls.add("call"));
        awaitCall();

        for (int i = 0; i < 20; i++) {
            Files.writeString(watched.resolve("f" + i), "x");
        }

        awaitCall();
        assertNoCallWithin(Duration.ofMillis(1100));
    }

    @Test
    void saysWhichNamesToLookAtAndNoneForAll() throws Exception {
        Files.createDirectory(watched);
        BlockingQueue<Set<Path>> names = new LinkedBlockingQueue<>();
        watch.watch(watched, Duration.ofSeconds(1), loop, (Set<Path> changed) -> names.add(changed));
        assertThat(names.poll(20, TimeUnit.SECONDS)).isEmpty();

        Files.writeString(watched.resolve("a"), "1");
        Files.move(Files.writeString(watched.resolve("b"), "1"), watched.resolve("c"));
        assertThat(names.poll(20, TimeUnit.SECONDS)).containsExactlyInAnyOrder(Path.of("a"), Path.of("b"), Path.of("c"));

        Files.move(watched, root.resolve("old"));
        assertThat(names.poll(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void followsADirectoryThatIsMadeLaterRemovedAndMadeAgain() throws Exception {
        watch.watch(watched, SETTLE, loop, () -> calls.add("call"));
        awaitCall();

        Files.createDirectory(watched);
        awaitCall();
        Files.writeString(watched.resolve("a"), "1");
        awaitCall();
        Files.delete(watched.resolve("a"));
        Files.delete(watched);
        awaitCall();
        drain();
        Files.createDirectory(watched);
        awaitCall();
        drain();
        Files.writeString(watched.resolve("b"), "1");
        awaitCall();
    }

    @Test
    void followsASwappedLinkAnywhereOnTheWay() throws Exception {
        Path first = Files.createDirectories(root.resolve("v1/manifests"));
        Path second = Files.createDirectories(root.resolve("v2/manifests"));
        Path link = Files.createSymbolicLink(root.resolve("data"), Path.of("v1"));
        watch.watch(link.resolve("manifests"), SETTLE, loop, () -> calls.add("call"));
        awaitCall();
        Files.writeString(first.resolve("a"), "1");
        awaitCall();

        Path next = Files.createSymbolicLink(root.resolve("data.next"), Path.of("v2"));
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
        awaitCall();
        drain();
        Files.writeString(second.resolve("b"), "1");

        awaitCall();
    }

    @Test
    void whatHappensBesideTheDirectoryDoesNotConcernIt() throws Exception {
        Files.createDirectory(watched);
        watch.watch(watched, SETTLE, loop, () -> calls.add("call"));
        awaitCall();

        Files.writeString(root.resolve("beside"), "1");

        assertNoCallWithin(Duration.ofMillis(200));
    }

    @Test
    void twoWatchesOfOneDirectoryAreIndependentAndLeaveNothingBehind() throws Exception {
        Files.createDirectory(watched);
        Registration first = watch.watch(watched, SETTLE, loop, () -> calls.add("first"));
        Registration second = watch.watch(watched, SETTLE, loop, () -> calls.add("second"));
        awaitCall();
        awaitCall();

        first.close();
        Files.writeString(watched.resolve("a"), "1");
        assertThat(calls.poll(20, TimeUnit.SECONDS)).isEqualTo("second");
        second.close();

        assertThat(watch.registered()).isZero();
    }

    private void awaitCall() throws InterruptedException {
        assertThat(calls.poll(20, TimeUnit.SECONDS)).as("a call within 20 s").isNotNull();
    }

    private void assertNoCallWithin(Duration duration) throws InterruptedException {
        assertThat(calls.poll(duration.toMillis(), TimeUnit.MILLISECONDS)).isNull();
    }

    /** Lets further calls for the same change go by. */
    private void drain() throws InterruptedException {
        String call;
        do {
            call = calls.poll(200, TimeUnit.MILLISECONDS);
        } while (call != null);
    }
}
