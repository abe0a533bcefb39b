package io.roadstead.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is applied to a cluster: that its fields exist, that what it names exists, and that it asks for no more than is stated. */
class ManifestsTest {

    private static final int STOP_TIMEOUT_SECONDS = 20;
    private static final long MIB = 1024 * 1024;
    /** What the datapath's maps take of the kernel, which counts for the Pod that makes them; measured. */
    private static final long BPF_MAPS_MIB = 132;

    static Stream<Path> overlays() {
        return Overlays.all();
    }

    @Test
    void everyFileIsPartOfAnOverlayOrOfTheDefinitions() {
        var used = new LinkedHashSet<Path>();
        Overlays.all().forEach(overlay -> used.addAll(Kustomization.of(overlay).files()));
        Overlays.components().forEach(component -> used.addAll(Overlays.withComponent(component).files()));
        used.addAll(Kustomization.of(Project.kubernetes().resolve("crds")).files());

        assertThat(Project.files(Project.kubernetes(), ".yaml", ".yml", ".json", ".conf")).containsExactlyInAnyOrderElementsOf(used);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void fieldsExist(Path overlay) {
        assertThat(Kustomization.of(overlay).objects()).allSatisfy(object -> StrictModels.read(object));
    }

    @Test
    void aFieldThatDoesNotExistIsFound() {
        var object = Kustomization.of(Overlays.named("bgp-only")).object("DaemonSet", "roadstead-agent");
        ((ObjectNode) object.at("/spec/template/spec")).put("hostNetwrok", true);

        assertThatThrownBy(() -> StrictModels.read(object)).hasMessageContaining("hostNetwrok");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whatIsNamedExists(Path overlay) {
        var objects = models(overlay);
        var there = objects.stream().map(ManifestsTest::identity).toList();

        assertThat(there).doesNotHaveDuplicates();
        for (var object : objects) {
            switch (object) {
                case RoleBinding binding -> assertThat(there)
                        .contains(identity(binding.getRoleRef(), binding.getMetadata().getNamespace()))
                        .containsAll(identities(binding.getSubjects()));
                case ClusterRoleBinding binding -> assertThat(there).contains(identity(binding.getRoleRef(), ""))
                        .containsAll(identities(binding.getSubjects()));
                case DaemonSet set -> assertPod(set.getMetadata().getNamespace(), set.getSpec().getTemplate(), objects);
                case Deployment set -> assertPod(set.getMetadata().getNamespace(), set.getSpec().getTemplate(), objects);
                default -> {
                    // names nothing
                }
            }
            var namespace = Objects.requireNonNullElse(object.getMetadata().getNamespace(), "");
            assertThat(namespace.isEmpty() || there.contains("Namespace //" + namespace)).as(identity(object)).isTrue();
        }
    }

    private static void assertPod(String namespace, PodTemplateSpec template, List<HasMetadata> objects) {
        var there = objects.stream().map(ManifestsTest::identity).toList();
        var spec = template.getSpec();
        var container = only(spec);
        assertThat(there).contains("ServiceAccount " + namespace + "/" + spec.getServiceAccountName());
        assertThat(container.getVolumeMounts()).extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(spec.getVolumes().stream().map(Volume::getName).toList());
        assertThat(container.getVolumeMounts()).extracting(VolumeMount::getMountPath).doesNotHaveDuplicates();

        var config = spec.getVolumes().stream().filter(volume -> volume.getConfigMap() != null).findFirst().orElseThrow();
        var mount = container.getVolumeMounts().stream().filter(each -> each.getName().equals(config.getName())).findFirst().orElseThrow();
        var data = Overlays.configuration(objects, namespace, config.getConfigMap().getName());
        var arguments = container.getArgs();
        var file = arguments.get(arguments.indexOf("--config") + 1);
        assertThat(file).startsWith(mount.getMountPath() + "/");
        assertThat(data).containsKey(file.substring(mount.getMountPath().length() + 1));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void agentsAreHardenedRestartedAndStoppedAsStated(Path overlay) {
        for (var template : templates(overlay)) {
            var spec = template.getSpec();
            var container = only(spec);
            var security = container.getSecurityContext();
            assertThat(security.getReadOnlyRootFilesystem()).isTrue();
            assertThat(security.getAllowPrivilegeEscalation()).isFalse();
            assertThat(security.getPrivileged()).isNull();
            assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(spec.getTerminationGracePeriodSeconds()).isGreaterThan(STOP_TIMEOUT_SECONDS);
            assertThat(spec.getPriorityClassName()).startsWith("system-");
            assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/livez");
            assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
            assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
            assertMemory(container);
        }
    }

    /** Beside the heap a JVM needs room for code, threads and buffers. */
    private static void assertMemory(Container container) {
        var limit = bytes(container.getResources().getLimits().get("memory"));
        var heap = container.getArgs().stream().filter(argument -> argument.startsWith("-Xmx")).findFirst().orElseThrow();
        var heapMib = Long.parseLong(heap.substring("-Xmx".length(), heap.length() - 1));
        assertThat(heap).endsWith("m");
        var mapsMib = container.getSecurityContext().getCapabilities().getAdd().contains("BPF") ? BPF_MAPS_MIB : 0;
        assertThat(limit).isGreaterThanOrEqualTo((heapMib + 160 + mapsMib) * MIB);
        assertThat(bytes(container.getResources().getRequests().get("memory"))).isBetween((200 + mapsMib) * MIB, limit);
    }

    private static long bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity).longValueExact();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theKubeletAsksWhereTheAgentListens(Path overlay) {
        var agent = only(agent(overlay).getSpec().getTemplate().getSpec());

        for (var probe : List.of(agent.getStartupProbe(), agent.getLivenessProbe(), agent.getReadinessProbe())) {
            assertThat(probe.getHttpGet().getHost()).isEqualTo("127.0.0.1");
            assertThat(port(probe)).isEqualTo(9963);
        }
        assertThat(Overlays.configuration(models(overlay), "roadstead-system", "roadstead").get("roadstead.conf"))
                .contains("tcp { enabled = true, address = 127.0.0.1, port = 9963 }");
    }

    private static int port(Probe probe) {
        return probe.getHttpGet().getPort().getIntVal();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyNodeHasAnAgentAndOneAtATimeIsReplaced(Path overlay) {
        var set = agent(overlay);
        var spec = set.getSpec().getTemplate().getSpec();

        assertThat(spec.getTolerations()).singleElement().satisfies(toleration -> {
            assertThat(toleration.getOperator()).isEqualTo("Exists");
            assertThat(toleration.getKey()).isNull();
        });
        assertThat(spec.getHostNetwork()).isTrue();
        assertThat(spec.getDnsPolicy()).isEqualTo("ClusterFirstWithHostNet");
        assertThat(set.getSpec().getUpdateStrategy().getRollingUpdate().getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(only(spec).getEnv()).anySatisfy(variable -> {
            assertThat(variable.getName()).isEqualTo("NODE_NAME");
            assertThat(variable.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("spec.nodeName");
        });
        assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels());
    }

    @Test
    void bgpNeedsNeitherRootNorACapabilityNorAPathOfTheHost() {
        var spec = agent(Overlays.named("bgp-only")).getSpec().getTemplate().getSpec();

        assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(spec.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(capabilities(spec)).isEmpty();
        assertThat(spec.getVolumes()).allSatisfy(volume -> assertThat(volume.getHostPath()).isNull());
    }

    @Test
    void theDatapathHasThreeCapabilitiesAndTwoPathsOfTheHost() {
        var spec = agent(Overlays.named("with-datapath")).getSpec().getTemplate().getSpec();

        assertThat(capabilities(spec)).containsExactlyInAnyOrder("BPF", "PERFMON", "NET_ADMIN");
        assertThat(spec.getVolumes()).filteredOn(volume -> volume.getHostPath() != null)
                .extracting(volume -> volume.getHostPath().getPath()).containsExactlyInAnyOrder("/sys/fs/bpf", "/sys/fs/cgroup");
    }

    @Test
    void listeningAtPort179HasOneCapability() {
        var objects = Overlays.withComponent(Overlays.component("listen"));
        var set = StrictModels.read(objects.object("DaemonSet", "roadstead-agent"), DaemonSet.class);

        assertThat(capabilities(set.getSpec().getTemplate().getSpec())).containsExactly("NET_BIND_SERVICE");
    }

    @Test
    void withControllersAgentsLoseTheRightsOfALeader() {
        var kustomization = Kustomization.of(Overlays.named("controller"));

        for (var binding : List.of(kustomization.object("ClusterRoleBinding", "roadstead-leader"),
                kustomization.object("RoleBinding", "roadstead-lease"))) {
            assertThat(binding.findValuesAsText("name")).contains("roadstead-controller").doesNotContain("roadstead-agent");
        }
        assertThat(kustomization.object("ClusterRoleBinding", "roadstead-reader").path("subjects").findValuesAsText("name"))
                .containsExactly("roadstead-agent", "roadstead-controller");
    }

    private static Set<String> capabilities(PodSpec spec) {
        return Set.copyOf(only(spec).getSecurityContext().getCapabilities().getAdd());
    }

    private static DaemonSet agent(Path overlay) {
        return StrictModels.read(Kustomization.of(overlay).object("DaemonSet", "roadstead-agent"), DaemonSet.class);
    }

    private static List<PodTemplateSpec> templates(Path overlay) {
        var templates = new ArrayList<PodTemplateSpec>();
        for (var object : models(overlay)) {
            switch (object) {
                case DaemonSet set -> templates.add(set.getSpec().getTemplate());
                case Deployment set -> templates.add(set.getSpec().getTemplate());
                default -> {
                    // no Pods
                }
            }
        }
        return templates;
    }

    private static List<HasMetadata> models(Path overlay) {
        return Kustomization.of(overlay).objects().stream().map(StrictModels::read).toList();
    }

    private static Container only(PodSpec spec) {
        assertThat(spec.getContainers()).hasSize(1);
        return spec.getContainers().getFirst();
    }

    private static String identity(HasMetadata object) {
        return object.getKind() + " " + Objects.requireNonNullElse(object.getMetadata().getNamespace(), "/") + "/"
                + object.getMetadata().getName();
    }

    private static String identity(RoleRef reference, String namespace) {
        return reference.getKind() + " " + (reference.getKind().equals("ClusterRole") ? "/" : namespace) + "/" + reference.getName();
    }

    private static List<String> identities(List<Subject> subjects) {
        return subjects.stream().map(subject -> subject.getKind() + " " + subject.getNamespace() + "/" + subject.getName()).toList();
    }
}
