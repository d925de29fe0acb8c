// The least of Node.js, for editors without @types/node; with it, leave this file out.

/** A package, with a version or without: `require("pg@8.7.1")`. */
declare function require(name: string): any;
declare var module: { exports: any };
declare var exports: any;
/** Lives as long as the worker: for tokens and clients. */
declare var global: any;
declare var process: { env: Record<string, string | undefined>; version: string; nextTick(work: Function, ...args: any[]): void };
declare var Buffer: any;
declare var console: Record<"debug" | "log" | "info" | "warn" | "error" | "dir" | "table" | "trace", (...values: any[]) => void>;
declare function setTimeout(work: (...args: any[]) => void, ms?: number, ...args: any[]): any;
declare function setInterval(work: (...args: any[]) => void, ms?: number, ...args: any[]): any;
declare function setImmediate(work: (...args: any[]) => void, ...args: any[]): any;
declare function clearTimeout(timer: any): void;
declare function clearInterval(timer: any): void;
declare function fetch(input: any, init?: any): Promise<any>;
declare const URL: any;
declare const URLSearchParams: any;
declare const Headers: any;
declare const TextEncoder: any;
declare const TextDecoder: any;
declare const AbortController: any;
declare const AbortSignal: any;
declare function btoa(text: string): string;
declare function atob(text: string): string;
