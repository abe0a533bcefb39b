package io.roadstead.plugin.kubernetes;

/** Objects as YAML. */
final class Objects {
    private Objects() {
    }

    static String node(String name) {
        return "{apiVersion: v1, kind: Node, metadata: {name: " + name + "}, spec: {podCIDR: 10.1.0.0/24}}";
    }

    static String service(String name) {
        return service(name, "80");
    }

    static String service(String name, String port) {
        return "{apiVersion: v1, kind: Service, metadata: {name: " + name
                + ", namespace: default}, spec: {type: LoadBalancer, ports: [{port: " + port
                + ", protocol: TCP}]}}";
    }
}
