package io.roadstead.plugin.proxy.relay;

import java.util.Locale;

import io.roadstead.api.error.RoadsteadException;

/**
 * Why an address could not be listened on.
 *
 * @param foreign whether it is that this machine does not have the address
 * @param text    a clause with its remedy
 */
public record BindFailure(boolean foreign, String text) {

    static BindFailure of(Throwable cause) {
        if (cause instanceof RoadsteadException known) {
            return new BindFailure(false, known.problem() + "; " + known.remedy());
        }
        String message = String.valueOf(cause.getMessage());
        String text = message.toLowerCase(Locale.ROOT);
        if (text.contains("assign requested address") || text.contains("address not available")) {
            return new BindFailure(true,
                    "this machine does not have the address; add it to an interface or set roadstead.datapaths.proxy.ip-freebind");
        }
        if (text.contains("in use")) {
            return new BindFailure(false, "the port is in use; stop what holds it or choose another");
        }
        if (text.contains("permission denied")) {
            return new BindFailure(false, "the system does not permit it; choose a port above 1023 or grant CAP_NET_BIND_SERVICE");
        }
        return new BindFailure(false, "cannot listen: " + message);
    }
}
