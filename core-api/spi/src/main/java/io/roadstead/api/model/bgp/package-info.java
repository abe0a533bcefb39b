/** What BGP says (RFC 4271, 4760, 1997, 8092) and the resources that configure it, field for field Cilium's cilium.io/v2. */
@NullMarked
package io.roadstead.api.model.bgp;

import org.jspecify.annotations.NullMarked;
