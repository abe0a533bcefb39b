package io.roadstead.api.peer;

/** Names a peer on this node: instance and peer name of the configuration. */
public record PeerId(String instance, String peer) implements Comparable<PeerId> {

    @Override
    public int compareTo(PeerId other) {
        int byInstance = instance.compareTo(other.instance);
        return byInstance != 0 ? byInstance : peer.compareTo(other.peer);
    }

    @Override
    public String toString() {
        return instance + "/" + peer;
    }
}
