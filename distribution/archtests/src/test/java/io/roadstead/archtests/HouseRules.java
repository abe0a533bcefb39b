package io.roadstead.archtests;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceRule;

/** The rules of the house, by number. Each says which room a line of code may stand in and what it may touch there. */
final class HouseRules {

    private static final String API = "io.roadstead.api..";
    private static final String KERNEL = "io.roadstead.kernel..";
    private static final String PLUGINS = "io.roadstead.plugin..";
    private static final String MODEL = "io.roadstead.api.model..";

    private HouseRules() {
    }

    /** All rules by name; slices of plugins may use the {@code api} packages that their manifests name. */
    static Map<String, ArchRule> all(JavaClasses imported) {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("1 core-api stands alone", CORE_API_STANDS_ALONE);
        rules.put("1 pf4j in core-api only in the plugin package", PF4J_IN_CORE_API);
        rules.put("2 core-api knows no Netty, Guice or HOCON", CORE_API_KNOWS_NO_TOOLS);
        rules.put("3 plugins do not see the kernel", PLUGINS_DO_NOT_SEE_THE_KERNEL);
        rules.put("4 the kernel knows no plugin", KERNEL_KNOWS_NO_PLUGIN);
        rules.put("5 plugins are independent", pluginsAreIndependent(ManifestDependencies.of(imported)));
        rules.put("6 Netty has its rooms", NETTY_HAS_ITS_ROOMS);
        rules.put("6 gRPC has its room", GRPC_HAS_ITS_ROOM);
        rules.put("6 the Kubernetes client has its room", KUBERNETES_CLIENT_HAS_ITS_ROOM);
        rules.put("6 native memory has its room", NATIVE_MEMORY_HAS_ITS_ROOM);
        rules.put("6 fsm and rib are plain Java", FSM_AND_RIB_ARE_PLAIN);
        rules.put("7 Guice has its rooms", GUICE_HAS_ITS_ROOMS);
        rules.put("7 HOCON has its room", HOCON_HAS_ITS_ROOM);
        rules.put("7 JSON has its rooms", JSON_HAS_ITS_ROOMS);
        rules.put("8 pf4j has its room", PF4J_HAS_ITS_ROOM);
        rules.put("8 plugins use pf4j's annotations only", PLUGINS_USE_ANNOTATIONS_OF_PF4J_ONLY);
        rules.put("9 no static mutable state", NO_STATIC_MUTABLE_STATE);
        rules.put("10 the model is data", MODEL_IS_DATA);
        rules.put("10 the model holds no arrays", MODEL_HOLDS_NO_ARRAYS);
        rules.put("10 the model copies collections", MODEL_COPIES_COLLECTIONS);
        rules.put("11 plugins make no threads", PLUGINS_MAKE_NO_THREADS);
        rules.put("12 no ambient time or chance", NO_AMBIENT_TIME_OR_CHANCE);
        rules.put("13 exceptions are not called errors", EXCEPTIONS_ARE_NOT_CALLED_ERRORS);
        rules.put("13 Throwable is caught at the boundary to plugins only", THROWABLE_IS_CAUGHT_AT_THE_BOUNDARY);
        rules.put("14 no cycles in core-api", noCycles("io.roadstead.api.(**)"));
        rules.put("14 no cycles in the kernel", noCycles("io.roadstead.kernel.(*).."));
        rules.put("14 no cycles in a plugin", noCycles("io.roadstead.plugin.(**)"));
        rules.put("14 loggers are private, static, final and slf4j's", LOGGERS);
        rules.put("14 nothing prints", NOTHING_PRINTS);
        return rules;
    }

    private static final ArchRule CORE_API_STANDS_ALONE = classes().that().resideInAPackage(API).should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(API, "java..", "org.slf4j..", "jakarta.inject..", "org.jspecify..", "org.pf4j..")
            .because("a plugin author compiles against it and against nothing else");

    private static final ArchRule PF4J_IN_CORE_API = noClasses().that().resideInAPackage(API)
            .and().resideOutsideOfPackage("io.roadstead.api.plugin").should().dependOnClassesThat().resideInAPackage("org.pf4j..");

