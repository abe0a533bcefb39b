package com.example.healthcheck;

import io.roadstead.api.route.ReasonCode;

/** Why a prefix is not announced: shown by {@code roadstead explain route}. */
enum HealthCheckReason implements ReasonCode {
    CHECK_FAILS("the health check fails"),
    NOT_CHECKED_YET("the health check has not been tried yet");

    private final String text;

    HealthCheckReason(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
