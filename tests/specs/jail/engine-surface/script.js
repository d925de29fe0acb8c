// What scripts find. It may only shrink: a name that is not here is a way that nobody has looked at.
function login(email, password, callback) {
  const known = {
    globals: `
      AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics Auth0 BigInt BigInt64Array
      BigUint64Array Blob Boolean BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream CountQueuingStrategy
      Crypto CryptoKey CustomEvent DOMException DataView Date DecompressionStream DisposableStack Error ErrorEvent EvalError Event
      EventTarget File FinalizationRegistry Float16Array Float32Array Float64Array FormData Function Headers Infinity Int16Array
      Int32Array Int8Array Intl Iterator JSON Knex Map Math MessageChannel MessageEvent MessagePort NaN Navigator Number Object ObjectID
      Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList Promise Proxy
      Pubnub QuotaExceededError RangeError ReadableByteStreamController ReadableStream ReadableStreamBYOBReader
      ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader ReferenceError Reflect RegExp Request
      Response Set SharedArrayBuffer String SubtleCrypto SuppressedError Symbol Symbol() Symbol([[webidl.brand]]) Symbol(Symbol.toStringTag) SyntaxError
      TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController TypeError URIError
      URL URLPattern URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray UnauthorizedError ValidationError WeakMap
      WeakRef WeakSet WebAssembly WebSocket WritableStream WritableStreamDefaultController WritableStreamDefaultWriter
      WrongUsernameOrPasswordError _ async atob azure_storage bcrypt btoa clearImmediate clearInterval clearTimeout configuration
      console couchbase cql crypto decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval fetch global globalThis ip
      isFinite isNaN jwt mongo mysql mysql_pool navigator parseFloat parseInt pbkdf2 performance pg postgres process q querystring
      queueMicrotask reportError request setImmediate setInterval setTimeout sqlserver structuredClone undefined unescape uuid xml2js
      xmldom xpath xtend`,
    engine: `
      addSignalListener args build chmod chmodSync chown chownSync consoleSize copyFile copyFileSync cpuUsage cwd env errors execPath
      gid hostname link linkSync loadavg lstat lstatSync mainModule memoryUsage mkdir mkdirSync networkInterfaces noColor osRelease pid
      ppid readDir readDirSync readLink readLinkSync realPath realPathSync remove removeSignalListener removeSync rename renameSync stat
      statSync symlink symlinkSync systemMemoryInfo uid utime utimeSync version watchFs`,
    process: `
      Symbol(Symbol.toStringTag) Symbol(kCapture) _debugEnd _debugProcess _eval _events _eventsCount _exiting _fatalException
      _getActiveHandles _getActiveRequests _kill _maxListeners _rawDebug abort allowedNodeEnvironmentFlags arch argv argv0
      availableMemory binding chdir config constrainedMemory cpuUsage cwd debugPort dlopen emit emitWarning env execArgv execPath exit
      exitCode features getActiveResourcesInfo getBuiltinModule getegid geteuid getgid getgroups getuid
      hasUncaughtExceptionCaptureCallback hrtime kill loadEnvFile mainModule memoryUsage moduleLoadList nextTick noDeprecation openStdin
      pid platform ppid reallyExit release report resourceUsage setSourceMapsEnabled setUncaughtExceptionCaptureCallback setegid seteuid
      setgid setuid sourceMapsEnabled stderr stdin stdout threadCpuUsage title umask uptime version versions`,
    modules: `
      _http_agent _http_common _http_outgoing _http_server _stream_duplex _stream_passthrough _stream_readable _stream_transform
      _stream_writable _tls_common _tls_wrap assert assert/strict async_hooks buffer child_process cluster console constants crypto
      dgram diagnostics_channel dns dns/promises domain events fs fs/promises http http2 https module net os path path/posix path/win32
      perf_hooks process punycode querystring readline readline/promises stream stream/consumers stream/promises stream/web
      string_decoder sys timers timers/promises tls tty url util util/types v8 vm worker_threads zlib`,
  };
  const namesOf = (value) => Reflect.ownKeys(value).map(String);
  const loads = (name) => {
    try {
      return Boolean(require(name));
    } catch {
      return false;
    }
  };
  const found = {
    globals: namesOf(globalThis),
    engine: namesOf(new Function('return typeof Deno === "undefined" ? {} : Deno')()),
    process: namesOf(process),
    modules: require('module').builtinModules.filter(loads),
  };
  const ways = {};
  for (const kind of Object.keys(known)) {
    ways[kind] = () => {
      const names = known[kind].trim().split(/\s+/);
      const more = found[kind].filter((name) => !names.includes(name));
      return more.length > 0 ? more.join() : stopped(`beyond the ${names.length} that are known`);
    };
  }
  tryAll(callback, ways);
}
