package io.roadstead.deployment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.ManagedProcess;

/**
 * A container of a Pod without a capability, on the machine's own network: the image's root file system, read-only, the Pod's user, its mounts and no other, and
 * the image's entry point. It is in a mount namespace of its own, so all mounts go when it ends.
 */
final class Container implements AutoCloseable {

    private static final String SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

    private final BuiltImage image;
    private final PodSpec pod;
    private final ManagedProcess process;

    private Container(BuiltImage image, PodSpec pod, ManagedProcess process) {
        this.image = image;
        this.pod = pod;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param files       directories for its ConfigMaps, by name
     * @param account     the service account's files
     * @param environment what the kubelet would set
     */
    static Container start(BuiltImage image, PodSpec pod, Map<String, Path> files, Path account, Map<String, String> environment,
            Path log) {
        var container = pod.getContainers().getFirst();
        var security = container.getSecurityContext();
        if (!security.getReadOnlyRootFilesystem() || security.getAllowPrivilegeEscalation()
                || !security.getCapabilities().getAdd().isEmpty()) {
            throw new IllegalArgumentException("not such a container");
        }
        var script = new StringBuilder("root=" + image.root() + "\nmount --bind $root $root\n");
        for (var name : List.of("dev", "proc")) {
            script.append("mkdir -p $root/%1$s && mount --rbind /%1$s $root/%1$s%n".formatted(name));
        }
        for (var mount : container.getVolumeMounts()) {
            var volume = pod.getVolumes().stream().filter(each -> each.getName().equals(mount.getName())).findFirst().orElseThrow();
            script.append("mkdir -p $root%1$s && mount %2$s $root%1$s%n".formatted(mount.getMountPath(), source(volume, files, pod)));
        }
        script.append("mkdir -p $root%1$s && mount --bind %2$s $root%1$s%n".formatted(SERVICE_ACCOUNT, account));
        script.append("mount -o remount,bind,ro $root\nexec \"$@\"\n");

        var command = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "sh", "-euc", script.toString(), "sh",
                "setpriv", "--no-new-privs"));
        command.addAll(environment(image, environment));
        command.addAll(List.of("/usr/sbin/chroot", "--userspec=" + user(pod), "--groups=" + pod.getSecurityContext().getFsGroup(),
                image.root().toString()));
        command.addAll(image.words("Entrypoint"));
        command.addAll(container.getArgs());
        return new Container(image, pod, ManagedProcess.of(command).log(log).start());
    }

    /** As {@code kubectl exec}. */
    String exec(String... words) {
        var command = environment(image, Map.of());
        command.addAll(List.of("/usr/bin/nsenter", "--target", Long.toString(process.pid()), "--mount", "--root", "--wd", "--setuid",
                pod.getSecurityContext().getRunAsUser().toString(), "--setgid", pod.getSecurityContext().getRunAsGroup().toString()));
        command.addAll(List.of(words));
        return CommandResult.of(command).successfulOutput();
    }

    String log() {
        return process.output();
    }

    /** As the kubelet ends it; returns its exit code, or fails when the time of grace was not enough. */
    int stop() {
        process.terminate();
        return process.awaitExit(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()));
    }

    private static String source(Volume volume, Map<String, Path> files, PodSpec pod) {
        if (volume.getConfigMap() != null) {
            return "--bind " + files.get(volume.getConfigMap().getName());
        }
        if (volume.getEmptyDir() != null) {
            return "-t tmpfs -o mode=2777,gid=" + pod.getSecurityContext().getFsGroup() + " tmpfs";
        }
        throw new IllegalArgumentException("not expected in such a container: " + volume);
    }

    private static List<String> environment(BuiltImage image, Map<String, String> more) {
        var command = new ArrayList<>(List.of("/usr/bin/env", "-i"));
        command.addAll(image.words("Env"));
        more.forEach((name, value) -> command.add(name + "=" + value));
        return command;
    }

    private static String user(PodSpec pod) {
        return pod.getSecurityContext().getRunAsUser() + ":" + pod.getSecurityContext().getRunAsGroup();
    }

    @Override
    public void close() {
        process.close();
    }
}
