/** Rules of the servers that decide about logins of every account. Pure. */
import type { AccountDetails } from '../../mysql/account-details';
import type { ClientKind } from '../../mysql/account-server';
import type { ParityRow } from '../parity';
import { defaultPlugin } from './account-side';
import type { AccountPair } from './finding';

/** `accounts`: those of the application, on green. */
export function compareServerRules(pair: AccountPair, accounts: readonly AccountDetails[]): readonly ParityRow[] {
  return [...secureTransport(pair), ...tlsVersions(pair), ...newAccounts(pair), ...partialRevokes(pair, accounts)];
}

const BLIND = 'performance_schema of blue is off, so nobody can tell how its clients connect.';

function secureTransport({ blue, green, clients }: AccountPair): readonly ParityRow[] {
  const [was, is] = [blue, green].map(({ variables }) => variables.get('require_secure_transport') ?? 'OFF');
  if (was === undefined || is === undefined || was === is) return [];
  const row = { subject: 'setting require_secure_transport', blue: was, green: is };
  if (is === 'OFF') return [{ ...row, verdict: 'warns', reason: 'Green takes clients without TLS, blue does not.' }];
  const plain = (clients ?? []).filter(({ tlsVersion }) => tlsVersion === '');
  return [
    {
      ...row,
      verdict: plain.length > 0 ? 'blocks' : 'warns',
      reason:
        'Green refuses every client without TLS. ' +
        (clients === undefined
          ? BLIND
          : plain.length > 0
            ? `Without TLS on blue now: ${counted(plain)}.`
            : 'No client of blue is without TLS now.'),
      cure: [
        'Let the clients connect with TLS, or set require_secure_transport to OFF in the cluster parameter group of green.',
      ],
    },
  ];
}

function tlsVersions({ blue, green, clients }: AccountPair): readonly ParityRow[] {
  const [was, is] = [blue, green].map(({ variables }) =>
    (variables.get('tls_version') ?? '').split(',').filter(Boolean),
  );
  const gone = was?.filter((version) => is?.includes(version) === false) ?? [];
  if (!was || !is || gone.length === 0) return [];
  const old = (clients ?? []).filter(({ tlsVersion }) => gone.includes(tlsVersion));
  return [
    {
      subject: 'setting tls_version',
      blue: was.join(','),
      green: is.join(','),
      verdict: old.length > 0 ? 'blocks' : clients === undefined ? 'warns' : 'expected',
      reason:
        `Green does not speak ${gone.join(', ')}. ` +
        (clients === undefined
          ? BLIND
          : old.length > 0
            ? `Connected to blue with them now: ${counted(old)}.`
            : 'No client of blue is connected with them now.'),
      cure: old.length > 0 ? ['Renew the driver or the TLS settings of these clients.'] : [],
    },
  ];
}

function counted(clients: readonly ClientKind[]): string {
  return clients
    .map(({ user, tlsVersion, sessions }) => `${user} ${sessions}${tlsVersion === '' ? '' : ` (${tlsVersion})`}`)
    .join(', ');
}

function newAccounts(pair: AccountPair): readonly ParityRow[] {
  const { blue, green } = pair;
  const [was, is] = [defaultPlugin(blue), defaultPlugin(green)];
  if (was === is) return [];
  return [
    {
      subject: 'setting plugin of new accounts',
      blue: was,
      green: is,
      verdict: 'expected',
      reason: blue.plugins.has(is)
        ? 'Accounts that are made on green without naming a plugin get another one.'
        : 'Blue does not know it: an account made on green after the switch without naming a plugin would stop the way back.',
    },
  ];
}

/** With partial_revokes on, % and _ in the schema of a grant stand for themselves (MySQL manual, partial revokes). */
function partialRevokes({ blue, green }: AccountPair, accounts: readonly AccountDetails[]): readonly ParityRow[] {
  const [was, is] = [blue, green].map(({ variables }) => variables.get('partial_revokes') ?? 'OFF');
  if (was === undefined || is === undefined || was === is) return [];
  const named = new Set(accounts.map(({ user, host }) => `${user}@${host}`));
  const patterns = green.grants.grants.filter(
    ({ user, host, scope }) => named.has(`${user}@${host}`) && scope.within.length === 1 && /%/.test(scope.on),
  );
  return [
    {
      subject: 'setting partial_revokes',
      blue: was,
      green: is,
      verdict: is === 'ON' && patterns.length > 0 ? 'blocks' : 'warns',
      reason:
        is === 'ON'
          ? `On green % and _ in the schema of a grant are no wildcards: ${patterns.length} grants with % hold for no schema there.`
          : 'On green % and _ in the schema of a grant are wildcards, and partial revokes are ignored.',
      cure: ['Set partial_revokes in the cluster parameter group of green as on blue.'],
    },
  ];
}
