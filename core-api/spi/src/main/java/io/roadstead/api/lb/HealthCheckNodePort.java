package io.roadstead.api.lb;

/**
 * A Service that asks to be health-checked on every node ({@code spec.healthCheckNodePort}).
 *
 * @param port           1 to 65535
 * @param localEndpoints active ones on this node
 */
public record HealthCheckNodePort(int port, String namespace, String name, int localEndpoints) {
}
