package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.roadstead.testkit.kubernetes.ApiException.FieldError;

/** What the API server does to a Service: defaults, its cluster addresses, its node ports. */
final class ServiceRules {

    private static final int FIRST_NODE_PORT = 30000;
    private static final int LAST_NODE_PORT = 32767;
    private static final int ADDRESSES = 65_000;
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");

    private final Set<String> takenAddresses = new HashSet<>();
    private final Set<Integer> takenPorts = new TreeSet<>();
    private int lastAddress;

    ServiceRules(Store store) {
        store.observe(change -> {
            if (change.resource().equals(Kinds.SERVICES)) {
                if (change.before() != null) {
                    addressesOf(change.before()).forEach(takenAddresses::remove);
                    takenPorts.removeAll(portsOf(change.before().path("spec")));
                }
                if (change.after() != null) {
                    addressesOf(change.after()).forEach(takenAddresses::add);
                    takenPorts.addAll(portsOf(change.after().path("spec")));
                }
            }
        });
    }

    List<FieldError> conform(ObjectNode before, ObjectNode service) {
        var spec = Json.child(service, "spec");
        var type = put(spec, "type", "ClusterIP");
        if (!TYPES.contains(type)) {
            return List.of(FieldError.unsupported("spec.type", type, TYPES));
        }
        var errors = new ArrayList<FieldError>();
        put(spec, "sessionAffinity", "None");
        ports(spec, type, errors);
        if (!type.equals("ExternalName")) {
            put(spec, "internalTrafficPolicy", "Cluster");
            addresses(before.path("spec"), spec, errors);
        }
        boolean outside = type.equals("LoadBalancer") || type.equals("NodePort");
        if (outside) {
            put(spec, "externalTrafficPolicy", "Cluster");
        } else {
            spec.remove(List.of("externalTrafficPolicy", "healthCheckNodePort"));
        }
        if (type.equals("LoadBalancer")) {
            if (!spec.has("allocateLoadBalancerNodePorts")) {
                spec.put("allocateLoadBalancerNodePorts", true);
            }
        } else {
            spec.remove(List.of("allocateLoadBalancerNodePorts", "loadBalancerClass"));
        }
        if (errors.isEmpty()) {
            nodePorts(before.path("spec"), spec, outside && spec.path("allocateLoadBalancerNodePorts").asBoolean(true), outside, errors);
        }
        var status = Json.child(service, "status");
        Json.child(status, "loadBalancer");
        if (!type.equals("LoadBalancer") && status.path("loadBalancer").has("ingress")
                && !status.equals(before.path("status"))) {
            errors.add(FieldError.forbidden("status.loadBalancer.ingress", "may only be used when `spec.type` is \"LoadBalancer\""));
        }
        return errors;
    }

    private static void ports(ObjectNode spec, String type, List<FieldError> errors) {
        boolean mayHaveNone = type.equals("ExternalName") || Json.text(spec, "clusterIP").equals("None");
        if (spec.path("ports").isEmpty() && !mayHaveNone) {
            errors.add(FieldError.required("spec.ports", ""));
        }
        var seen = new HashSet<String>();
        int index = 0;
        for (var entry : spec.path("ports")) {
            var path = "spec.ports[" + index++ + "]";
            if (!(entry instanceof ObjectNode port)) {
                throw ApiException.badRequest("Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal " + path);
            }
            put(port, "protocol", "TCP");
            int number = port.path("port").asInt();
            if (number < 1 || number > 65535) {
                errors.add(FieldError.invalid(path + ".port", number, "must be between 1 and 65535, inclusive"));
            }
            if (!port.has("targetPort")) {
                port.put("targetPort", number);
            }
            if (spec.path("ports").size() > 1 && Json.text(port, "name").isEmpty()) {
                errors.add(FieldError.required(path + ".name", ""));
            }
            if (!seen.add(number + Json.text(port, "protocol"))) {
                errors.add(FieldError.duplicate(path, port));
            }
        }
    }

