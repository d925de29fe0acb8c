// One run of one script, and which run the code belongs to that runs now.
import { AsyncLocalStorage } from "node:async_hooks";

const storage = new AsyncLocalStorage();

/// Runs that have no answer yet.
export const open = new Map();

/// The run whose code this is, also after awaits, timers and socket events.
export const currentRun = () => storage.getStore();

/// Runs `work` as part of a run.
export const inRun = (run, work) => storage.run(run, work);
