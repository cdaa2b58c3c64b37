/** One call as `GET /_lab/requests` tells it. */
export interface LoggedRequest {
  readonly time: string;
  readonly service: string;
  readonly action: string;
  /** The call's input, secrets blanked. */
  readonly input: unknown;
  /** `ok`, an error code, or the fault that befell it. */
  outcome: string;
}

const KEPT = 10_000;
const SECRET_MEMBER = /password$|^secretstring$|^secretbinary$/i;

export interface RequestLog {
  add(service: string, action: string, input: unknown): LoggedRequest;
  list(): readonly LoggedRequest[];
}

export function createRequestLog(): RequestLog {
  const requests: LoggedRequest[] = [];
  return {
    add(service, action, input) {
      const request: LoggedRequest = {
        time: new Date().toISOString(),
        service,
        action,
        input: withoutSecrets(input),
        outcome: 'running',
      };
      requests.push(request);
      if (requests.length > KEPT) requests.shift();
      return request;
    },
    list: () => requests,
  };
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).map(([member, content]: [string, unknown]) => {
    const isSecret = SECRET_MEMBER.test(member) && typeof content !== 'boolean';
    return [member, isSecret ? '***' : withoutSecrets(content)];
  });
  return Object.fromEntries(entries) as unknown;
}