    private static final ArchRule CORE_API_KNOWS_NO_TOOLS = noClasses().that().resideInAPackage(API).should()
            .dependOnClassesThat().resideInAnyPackage("io.netty..", "com.google..", "com.typesafe..");

    private static final ArchRule PLUGINS_DO_NOT_SEE_THE_KERNEL =
            noClasses().that().resideInAPackage(PLUGINS).should().dependOnClassesThat().resideInAPackage(KERNEL);

    private static final ArchRule KERNEL_KNOWS_NO_PLUGIN =
            noClasses().that().resideInAPackage(KERNEL).should().dependOnClassesThat().resideInAPackage(PLUGINS);

    private static final ArchRule NETTY_HAS_ITS_ROOMS = noClasses().that()
            .resideOutsideOfPackages("io.roadstead.plugin.netty..", "io.roadstead.plugin.bgp.codec", "io.roadstead.plugin.bgp.session",
                    "io.roadstead.plugin.proxy.relay", "io.roadstead.plugin.mesh.etcd..")
            .should().dependOnClassesThat().resideInAPackage("io.netty..");

    private static final ArchRule GRPC_HAS_ITS_ROOM = noClasses().that().resideOutsideOfPackage("io.roadstead.plugin.mesh.etcd..")
            .should().dependOnClassesThat().resideInAnyPackage("io.grpc..", "com.google.protobuf..", "etcdserverpb..");

    private static final ArchRule KUBERNETES_CLIENT_HAS_ITS_ROOM =
            noClasses().that().resideOutsideOfPackages("io.roadstead.plugin.kubernetes..", "io.roadstead.bench.kubernetes")
                    .should().dependOnClassesThat().resideInAnyPackage("io.fabric8..", "tools.jackson..")
                    .because("its models are large and change with each version of Kubernetes");

    private static final ArchRule NATIVE_MEMORY_HAS_ITS_ROOM = noClasses().that()
            .resideOutsideOfPackages("io.roadstead.plugin.datapath.ebpf..", "io.roadstead.plugin.netlink.socket",
                    "io.roadstead.testkit.lab", "io.roadstead.bench..")
            .should().dependOnClassesThat().resideInAPackage("java.lang.foreign..")
            .because("a wrong address there ends the process, and every other plugin with it");

    private static final ArchRule FSM_AND_RIB_ARE_PLAIN = classes().that()
            .resideInAnyPackage("io.roadstead.plugin.bgp.fsm", "io.roadstead.plugin.bgp.rib").should().onlyDependOnClassesThat()
            .resideInAnyPackage("io.roadstead.plugin.bgp.fsm", "io.roadstead.plugin.bgp.rib", API, "java..", "org.jspecify..");

    private static final ArchRule GUICE_HAS_ITS_ROOMS = noClasses().that().resideOutsideOfPackage(KERNEL)
            .and().haveSimpleNameNotEndingWith("Module").should().dependOnClassesThat().resideInAPackage("com.google.inject..");

    private static final ArchRule HOCON_HAS_ITS_ROOM = noClasses().that().resideOutsideOfPackage("io.roadstead.kernel.config")
            .should().dependOnClassesThat().resideInAPackage("com.typesafe.config..");

    private static final ArchRule JSON_HAS_ITS_ROOMS = noClasses().that()
            .resideOutsideOfPackages("io.roadstead.kernel.mesh.schema", "io.roadstead.plugin.adminhttp", "io.roadstead.cli..",
                    "io.roadstead.quickstart..", "io.roadstead.testkit.lab")
            .should().dependOnClassesThat().resideInAPackage("com.fasterxml.jackson..")
            .because("formats are the edges' business: inside there are records");

    private static final ArchRule PF4J_HAS_ITS_ROOM = noClasses().that()
            .resideOutsideOfPackages("io.roadstead.kernel.plugin", "io.roadstead.api.plugin", PLUGINS)
            .should().dependOnClassesThat(describe("are pf4j's, beside ExtensionPoint",
                    type -> type.getPackageName().startsWith("org.pf4j") && !type.getSimpleName().equals("ExtensionPoint")));

