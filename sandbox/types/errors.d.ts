// Error classes that scripts know as globals. They can be called without `new`.

/** Wrong password or unknown user; never counts as a defect of the script. */
interface WrongUsernameOrPasswordError extends Error {
  readonly code: "wrongusernameorpassword";
  /** The user where the script names one: the log then tells a wrong password from an unknown user. */
  user_id?: string | number;
  statusCode: 400;
}
declare const WrongUsernameOrPasswordError: {
  new (userIdOrEmail?: string | number | null, message?: string): WrongUsernameOrPasswordError;
  (userIdOrEmail?: string | number | null, message?: string): WrongUsernameOrPasswordError;
  readonly prototype: WrongUsernameOrPasswordError;
};

/** Refuses what the person asked for; `code` and message reach the application. */
interface ValidationError extends Error {
  /** For example `user_exists`. */
  code: string;
  description: string;
  statusCode: 400;
}
declare const ValidationError: {
  new (code: string, message?: string): ValidationError;
  (code: string, message?: string): ValidationError;
  readonly prototype: ValidationError;
};

/** Refuses a person; the message reaches the application. */
interface UnauthorizedError extends Error {
  readonly code: "unauthorized";
  description: string;
  statusCode: 401;
}
declare const UnauthorizedError: {
  new (message?: string): UnauthorizedError;
  (message?: string): UnauthorizedError;
  readonly prototype: UnauthorizedError;
};
