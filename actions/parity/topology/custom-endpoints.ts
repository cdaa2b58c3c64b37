import type { CustomEndpoint } from '../../ports/topology';
import type { ParityRow } from '../parity';
import { rdsCommand } from './cures';
import type { Compared, SideTopology } from './topology';

/**
 * A row for each custom endpoint of blue. Names of endpoints are unique in an account and region, so green's is another one: it
 * is known by its type and by leading to the instances of green that stand where blue's do.
 */
export function customEndpointRows(compared: Compared): readonly ParityRow[] {
  const free = [...compared.green.endpoints];
  return compared.blue.endpoints.map((endpoint) => {
    const wanted = onGreen(endpoint, compared);
    const found = free.findIndex((one) => isLike(one, wanted));
    const [match] = found === -1 ? [] : free.splice(found, 1);
    const sameType = free.find(({ type }) => type === endpoint.type);
    return rowOf(compared, endpoint, wanted, match, sameType);
  });
}

/** What green's would be; null in a list: green has no such instance. */
interface Wanted {
  readonly type: CustomEndpoint['type'];
  readonly staticMembers: readonly (string | null)[];
  readonly excludedMembers: readonly (string | null)[];
}

function onGreen({ type, staticMembers, excludedMembers }: CustomEndpoint, { blue, green }: Compared): Wanted {
  const counterpart = (id: string): string | null => counterpartOf(id, blue, green);
  return {
    type,
    staticMembers: staticMembers.filter(isMember(blue)).map(counterpart),
    excludedMembers: excludedMembers.filter(isMember(blue)).map(counterpart),
  };
}

/** Writer for writer, the second reader for the second. */
function counterpartOf(id: string, blue: SideTopology, green: SideTopology): string | null {
  if (id === blue.writer.id) return green.writer.id;
  return green.readers[blue.readers.findIndex((reader) => reader.id === id)]?.id ?? null;
}

/** Endpoints remember instances that were deleted long ago, and those of Aurora Auto Scaling have no counterpart. */
function isMember({ writer, readers }: SideTopology): (id: string) => boolean {
  const ids = new Set([writer, ...readers].map((one) => one.id));
  return (id) => ids.has(id);
}

function isLike(one: CustomEndpoint, wanted: Wanted): boolean {
  return (
    one.type === wanted.type &&
    one.staticMembers.length === wanted.staticMembers.length &&
    (wanted.staticMembers.length > 0 || one.excludedMembers.length === wanted.excludedMembers.length) &&
    wanted.staticMembers.every((id) => id !== null && one.staticMembers.includes(id)) &&
    wanted.excludedMembers.every((id) => id !== null && one.excludedMembers.includes(id))
  );
}

function rowOf(
  compared: Compared,
  endpoint: CustomEndpoint,
  wanted: Wanted,
  match: CustomEndpoint | undefined,
  sameType: CustomEndpoint | undefined,
): ParityRow {
  const subject = `topology custom endpoint ${endpoint.id}`;
  const blue = textOf(endpoint);
  if (match) {
    return {
      subject,
      blue,
      green: textOf(match),
      verdict: 'warns',
      reason: `Green has the like of it under another name, which no endpoint of upgrade.yaml switches to: clients of ${endpoint.host} stay on blue.`,
      cure: [
        `let those clients connect to ${match.host} once green serves, or to a name that a hook of \`endpoints\` switches`,
      ],
    };
  }
  return {
    subject,
    blue,
    green: sameType ? textOf(sameType) : null,
    verdict: 'blocks',
    reason: sameType
      ? 'The one of green leads to other instances than blue has it: reports may fall on the writer, or nowhere.'
      : `Clients of ${endpoint.host} would stay on blue, which takes no writes and is stopped in the end; green has no such endpoint for them.`,
    cure: cureOf(compared, endpoint, wanted),
  };
}

function cureOf(compared: Compared, endpoint: CustomEndpoint, wanted: Wanted): readonly string[] {
  const members = [...wanted.staticMembers, ...wanted.excludedMembers];
  const option = wanted.staticMembers.length > 0 ? '--static-members' : '--excluded-members';
  const command = rdsCommand(
    compared,
    'create-db-cluster-endpoint',
    `--db-cluster-identifier ${compared.green.cluster.id}`,
    `--db-cluster-endpoint-identifier ${endpoint.id}-green`,
    `--endpoint-type ${wanted.type}`,
    ...(members.length > 0 ? [option, ...members.map((id) => id ?? 'READER-OF-GREEN')] : []),
  );
  return [
    ...(members.includes(null)
      ? ['`green.readers` in upgrade.yaml, then npx cdktf deploy: green has fewer readers than blue']
      : []),
    command,
    `or \`verify.intended: ["topology custom endpoint ${endpoint.id}"]\` in upgrade.yaml, if nobody uses it any more`,
  ];
}

function textOf({ id, type, staticMembers, excludedMembers }: CustomEndpoint): string {
  if (staticMembers.length > 0) return `${id}: ${type} of ${staticMembers.join(', ')}`;
  return `${id}: ${type} of all${excludedMembers.length > 0 ? ` but ${excludedMembers.join(', ')}` : ''}`;
}
