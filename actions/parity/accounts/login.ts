/** Whether an account that logs in to blue can log in to green: its plugin, its password, and its terms. Pure. */
import type { AccountDetails } from '../../mysql/account-details';
import { quoteAccount, quoteText } from '../../mysql/account-names';
import { accountCure } from './account-cure';
import { defaultPlugin, loginObstacle } from './account-side';
import { joinCures, onGreen, onGreenItself, PASSWORD, passwordCure } from './cures';
import type { AccountOnBoth, Finding, Look } from './finding';
import { compareTerms } from './login-terms';

/** Nothing found: the login is the same. */
export function compareLogin(both: AccountOnBoth): readonly Finding[] {
  return [plugin, password, factors, compareTerms].flatMap((look) => look(both));
}

const plugin: Look = (both) => {
  const { blue, green, was, is, isMaster } = both;
  const obstacle = loginObstacle(green, is);
  const shown = { aspect: 'plugin', blue: pluginWords(was), green: pluginWords(is) };
  if (obstacle !== undefined) {
    const earlier = loginObstacle(blue, was);
    const isInServer = is.plugin !== '' && !green.plugins.has(is.plugin);
    const isCarried = loginObstacle(green, was) === undefined;
    const iam =
      is.plugin === 'AWSAuthenticationPlugin' ? ' Turn on IAM authentication of the green cluster, or else:' : '';
    const next = isCarried
      ? ' Give it plugin and password of blue.'
      : ` Give it ${defaultPlugin(green)} there.${knows(both, defaultPlugin(green))}`;
    return [
      {
        ...shown,
        verdict: earlier === undefined ? 'blocks' : 'warns',
        reason: `It cannot log in to green: ${obstacle}.${
          earlier === undefined ? iam + next : ` Nor can it log in to blue (${earlier}): settle it or drop it.`
        }`,
        cure: isInServer ? passwordCure(both, was, 'ALTER USER', '') : makeAgain(both),
      },
    ];
  }
  if (was.plugin === is.plugin) return [];
  if (isMaster) return [{ ...shown, verdict: 'expected', reason: OF_THE_MASTER }];
  return [
    {
      ...shown,
      verdict: 'warns',
      reason:
        'Passwords of different plugins cannot be compared, so log in to green once with the one that the application has.' +
        knows(both, is.plugin),
      cure: onGreen(both, [`ALTER USER ${quoteAccount(is)} IDENTIFIED WITH ${quoteText(is.plugin)} BY ${PASSWORD};`]),
    },
  ];
};

/**
 * Without a plugin, or with a password that its plugin cannot read, an account is in the table but not in the server: ALTER
 * USER answers 1396, CREATE USER IF NOT EXISTS does nothing, and DROP USER removes it (tried on 5.7.29 and 9.7.4).
 */
function makeAgain(both: AccountOnBoth): readonly string[] {
  return joinCures(onGreenItself(both, [`DROP USER IF EXISTS ${quoteAccount(both.is)};`]), accountCure(both, both.was));
}

const OF_THE_MASTER = 'RDS keeps a password of the master user for each cluster.';

/** What clients need for a plugin, and what it means for the way back. */
function knows({ blue, clients, is }: AccountOnBoth, name: string): string {
  const plain = clients?.find(({ user, tlsVersion }) => user === is.user && tlsVersion === '');
  return (
    (name === 'caching_sha2_password'
      ? ` Its clients must know ${name}, and without TLS they must ask for the server's key` +
        (plain ? `: ${plain.sessions} of its sessions on blue are without TLS now.` : '.')
      : '') + (blue.plugins.has(name) ? '' : ` Blue does not know ${name}: on blue the account stays as it is.`)
  );
}

function pluginWords({ plugin: name, passwordFormat }: AccountDetails): string {
  const kept = { none: ', no password', 'pre-4.1': ', password before 4.1', unknown: ', unreadable password' };
  return `${name === '' ? 'no plugin' : name}${passwordFormat in kept ? kept[passwordFormat as keyof typeof kept] : ''}`;
}

/** A salt makes two hashes of one password differ, but a snapshot carries the hash: a different one was set on one side. */
const password: Look = (both) => {
  const { green, was, is, isMaster } = both;
  if (was.plugin !== is.plugin || loginObstacle(green, is) !== undefined) return [];
  if (was.passwordMark !== is.passwordMark) {
    const shown = {
      aspect: 'password',
      blue: pluginWords(was),
      green: is.passwordFormat === 'none' ? pluginWords(is) : 'another one',
    };
    if (isMaster) return [{ ...shown, verdict: 'expected', reason: OF_THE_MASTER }];
    const isSalted = is.plugin !== 'mysql_native_password' && is.passwordFormat !== 'none';
    return [
      {
        ...shown,
        verdict: 'blocks',
        reason: `The stored password is not that of blue${isSalted ? ' (though it may be the same password, set twice)' : ''}: it was set on one side only, so whoever knows the one of blue is refused.`,
        cure: passwordCure(both, was, 'ALTER USER', ''),
      },
    ];
  }
  if (was.retainedMark === is.retainedMark) return [];
  return [
    {
      aspect: 'second password',
      blue: was.retainedMark === '' ? null : 'kept',
      green: is.retainedMark === '' ? null : was.retainedMark === '' ? 'kept' : 'another one',
      verdict: 'warns',
      reason: 'Clients that still use the password before the last one are let in on one side only.',
    },
  ];
};

const factors: Look = (both) => {
  const { was, is } = both;
  const more = is.factors.filter((factor) => !was.factors.includes(factor));
  if (was.factors.join() === is.factors.join()) return [];
  return [
    {
      aspect: 'factors',
      blue: was.factors.join(', ') || null,
      green: is.factors.join(', ') || null,
      verdict: more.length > 0 ? 'blocks' : 'warns',
      reason: 'Green asks for other factors at login than blue.',
      // Highest first: the third factor cannot stay without the second.
      ...(was.factors.length === 0
        ? {
            cure: onGreen(both, [
              `ALTER USER ${quoteAccount(is)}${is.factors.map((_, index) => ` DROP ${is.factors.length + 1 - index} FACTOR`).join('')};`,
            ]),
          }
        : {}),
    },
  ];
};
