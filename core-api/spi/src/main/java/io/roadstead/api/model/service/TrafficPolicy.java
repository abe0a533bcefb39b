package io.roadstead.api.model.service;

/** Whether only endpoints of the node that the traffic reached may take it. */
public enum TrafficPolicy {
    CLUSTER("Cluster"), LOCAL("Local");

    private final String text;

    TrafficPolicy(String text) {
        this.text = text;
    }

    /** As Kubernetes spells it. */
    public String text() {
        return text;
    }
}
