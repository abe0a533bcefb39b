package io.roadstead.plugin.planted;

import com.google.protobuf.ByteString;

/** gRPC's messages in a plugin that has no business with them. */
public interface KnowsGrpc {
    ByteString message();
}
