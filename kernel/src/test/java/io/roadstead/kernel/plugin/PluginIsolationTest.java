package io.roadstead.kernel.plugin;

import static io.roadstead.kernel.plugin.PluginFixture.simple;
import static io.roadstead.kernel.plugin.PluginFixture.withConstructor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.plugin.PluginContext;
import io.roadstead.testkit.PluginJarBuilder;
import io.roadstead.testkit.UnloadLeakCheck;

/** What plugins see of the kernel and of each other, and that nothing holds them after they have gone. */
class PluginIsolationTest {

    private static final String INJECTED = """
            private final PluginContext context;
            @jakarta.inject.Inject Factory(PluginContext context, io.roadstead.api.source.ResourceDecoder decoder, java.time.InstantSource clock,
                    java.util.random.RandomGenerator random, io.roadstead.api.metrics.Metrics metrics) {
                this.context = context;
                context.loop("work").execute(() -> Thread.currentThread().getContextClassLoader());
                context.metrics().register(java.util.List::of);
                context.metrics().timer("roadstead_test_seconds", "Help.").record(java.time.Duration.ofMillis(1));
                context.watch(context.stateDirectory(), java.time.Duration.ofHours(1), context.loop("work"), () -> decoder.decode(java.util.Map.of()));
                context.loop("work").schedule(java.time.Duration.ofHours(1), () -> context.loop("work").name());
            }
            """;
    private static final String CAPABILITY = """
            package test.base;
            public interface Greeting extends AutoCloseable {
                String greet();
                @Override void close();
            }
            """;
    private static final String PROVIDER = """
            package test.base;
            @org.pf4j.Extension
            public final class Provider implements io.roadstead.api.plugin.CapabilityProvider<Greeting> {
                @Override public Class<Greeting> capabilityType() { return Greeting.class; }
                @Override public Greeting create(io.roadstead.api.plugin.PluginContext context) {
                    return new Greeting() {
                        @Override public String greet() { return "hello from " + context.pluginId(); }
                        @Override public void close() { System.setProperty("test.greeting", System.getProperty("test.greeting", "") + "closed "); }
                    };
                }
            }
            """;
    private static final String CONSUMER = """
            private final test.base.Greeting greeting;
            @jakarta.inject.Inject Factory(test.base.Greeting greeting, PluginContext context) {
                this.greeting = greeting;
                context.closeOnUnload(() -> System.setProperty("test.greeting", System.getProperty("test.greeting", "") + greeting.greet() + ", "));
            }
            """;

    @TempDir
    private Path root;
    private PluginFixture fixture;

