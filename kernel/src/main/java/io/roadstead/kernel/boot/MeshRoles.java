package io.roadstead.kernel.boot;

import static io.roadstead.kernel.boot.Roles.on;

import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.route.RouteInstaller;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.fib.FibController;
import io.roadstead.kernel.mesh.MeshController;

/** What the kernel does with backends of the mesh and with what installs routes. */
final class MeshRoles {

    private MeshRoles() {
    }

    /** Joins clusters. */
    record Joining(MeshController mesh, ConfigService config) implements Role<MeshBackend<?>> {
        @Override
        public String kind() {
            return "mesh backend";
        }

        @Override
        public String section(String type) {
            return "roadstead.mesh." + type;
        }

        @Override
        public boolean wanted(String type) {
            return config.agent().mesh().backend().equals(type);
        }

        @Override
        public void start(String type, MeshBackend<?> backend) {
            mesh.backendAdded(type, backend);
        }

        @Override
        public void stop(String type, MeshBackend<?> backend) {
            TimeLimit.await(kind(), Roles.HANDOVER_LIMIT, mesh.backendRemoved(backend));
        }
    }

    /** Installs routes. */
    record Installing(Loop control, FibController fib, ConfigService config) implements Role<RouteInstaller<?>> {
        @Override
        public String kind() {
            return "route installer";
        }

        @Override
        public String section(String type) {
            return "roadstead.routes." + type;
        }

        @Override
        public boolean wanted(String type) {
            return config.agent().routes().installer().equals(type);
        }

        @Override
        public void start(String type, RouteInstaller<?> installer) {
            on(control, kind(), () -> fib.installerAdded(type, installer));
        }

        @Override
        public void stop(String type, RouteInstaller<?> installer) {
            on(control, kind(), () -> fib.installerRemoved(installer));
        }
    }
}
