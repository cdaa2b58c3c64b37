/** One thing that points the application at a cluster. */
import type { Change } from '../../engine/step';
import type { CallLimits } from '../../ports/mysql-server';

/** `elsewhere`: at neither cluster; switching it would take away somebody's decision. */
export type EndpointState = 'there' | 'not-yet' | 'elsewhere';

export interface Endpoint {
  /** For people: `route53 orders.db.example.com`. */
  readonly name: string;
  /** How long clients may keep the old address. */
  readonly tailMs: number;
  state(within: CallLimits): Promise<{ readonly is: EndpointState; readonly seen: string }>;
  /** Asks for the switch; resolves when the service has accepted it. */
  switch(within: CallLimits): Promise<void>;
  /** Resolves when every name server of the service answers with it. */
  settled(within: CallLimits): Promise<void>;
  changes(): Promise<readonly Change[]>;
  manual(): readonly string[];
}
