// What every script sees.

/** The connection's settings, `options.configuration`: text, read only. */
declare const configuration: Readonly<Record<string, string>>;

/** Packages without types of their own, and with a version: `require("pg@8.7.1")`. */
declare module "*";
