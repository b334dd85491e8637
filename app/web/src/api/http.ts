import { ApiError, apiErrorOf } from "./error";

export const API_ROOT = "/api/v1";

type Parameter = string | number | bigint | undefined;

function withParameters(path: string, parameters: Record<string, Parameter>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") {
      query.set(name, String(value));
    }
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Asks the gateway; every failure becomes an [ApiError]. */
async function ask<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) {
      throw cause;
    }
    throw new ApiError(
      "unreachable",
      "The gateway cannot be reached",
      "Check your connection; the page tries again by itself",
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || body === null) {
    throw apiErrorOf(body, response.status);
  }
  return body as T;
}

export function getJson<T>(
  path: string,
  parameters: Record<string, Parameter> = {},
  signal?: AbortSignal,
): Promise<T> {
  return ask<T>(API_ROOT + withParameters(path, parameters), {
    headers: { accept: "application/json" },
    ...(signal ? { signal } : {}),
  });
}

/** Posts JSON to a path of the gateway; bigints go as decimal text. */
export function postJson<T>(url: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return ask<T>(url, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(body, (_, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value,
    ),
    ...(signal ? { signal } : {}),
  });
}
