package io.roadstead.plugin.bgp.fsm;

import org.slf4j.Logger;

/** A state machine that logs. */
public interface NotPlain {
    Logger logger();
}
