// A `create` over request, axios or got must not run twice, but the engine sends a request again
// when a reused socket closes before the answer, whatever the method and whoever closed it.
import http, { ClientRequest } from "node:http";
import https from "node:https";

// A request that says it is a second attempt gets no further one. No agent can undo it, because
// it is a property of the request's class.
Object.defineProperty(ClientRequest.prototype, "_retrying", { value: true, configurable: true });

// As `new URL` of Node.js, the message does not repeat the address.
for (const module of [http, https]) {
  for (const name of ["request", "get"]) {
    const original = module[name];
    module[name] = function (...args) {
      try {
        return original.apply(this, args);
      } catch (error) {
        if (error?.code === "ERR_INVALID_URL") error.message = "Invalid URL";
        throw error;
      }
    };
    Object.defineProperty(module[name], "name", { value: name });
  }
}
