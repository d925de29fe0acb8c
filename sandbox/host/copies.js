// Compiled copies of the scripts. Runs that overlap have different copies, so that a stack tells
// whose code it was. A copy is used again, so that a warm worker compiles nothing, but not at once:
// what a run left behind may still fail after its answer.

const RESTING_MAX = 32;

const free = new Map();
const resting = [];
const holders = [];

/// A copy of the action's script for a run; `quiet` when nothing of earlier runs is left.
export function takeCopy(run, quiet) {
  if (quiet) for (const copy of resting.splice(0)) release(copy);
  const copy = free.get(run.action)?.pop() ?? longestResting(run.action) ?? { action: run.action, slot: holders.length };
  holders[copy.slot] = run.id;
  return copy;
}

/// The run has its answer.
export function rest(copy) {
  resting.push(copy);
}

/// The run that has the copy of this number, or had it last.
export const holderOf = (slot) => holders[slot];

function release(copy) {
  if (!free.has(copy.action)) free.set(copy.action, []);
  free.get(copy.action).push(copy);
}

function longestResting(action) {
  if (resting.length <= RESTING_MAX) return undefined;
  const index = resting.findIndex((copy) => copy.action === action);
  return index < 0 ? undefined : resting.splice(index, 1)[0];
}
