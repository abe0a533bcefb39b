package io.roadstead.kernel.lb;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.service.Service;

/**
 * A frontend that a Service wants, before it is known whether it gets it and what carries it.
 *
 * @param port      the Service's port that it is for
 * @param localOnly whether the backends are this node's
 */
record PlannedFrontend(Frontend frontend, FrontendType type, Service.Port port, BackendSet backends, boolean localOnly,
        SourceRanges sourceRanges) {
}
