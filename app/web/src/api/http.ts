import createClient from "openapi-fetch";
import { ApiError, apiErrorOf } from "./error";
import type { paths } from "./schema";

/** The gateway, as its OpenAPI document describes it. */
export const gateway = createClient<paths>({ baseUrl: location.origin });

/** What came of a call; every failure becomes an [ApiError]. */
export async function answered<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw cause instanceof DOMException && cause.name === "AbortError" ? cause : unreachable();
  });
  if (data === undefined) {
    throw apiErrorOf(error, response.status);
  }
  return data;
}

function unreachable(): ApiError {
  return new ApiError(
    "unreachable",
    "The gateway cannot be reached",
    "Check your connection; the page tries again by itself",
  );
}

/** Posts JSON to what stands beside the gateway, such as a faucet. */
export async function postBeside(path: string, body: object): Promise<void> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) {
    throw apiErrorOf(await response.json().catch(() => null), response.status);
  }
}
