/** What Terraform says in JSON: a plan (format version 1) and the lines of `-json` commands. */
import type { TerraformChanges } from '../ports/terraform';

type Change = TerraformChanges['changes'][number];

interface ShownPlan {
  readonly resource_changes?: readonly (ShownChange & { readonly address: string; readonly mode?: string })[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

interface ShownChange {
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Values | null;
    readonly after: Values | null;
    readonly after_unknown?: Values | boolean;
  };
}

type Values = Readonly<Record<string, unknown>>;

/** What `terraform show -json` says of a saved plan. Values are left out: they may be secrets. */
export function changesOf(shown: string): readonly Change[] {
  const plan = JSON.parse(shown) as ShownPlan;
  const resources = (plan.resource_changes ?? [])
    .filter(({ change, mode }) => mode !== 'data' && isChange(change.actions))
    .map(({ address, change }): Change => ({
      address,
      actions: change.actions,
      attributes: changedAttributes(change),
    }));
  const outputs = Object.entries(plan.output_changes ?? {})
    .filter(([, { actions }]) => isChange(actions))
    .map(([name, { actions }]): Change => ({ address: `output.${name}`, actions, attributes: [] }));
  return [...resources, ...outputs];
}

/** The errors and warnings among the lines of a `-json` command, for people; empty when there are none. */
export function diagnosticsOf(lines: string): string {
  return lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { readonly type?: string; readonly diagnostic?: Diagnostic })
    .flatMap(({ type, diagnostic }) => (type === 'diagnostic' && diagnostic ? [describe(diagnostic)] : []))
    .join('\n');
}

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

function describe({ severity, summary, detail, address }: Diagnostic): string {
  const where = address ? ` (${address})` : '';
  return `${severity}${where}: ${summary}${detail ? `. ${detail}` : ''}`;
}

/** Names only, sorted. Creating or deleting changes all of them, so none is named. */
function changedAttributes({ actions, before, after, after_unknown: unknown }: ShownChange['change']): string[] {
  if (!before || !after || !(actions.includes('update') || actions.includes('create'))) return [];
  const unknowns = typeof unknown === 'object' ? unknown : {};
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknowns)]);
  return [...names]
    .filter((name) => (name in unknowns && isTruthy(unknowns[name]) ? true : !isEqual(before[name], after[name])))
    .sort();
}

/** `after_unknown` marks unknown parts by true; empty containers mean that all is known. */
function isTruthy(mark: unknown): boolean {
  if (typeof mark !== 'object' || mark === null) return mark === true;
  return Object.values(mark).some(isTruthy);
}

function isChange(actions: readonly string[]): boolean {
  return actions.some((action) => action !== 'no-op' && action !== 'read');
}

/** Both come from one JSON text, in which Terraform orders names and set members the same way. */
function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}