    @BeforeEach
    void make() {
        fixture = new PluginFixture(root);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aPluginSeesTheApiWithTheKernelsIdentityAndNothingElseOfTheKernel() throws Exception {
        simple("p").writeTo(fixture.file("p.jar"));
        ClassLoader loader = fixture.start().service.loader("p");

        assertThat(loader.loadClass(PluginContext.class.getName())).isSameAs(PluginContext.class);
        assertThat(loader.loadClass("org.slf4j.Logger")).isSameAs(org.slf4j.Logger.class);
        assertThat(loader.loadClass("java.sql.Connection")).isNotNull();
        for (String hidden : new String[] {"io.roadstead.kernel.plugin.PluginService", "com.typesafe.config.Config",
            "ch.qos.logback.classic.Logger",
            "com.google.inject.Injector", "com.google.common.collect.ImmutableList", "com.github.zafarkhaja.semver.Version",
            "io.roadstead.testkit.ManualClock"}) {
            assertThatThrownBy(() -> loader.loadClass(hidden)).as(hidden).isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void resourcesAreFilteredLikewise() throws Exception {
        simple("p").resource("reference.conf", "p = 1").writeTo(fixture.file("p.jar"));
        ClassLoader loader = fixture.start().service.loader("p");

        assertThat(getClass().getClassLoader().getResource("META-INF/services/org.slf4j.spi.SLF4JServiceProvider")).isNotNull();
        assertThat(loader.getResource("META-INF/services/org.slf4j.spi.SLF4JServiceProvider")).isNull();
        assertThat(Collections.list(loader.getResources("META-INF/MANIFEST.MF"))).hasSize(1);
        assertThat(Collections.list(loader.getResources("reference.conf"))).hasSize(1);
        assertThat(loader.getResource("io/roadstead/kernel/plugin/PluginService.class")).isNull();
        assertThat(loader.getResource("io/roadstead/api/plugin/PluginContext.class")).isNotNull();
    }

    @Test
    void aDependencysClassesAreSharedAndAStrangersAreNot() throws Exception {
        Path base = simple("base").source("test.base.Greeting", CAPABILITY).writeTo(fixture.file("base.jar"));
        simple("above").dependencies("base").compileAgainst(base).writeTo(fixture.file("above.jar"));
        simple("stranger").writeTo(fixture.file("stranger.jar"));
        fixture.start();

        assertThat(fixture.service.loader("above").loadClass("test.base.Greeting"))
                .isSameAs(fixture.service.loader("base").loadClass("test.base.Greeting"));
        assertThatThrownBy(() -> fixture.service.loader("stranger").loadClass("test.base.Greeting"))
                .isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void aCapabilityIsInjectedIntoDeclaredDependentsOnlyAndClosedAfterThem() {
        Path base = simple("base").source("test.base.Greeting", CAPABILITY).source("test.base.Provider", PROVIDER)
                .writeTo(fixture.file("base.jar"));
        withConstructor("above", CONSUMER).dependencies("base").compileAgainst(base).writeTo(fixture.file("above.jar"));
        withConstructor("stranger", CONSUMER).compileAgainst(base).writeTo(fixture.file("stranger.jar"));
        fixture.start();

        assertThat(fixture.running()).containsExactlyInAnyOrder("base", "above");
        assertThat(fixture.row("stranger.jar").problem()).contains("ClassNotFoundException: test.base.Greeting");
        assertThat(fixture.row("base.jar").extensions()).containsExactly("AddOn base", "Capability Greeting");
        fixture.service.stop();
        assertThat(System.clearProperty("test.greeting")).isEqualTo("hello from base, closed ");
    }

    @Test
    void everythingAPluginGotIsTakenBackAtUnload() throws Exception {
        withConstructor("p", INJECTED).writeTo(fixture.file("p.jar"));
        fixture.start();
        assertThat(fixture.metrics.collect()).hasSize(1);
        assertThat(threads("p/work")).isEqualTo(1);

        Files.delete(fixture.file("p.jar"));
        fixture.service.rescan();

        assertThat(fixture.metrics.collect()).isEmpty();
        assertThat(threads("p/work")).isZero();
        assertThat(fixture.running()).isEmpty();
    }

    @Test
    void aPluginWithoutAnInjectorUnloads() throws Exception {
        assertUnloads("p.jar", simple("p").writeTo(fixture.file("p.jar")), "p");
    }

    @Test
    void aPluginThatUsesEverythingOfItsContextUnloads() throws Exception {
        assertUnloads("p.jar", withConstructor("p", INJECTED).writeTo(fixture.file("p.jar")), "p");
    }

    @Test
    void aPluginWithAGuiceModuleIsWiredByItAndUnloads() throws Exception {
        withConstructor("p",
                "@jakarta.inject.Inject Factory(Engine engine, PluginContext c) { System.setProperty(\"test.engine\", engine.name()); }")
                .source("test.p.Engine", "package test.p; public interface Engine { String name(); }").source("test.p.PModule", """
                        package test.p;
                        public final class PModule extends com.google.inject.AbstractModule {
                            @com.google.inject.Provides @jakarta.inject.Singleton Engine engine(io.roadstead.api.plugin.PluginContext context) {
                                return () -> "engine of " + context.pluginId();
                            }
                        }
                        """).manifest("Plugin-Guice-Module", "test.p.PModule").writeTo(fixture.file("p.jar"));

        assertUnloads("p.jar", fixture.file("p.jar"), "p");
        assertThat(System.clearProperty("test.engine")).isEqualTo("engine of p");
    }

    @Test
    void aDirectoryPluginUnloads() throws Exception {
        Path directory = withConstructor("p", INJECTED + " private final Object text = new lib.Text();").writeDirectory(fixture.file("p"),
                Map.of("text.jar", PluginJarBuilder.library().source("lib.Text", "package lib; public class Text { }")));

        assertUnloads("p", directory, "p");
    }

    @Test
    void aPluginWhoseOwnEntryPointThrowsInItsStopUnloads() throws Exception {
        simple("p").manifest("Plugin-Class", "test.p.Entry").source("test.p.Entry", """
                package test.p;
                public class Entry extends org.pf4j.Plugin {
                    @Override public void stop() { throw new IllegalStateException("planted; the log shows it"); }
                }
                """).writeTo(fixture.file("p.jar"));

        assertUnloads("p.jar", fixture.file("p.jar"), "p");
    }

    @Test
    void aPluginThatFailsToStartUnloads() {
        withConstructor("p",
                "public Factory() { System.getProperties().put(\"test.failed\", new java.lang.ref.WeakReference<>(getClass().getClassLoader()));"
                        + " throw new IllegalStateException(\"planted; the log shows it\"); }")
                .writeTo(fixture.file("p.jar"));
        fixture.start();
        WeakReference<?> loader = (WeakReference<?>) System.getProperties().remove("test.failed");

        assertThat(fixture.row("p.jar").state()).isEqualTo("failed");
        UnloadLeakCheck.of((ClassLoader) loader.get()).assertUnloaded();
    }

    @Test
    void anExporterAndItsConsumerUnloadWithTheExporter() throws Exception {
        Path base = simple("base").source("test.base.Greeting", CAPABILITY).source("test.base.Provider", PROVIDER)
                .writeTo(fixture.file("base.jar"));
        withConstructor("above", CONSUMER).dependencies("base").compileAgainst(base).writeTo(fixture.file("above.jar"));
        fixture.start();
        UnloadLeakCheck above = UnloadLeakCheck.of(fixture.service.loader("above"));

        assertUnloads("base.jar", base, "base");

        above.assertUnloaded();
        System.clearProperty("test.greeting");
    }

    private void assertUnloads(String name, Path path, String id) throws Exception {
        if (fixture.service == null) {
            fixture.start();
        }
        assertThat(fixture.row(name).state()).as(fixture.row(name).problem()).isEqualTo("started");
        UnloadLeakCheck check = UnloadLeakCheck.of(fixture.service.loader(id));

        Files.move(path, root.resolve("removed"));
        fixture.service.rescan();

        assertThat(fixture.running()).doesNotContain(id);
        check.assertUnloaded();
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals(name)).count();
    }
}