    private void addresses(JsonNode before, ObjectNode spec, List<FieldError> errors) {
        var was = Json.text(before, "clusterIP");
        var wanted = Json.text(spec, "clusterIP");
        if (!was.isEmpty() && wanted.isEmpty()) {
            spec.put("clusterIP", was);
            copyIfAbsent("clusterIPs", before, spec);
        } else if (!was.isEmpty() && !wanted.equals(was)) {
            errors.add(FieldError.invalid("spec.clusterIPs[0]", List.of(wanted).toString(), "may not change once set"));
        }
        copyIfAbsent("ipFamilies", before, spec);
        copyIfAbsent("ipFamilyPolicy", before, spec);
        var policy = put(spec, "ipFamilyPolicy", "SingleStack");
        if (spec.path("ipFamilies").isEmpty()) {
            spec.putArray("ipFamilies").add(Json.text(spec, "clusterIP").contains(":") ? "IPv6" : "IPv4");
        }
        if (!policy.equals("SingleStack") && spec.path("ipFamilies").size() == 1) {
            Json.elements(spec.path("ipFamilies")).findFirst()
                    .ifPresent(first -> spec.putArray("ipFamilies").add(first).add(first.asText().equals("IPv4") ? "IPv6" : "IPv4"));
        }
        if (Json.text(spec, "clusterIP").equals("None")) {
            spec.putArray("clusterIPs").add("None");
            return;
        }
        var given = new ArrayList<>(Json.elements(spec.path("clusterIPs")).map(JsonNode::asText).toList());
        if (given.isEmpty() && !Json.text(spec, "clusterIP").isEmpty()) {
            given.add(Json.text(spec, "clusterIP"));
        }
        for (int i = given.size(); i < spec.path("ipFamilies").size(); i++) {
            given.add(spec.path("ipFamilies").path(i).asText().equals("IPv6") ? free("fd00:10:96::", number -> Integer.toHexString(number))
                    : free("10.96.", number -> number / 250 + "." + (number % 250 + 1)));
        }
        spec.put("clusterIP", given.getFirst());
        var list = spec.putArray("clusterIPs");
        given.stream().limit(spec.path("ipFamilies").size()).forEach(list::add);
    }

    private String free(String prefix, IntFunction<String> rest) {
        for (int tried = 0; tried < ADDRESSES; tried++) {
            lastAddress = lastAddress % ADDRESSES + 1;
            var address = prefix + rest.apply(lastAddress);
            if (!takenAddresses.contains(address)) {
                return address;
            }
        }
        throw new ApiException(500, "InternalError", "Internal error occurred: failed to allocate a serviceIP: range is full");
    }

    private void nodePorts(JsonNode before, ObjectNode spec, boolean gives, boolean keeps, List<FieldError> errors) {
        var taken = new HashSet<>(takenPorts);
        taken.removeAll(portsOf(before));
        for (var entry : spec.path("ports")) {
            if (!(entry instanceof ObjectNode port)) {
                continue;
            }
            if (!keeps) {
                port.remove("nodePort");
                continue;
            }
            int wanted = port.path("nodePort").asInt();
            if (wanted == 0) {
                wanted = Json.elements(before.path("ports")).filter(old -> samePort(old, port))
                        .mapToInt(old -> old.path("nodePort").asInt())
                        .findFirst().orElse(0);
            }
            if (wanted == 0 && gives) {
                wanted = freeNodePort(taken);
            }
            if (wanted != 0) {
                if (!taken.add(wanted)) {
                    errors.add(FieldError.invalid("spec.ports[0].nodePort", wanted, "provided port is already allocated"));
                } else if (wanted < FIRST_NODE_PORT || wanted > LAST_NODE_PORT) {
                    errors.add(FieldError.invalid("spec.ports[0].nodePort", wanted,
                            "provided port is not in the valid range. The range of valid ports is 30000-32767"));
                }
                port.put("nodePort", wanted);
            }
        }
        boolean local = Json.text(spec, "externalTrafficPolicy").equals("Local") && Json.text(spec, "type").equals("LoadBalancer");
        if (!local) {
            spec.remove("healthCheckNodePort");
        } else if (spec.path("healthCheckNodePort").asInt() == 0) {
            int was = before.path("healthCheckNodePort").asInt();
            spec.put("healthCheckNodePort", was != 0 ? was : freeNodePort(taken));
        }
    }

    private static boolean samePort(JsonNode a, JsonNode b) {
        return a.path("port").equals(b.path("port")) && Json.text(a, "protocol").equals(Json.text(b, "protocol"));
    }

    private static int freeNodePort(Set<Integer> taken) {
        for (int port = FIRST_NODE_PORT; port <= LAST_NODE_PORT; port++) {
            if (!taken.contains(port)) {
                return port;
            }
        }
        throw new ApiException(500, "InternalError", "Internal error occurred: failed to allocate a nodePort: range is full");
    }

    private static List<String> addressesOf(JsonNode service) {
        return Json.elements(service.path("spec").path("clusterIPs")).map(JsonNode::asText).filter(address -> !address.equals("None"))
                .toList();
    }

    private static Set<Integer> portsOf(JsonNode spec) {
        var ports = new HashSet<Integer>();
        spec.path("ports").forEach(port -> ports.add(port.path("nodePort").asInt()));
        ports.add(spec.path("healthCheckNodePort").asInt());
        ports.remove(0);
        return ports;
    }

    private static void copyIfAbsent(String field, JsonNode from, ObjectNode to) {
        if (!to.has(field) && from.has(field)) {
            to.set(field, from.get(field).deepCopy());
        }
    }

    private static String put(ObjectNode object, String field, String value) {
        if (Json.text(object, field).isEmpty()) {
            object.put(field, value);
        }
        return Json.text(object, field);
    }
}