    private static final ArchRule PLUGINS_USE_ANNOTATIONS_OF_PF4J_ONLY = noClasses().that().resideInAPackage(PLUGINS)
            .should().dependOnClassesThat(describe("are pf4j's, beside Extension and ExtensionPoint",
                    type -> type.getPackageName().startsWith("org.pf4j")
                            && !Set.of("Extension", "ExtensionPoint").contains(type.getSimpleName())));

    private static final DescribedPredicate<JavaField> MUTABLE_TYPE = describe("has a type whose content changes", field -> {
        JavaClass type = field.getRawType();
        boolean collectionImplementation = (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class)) && !type.isInterface()
                && !type.isAssignableTo(Enum.class);
        return collectionImplementation || type.isAssignableTo(ThreadLocal.class) || type.isAssignableTo(AtomicInteger.class)
                || type.isAssignableTo(AtomicLong.class) || type.isAssignableTo(AtomicBoolean.class)
                || type.isAssignableTo(AtomicReference.class) || type.getPackageName().startsWith("java.util.concurrent")
                || type.getName().startsWith("io.netty.util.concurrent.FastThreadLocal");
    });

    private static final ArchRule NO_STATIC_MUTABLE_STATE = fields().that().areStatic()
            .and(describe("are written by a person", field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
            .should().beFinal().andShould(be(DescribedPredicate.not(MUTABLE_TYPE)))
            .because("two agents live in one process, and a static outlives the plugin that it belongs to");

    private static final ArchRule MODEL_IS_DATA = classes().that().resideInAPackage(MODEL).and().arePublic()
            .should(be(describe("records, enums, interfaces or constants",
                    type -> type.isRecord() || type.isEnum() || type.isInterface())));

    private static final ArchRule MODEL_HOLDS_NO_ARRAYS = noClasses().that().resideInAPackage(MODEL).and().areRecords()
            .should(be(describe("holding an array", type -> type.getFields().stream()
                    .anyMatch(field -> field.getRawType().isArray() && !field.getModifiers().contains(JavaModifier.STATIC)))));

    private static final ArchRule MODEL_COPIES_COLLECTIONS = noClasses().that().resideInAPackage(MODEL).and().areRecords()
            .should(be(describe("records with fewer defensive copies than collections",
                    type -> defensiveCopies(type) < type.getFields().stream().filter(HouseRules::holdsCollection).count())));

    private static boolean holdsCollection(JavaField field) {
        JavaClass type = field.getRawType();
        return !field.getModifiers().contains(JavaModifier.STATIC)
                && (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class));
    }

    private static long defensiveCopies(JavaClass type) {
        return type.getConstructors().stream().flatMap(constructor -> constructor.getMethodCallsFromSelf().stream())
                .filter(call -> call.getName().equals("copyOf") || call.getName().startsWith("unmodifiable"))
                .count();
    }

    private static final ArchRule PLUGINS_MAKE_NO_THREADS = noClasses().that().resideInAPackage(PLUGINS)
            .should().callConstructorWhere(describe("makes a thread or a timer", call -> call.getTargetOwner().isAssignableTo(Thread.class)
                    || call.getTargetOwner().isEquivalentTo(Timer.class)))
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.Executors")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ForkJoinPool")
            .orShould().callMethodWhere(describe("makes a thread, a hook, or runs on the common pool", HouseRules::usesForeignThread))
            .because("a thread that the kernel does not know pins the plugin for ever");

    private static boolean usesForeignThread(JavaAccess<?> call) {
        AccessTarget target = call.getTarget();
        String owner = target.getOwner().getName();
        String name = target.getName();
        return owner.equals("java.lang.Runtime") && name.equals("addShutdownHook")
                || owner.equals("java.lang.Thread") && Set.of("startVirtualThread", "ofVirtual", "ofPlatform").contains(name)
                || owner.equals("java.util.concurrent.CompletableFuture") && name.endsWith("Async")
                        && call instanceof JavaMethodCall method
                        && method.getTarget().getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(Executor.class));
    }

    private static final ArchRule NO_AMBIENT_TIME_OR_CHANCE = noClasses().that()
            .resideOutsideOfPackages("io.roadstead.kernel.boot", "io.roadstead.kernel.loop", "io.roadstead.cli..",
                    "io.roadstead.quickstart..")
            .should().callMethodWhere(describe("reads the machine's clock or dice", HouseRules::ambient))
            .orShould().callConstructorWhere(describe("makes an unseeded Random",
                    call -> call.getTargetOwner().isEquivalentTo(Random.class)
                            && call.getTarget().getRawParameterTypes().isEmpty()))
            .because("time and chance are injected, so that tests decide them");

    private static boolean ambient(JavaAccess<?> call) {
        String owner = call.getTarget().getOwner().getName();
        String name = call.getTarget().getName();
        return owner.equals("java.lang.System") && Set.of("currentTimeMillis", "nanoTime").contains(name)
                || owner.startsWith("java.time.") && name.equals("now")
                || owner.equals("java.time.InstantSource") && name.equals("system")
                || owner.equals("java.time.Clock") && name.startsWith("system")
                || owner.equals("java.lang.Math") && name.equals("random")
                || owner.equals("java.util.concurrent.ThreadLocalRandom") && name.equals("current");
    }

    private static final ArchRule EXCEPTIONS_ARE_NOT_CALLED_ERRORS =
            noClasses().that().areAssignableTo(Throwable.class).should().haveSimpleNameEndingWith("Error");

    private static final ArchRule THROWABLE_IS_CAUGHT_AT_THE_BOUNDARY = noClasses().that()
            .resideOutsideOfPackages("io.roadstead.kernel.registry", "io.roadstead.kernel.plugin")
            .should(be(describe("catching Throwable",
                    type -> type.getCodeUnits().stream().anyMatch(HouseRules::catchesThrowable))));

    /** What the compiler writes for try-with-resources catches Throwable, too: it is known by its call of addSuppressed. */
    private static boolean catchesThrowable(JavaCodeUnit code) {
        return code.getTryCatchBlocks().stream()
                .anyMatch(block -> block.getCaughtThrowables().stream().anyMatch(thrown -> thrown.isEquivalentTo(Throwable.class)))
                && code.getMethodCallsFromSelf().stream().noneMatch(call -> call.getName().equals("addSuppressed"));
    }

    private static final ArchRule LOGGERS = fields().that().haveRawType("org.slf4j.Logger").should().bePrivate().andShould().beStatic()
            .andShould().beFinal();

    private static final ArchRule NOTHING_PRINTS = noClasses().that()
            .resideOutsideOfPackages("io.roadstead.cli..", "io.roadstead.quickstart..", "io.roadstead.kernel.boot")
            .should(ACCESS_STANDARD_STREAMS).because("output is the command line's, everything else logs");

    private static SliceRule noCycles(String packages) {
        return slices().matching(packages).should().beFreeOfCycles();
    }

    /** Slices may not touch one another, but for {@code api} packages of plugins that the manifest names. */
    static ArchRule pluginsAreIndependent(ManifestDependencies manifests) {
        return noClasses().that().resideInAPackage(PLUGINS)
                .should(new ArchCondition<>("use another plugin beside what its manifest names") {
                    @Override
                    public void check(JavaClass origin, ConditionEvents events) {
                        for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                            JavaClass target = dependency.getTargetClass();
                            boolean foreign = target.getPackageName().startsWith("io.roadstead.plugin.")
                                    && !ManifestDependencies.sameSlice(origin, target);
                            boolean allowed = target.getPackageName().matches("io\\.roadstead\\.plugin\\.[a-z]+\\.api(\\..*)?")
                                    && manifests.allows(origin, target);
                            events.add(new SimpleConditionEvent(dependency, foreign && !allowed, dependency.getDescription()));
                        }
                    }
                });
    }
}
