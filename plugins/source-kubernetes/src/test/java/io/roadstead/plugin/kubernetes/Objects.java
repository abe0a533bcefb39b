package io.roadstead.plugin.kubernetes;

import java.util.List;
import java.util.stream.Collectors;

/** Objects as YAML. */
final class Objects {
    private Objects() {
    }

    static String node(String name) {
        return node(name, "1");
    }

    static String node(String name, String zone) {
        return "{apiVersion: v1, kind: Node, metadata: {name: " + name + ", labels: {zone: '" + zone + "'}}, spec: {podCIDR: 10.1.0.0/24}}";
    }

    static String service(String name) {
        return service(name, 80);
    }

    static String service(String name, int port) {
        return "{apiVersion: v1, kind: Service, metadata: {name: " + name
                + ", namespace: default}, spec: {type: LoadBalancer, ports: [{port: " + port
                + ", protocol: TCP}]}}";
    }

    static String pod(String name, String node) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: default}, spec: {nodeName: " + node
                + ", containers: [{name: c, image: i}]}, status: {phase: Running, podIP: 10.1.0.5}}";
    }

    static String secret(String name, String password) {
        return "{apiVersion: v1, kind: Secret, metadata: {name: " + name + ", namespace: kube-system}, stringData: {password: " + password
                + ", other: unread}}";
    }

    static String peerConfig(String name, String version, String spec) {
        return "{apiVersion: cilium.io/" + version + ", kind: CiliumBGPPeerConfig, metadata: {name: " + name + "}, spec: " + spec + "}";
    }

    /** Served in these versions, of which the first is stored; its objects may hold anything. */
    static String definition(String kind, String plural, String... versions) {
        return "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: " + plural
                + ".cilium.io}, spec: {group: cilium.io, "
                + "names: {kind: " + kind + ", plural: " + plural + "}, scope: Cluster, versions: ["
                + List.of(versions).stream()
                        .map(version -> "{name: " + version + ", served: true, storage: " + version.equals(versions[0])
                                + ", subresources: {status: {}}, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}")
                        .collect(Collectors.joining(", "))
                + "]}}";
    }
}
