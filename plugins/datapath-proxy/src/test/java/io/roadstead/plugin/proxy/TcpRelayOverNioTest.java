package io.roadstead.plugin.proxy;

/** The same where there is no epoll. */
class TcpRelayOverNioTest extends TcpRelayTest {
    @Override
    boolean epoll() {
        return false;
    }
}
