package io.roadstead.api.model.service;

/** Transport protocols of Services. */
public enum Protocol {
    TCP, UDP, SCTP
}
