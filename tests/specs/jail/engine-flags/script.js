function login(email, password, callback) {
  const v8 = require('v8');
  for (const flag of ['--allow-natives-syntax', '--expose-gc', '--no-sandbox', '--jitless', '--stack-size=1000000', '--max-heap-size=100000', '--expose-memory-corruption-api']) {
    try {
      v8.setFlagsFromString(flag);
    } catch {
      // Refused.
    }
  }
  tryAll(callback, {
    natives: () => new Function('return %GetOptimizationStatus(function () {})')(),
    natives_in_a_script: () => require('vm').runInThisContext('%DebugPrint(1)'),
    corruption: () => there(globalThis.Sandbox).getObjectAt,
    snapshot: () => v8.writeHeapSnapshot(`${configuration.FOLDER}/new`),
    snapshot_stream: () => heard(v8.getHeapSnapshot(), 'data').then((text) => text.length),
    near_limit: () => there(v8.setHeapSnapshotNearHeapLimit)(1),
    startup: () => there(v8.startupSnapshot).addSerializeCallback(() => {}),
    coverage: () => there(v8.takeCoverage)(),
    profile: () => there(v8.startCpuProfile)(),
    deserialise: () => v8.deserialize(Buffer.from('ff0f5c0061', 'hex')),
  });
}
