/** An error that the gateway reported, or that kept us from reaching it. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** Such as `no_route`; `unreachable` where no answer came. */
    readonly code: string,
    message: string,
    /** What to do about it. */
    readonly hint: string | null = null,
    readonly requestId: string | null = null,
  ) {
    super(message);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Reads the error out of a response's body, whatever is in it. */
export function apiErrorOf(body: unknown, status: number): ApiError {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
  return new ApiError(
    text(error.code) ?? `http_${status}`,
    text(error.message) ?? `The gateway answered with status ${status}`,
    text(error.hint),
    text(error.request_id),
  );
}

/** Whether trying again may help without changing anything. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.code === "unreachable" ||
      error.code === "http_502" ||
      error.code === "http_503" ||
      error.code === "not_ready")
  );
}
