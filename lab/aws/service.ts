import type { Protocol } from './wire/protocol';
import type { Handlers } from './world';

/** One AWS service: requests signed for `scope` are read by the client's shapes and carried out by the handlers. */
export interface Service {
  /** As in the credential scope, e.g. `rds`, `monitoring`. */
  readonly scope: string;
  /** The SDK client's module, which exports the operations' shapes. */
  readonly client: object;
  readonly protocol: Protocol;
  readonly handlers: Handlers;
}
