// A `create` over request, axios or got must not run twice, but the engine sends a request again
// when a reused socket closes before the answer, whatever the method and whoever closed it.
import { ClientRequest } from "node:http";

// A request that says it is a second attempt gets no further one. No agent can undo it, because
// it is a property of the request's class.
Object.defineProperty(ClientRequest.prototype, "_retrying", { value: true, configurable: true });
