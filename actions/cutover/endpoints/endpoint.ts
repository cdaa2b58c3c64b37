/** One thing that points the application at a cluster. */
import type { Change } from '../../engine/step';
import type { CallLimits } from '../../ports/mysql-server';

/**
 * - `between`: taken from the old side and not given to the new one yet; only an interrupted switch leaves it so.
 * - `elsewhere`: at neither cluster; switching it would take away somebody's decision.
 * - `unknown`: it could not be found out; the same as a look that throws.
 */
export type EndpointState = 'there' | 'not-yet' | 'between' | 'elsewhere' | 'unknown';

/** `seen` is for people and never holds a secret. */
export interface EndpointSight {
  readonly is: EndpointState;
  readonly seen: string;
}

export interface Endpoint {
  /** For people: `route53 orders.db.example.com`. */
  readonly name: string;
  /** The application that it belongs to, of `applications` in upgrade.yaml. */
  readonly application: string | undefined;
  /** How long clients may keep the old address. */
  readonly tailMs: number;
  /** How long one of its calls may take, where that is the operator's to say. */
  readonly callMs?: number;
  state(within: CallLimits): Promise<EndpointSight>;
  /**
   * Asks for the switch; resolves when the service has accepted it. Throws `OutcomeUnknownError` when that is not known:
   * then look before asking again (I7). Asking for what is there already, or half there, is harmless.
   */
  switch(within: CallLimits): Promise<void>;
  /** Resolves when the change is in effect everywhere. Throws `UpgradeError` when it will not be, or not as asked for. */
  settled(within: CallLimits): Promise<void>;
  /** For plans. */
  changes(): Promise<readonly Change[]>;
  /** What a person does to switch it when the tool cannot. */
  manual(): readonly string[];
}
