package io.roadstead.api.lb;

/** Which of a Service's addresses a frontend is. */
public enum FrontendType {
    CLUSTER_IP("ClusterIP"), NODE_PORT("NodePort"), LOAD_BALANCER("LoadBalancer"), EXTERNAL_IP("ExternalIPs");

    private final String text;

    FrontendType(String text) {
        this.text = text;
    }

    /** As Cilium's tables spell it. */
    public String text() {
        return text;
    }
}
