/** The stack as Terraform will read it. */
import { Testing } from 'cdktf';
import type { UpgradeConfig } from '../../actions/config/schema';
import type { UpgradeState } from '../../actions/state/format';
import { blueprintOf } from '../../stacks/blueprint';
import { UpgradeStack } from '../../stacks/upgrade-stack';

export type Attributes = Readonly<Record<string, unknown>>;

export interface SynthesisedStack {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly output: Readonly<Record<string, { readonly value: string }>>;
  readonly provider: Readonly<Record<string, readonly Attributes[]>>;
  readonly terraform: { readonly backend: unknown; readonly required_providers: unknown };
}

export const STATE_FILE = '/srv/orders/terraform.orders-v3.tfstate';

export function buildStack(config: UpgradeConfig, state: UpgradeState | undefined): UpgradeStack {
  return new UpgradeStack(Testing.app(), blueprintOf(config, state), STATE_FILE);
}

export function synthesise(config: UpgradeConfig, state: UpgradeState | undefined): SynthesisedStack {
  return JSON.parse(Testing.synth(buildStack(config, state))) as SynthesisedStack;
}

/** The attributes of one resource, by its Terraform address; without CDKTF's own bookkeeping. */
export function resourceOf(stack: SynthesisedStack, address: string): Attributes {
  const [type = '', name = ''] = address.split('.');
  const found = stack.resource[type]?.[name];
  if (!found) throw new Error(`no ${address} in the stack`);
  return Object.fromEntries(Object.entries(found).filter(([key]) => key !== '//'));
}

export function addressesOf(stack: SynthesisedStack): string[] {
  return Object.entries(stack.resource)
    .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`))
    .sort();
}
