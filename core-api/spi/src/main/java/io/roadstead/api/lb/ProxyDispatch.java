package io.roadstead.api.lb;

/** A dispatch mode's part in a proxy. */
public interface ProxyDispatch {
    /** How the backend learns the client's address. */
    ClientAddress clientAddress();

    /** Ways to tell a backend who the client is. */
    enum ClientAddress {
        /** Not at all: the connection comes from the proxy. */
        HIDDEN,
        /** By the first bytes of the connection, in the PROXY protocol's version 2. */
        PROXY_PROTOCOL_V2
    }
}
