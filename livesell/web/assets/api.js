/**
 * The HTTP API from a page: JSON in, JSON out, and one kind of error.
 *
 * The login cookie travels by itself (same origin); a viewer's token is given by the caller.
 */

const BASE = "/api/v1";
const TIMEOUT_MS = 15_000;

/** What went wrong, as the service says it; `data` holds the facts, such as a version. */
export class ApiError extends Error {
  /** @param status The HTTP status; 0 when there was no answer at all. */
  constructor(status, { code, message, fields = {}, ...data }) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.data = data;
  }
}

/**
 * @param path Below /api/v1, such as "/sessions".
 * @param options `{method, body, token, headers}`; a body makes it a POST unless said otherwise.
 * @throws ApiError With the service's code, or "offline" and status 0 when nothing answered.
 */
export async function request(path, { method, body, token, headers = {} } = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(BASE + path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: headersFor(body, token, headers),
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort.signal,
      credentials: "same-origin",
      cache: "no-store",
    });
    return await answer(response);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(0, { code: "offline", message: "The service cannot be reached." });
  } finally {
    clearTimeout(timer);
  }
}

export const get = (path, options = {}) => request(path, { ...options, method: "GET" });
export const post = (path, body = {}, options = {}) => request(path, { ...options, body });

/** One segment of a path. */
export const segment = encodeURIComponent;

function headersFor(body, token, extra) {
  const headers = { Accept: "application/json", ...extra };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  return headers;
}

async function answer(response) {
  const text = await response.text();
  let parsed = {};
  try {
    parsed = text ? JSON.parse(text) : {};
  } catch {
    parsed = {};
  }
  if (response.ok) return parsed;
  const fallback = { code: `http_${response.status}`, message: response.statusText };
  throw new ApiError(response.status, parsed.error ?? fallback);
}
