/** What an account may log in under: an expiry, a lock, TLS, limits, rules for passwords, a host. Pure. */
import type { AccountDetails, ResourceLimits, TlsRequirement } from '../../mysql/account-details';
import { quoteAccount, quoteText } from '../../mysql/account-names';
import { isServerAtLeast } from '../../mysql/version';
import type { AccountSide } from './account-side';
import { lifetimeWords, limitWords, onGreen, PASSWORD, passwordCure, policyWords, requirement } from './cures';
import type { AccountOnBoth, Finding, Look } from './finding';

export function compareTerms(both: AccountOnBoth): readonly Finding[] {
  return [expiry, lock, tls, limits, policies, hostName].flatMap((look) => look(both));
}

const expiry: Look = (both) => {
  const { blue, green, was, is } = both;
  const [before, now] = [daysLeft(blue, was), daysLeft(green, is)];
  if (now <= 0 && before > 0) {
    return [
      {
        aspect: 'password expiry',
        blue: 'valid',
        green: 'expired',
        verdict: 'blocks',
        reason: 'Its password has expired on green, so its clients are refused there.',
        cure: [
          ...(was.plugin === is.plugin
            ? passwordCure(both, was, 'ALTER USER', ` ${lifetimeWords(was)}`)
            : onGreen(both, [
                `ALTER USER ${quoteAccount(is)} IDENTIFIED WITH ${quoteText(is.plugin)} BY ${PASSWORD} ${lifetimeWords(was)};`,
              ])),
          ...(was.lifetimeDays === null && lifetime(blue, was) !== lifetime(green, was)
            ? ['-- and see that default_password_lifetime of green is that of blue']
            : []),
        ],
      },
    ];
  }
  if (before <= 0 && now > 0) {
    return [
      {
        aspect: 'password expiry',
        blue: 'expired',
        green: 'valid',
        verdict: 'warns',
        reason: 'It is refused on blue and let in on green.',
        cure: onGreen(both, [`ALTER USER ${quoteAccount(is)} PASSWORD EXPIRE;`]),
      },
    ];
  }
  if (lifetime(green, is) === lifetime(blue, was) || now <= 0) return [];
  return [
    {
      aspect: 'password expiry',
      blue: daysWords(lifetime(blue, was)),
      green: daysWords(lifetime(green, is)),
      verdict: 'warns',
      reason:
        now === Infinity ? 'It never expires on green.' : `On green it expires in ${now} days, other than on blue.`,
      cure: onGreen(both, [`ALTER USER ${quoteAccount(is)} ${lifetimeWords(was)};`]),
    },
  ];
};

/** Days until the password is refused; Infinity: never; 0 or less: it is now. */
function daysLeft(side: AccountSide, account: AccountDetails): number {
  if (account.isExpired) return 0;
  const days = lifetime(side, account);
  return days === 0 ? Infinity : days - account.passwordAgeDays;
}

function lifetime({ variables }: AccountSide, { lifetimeDays }: AccountDetails): number {
  return lifetimeDays ?? Number(variables.get('default_password_lifetime') ?? 0);
}

function daysWords(days: number): string {
  return days === 0 ? 'never' : `after ${days} days`;
}

const lock: Look = (both) => {
  const { was, is, isLockedByTool } = both;
  if (was.isLocked === is.isLocked) return [];
  return [
    {
      aspect: 'lock',
      blue: was.isLocked ? 'locked' : 'open',
      green: is.isLocked ? 'locked' : 'open',
      verdict: isLockedByTool ? 'expected' : is.isLocked ? 'blocks' : 'warns',
      reason: isLockedByTool
        ? 'upgrade.yaml has it locked and opened by the switch.'
        : is.isLocked
          ? 'It is locked on green, so its clients are refused there.'
          : 'It is locked on blue and let in on green.',
      ...(isLockedByTool
        ? {}
        : {
            cure: onGreen(both, [`ALTER USER ${quoteAccount(is)} ACCOUNT ${was.isLocked ? 'LOCK' : 'UNLOCK'};`]),
          }),
    },
  ];
};

const tls: Look = (both) => {
  const { was, is } = both;
  if (requirement(was.tls) === requirement(is.tls)) return [];
  const isWeaker = admits(is.tls, was.tls);
  return [
    {
      aspect: 'TLS requirement',
      blue: requirement(was.tls),
      green: requirement(is.tls),
      verdict: isWeaker ? 'warns' : 'blocks',
      reason: isWeaker
        ? 'Green asks for less than blue, so clients may connect in the open.'
        : 'Green asks its clients for what blue does not, and refuses those that do not bring it.',
      cure: onGreen(both, [`ALTER USER ${quoteAccount(is)} REQUIRE ${requirement(was.tls)};`]),
    },
  ];
};

/** Whether `asked` lets in everybody who has brought what `brought` asks for. */
export function admits(asked: TlsRequirement, brought: TlsRequirement): boolean {
  const hasCertificate = brought.type === 'X509' || brought.issuer !== '' || brought.subject !== '';
  if (asked.type === '') return true;
  if (asked.type === 'ANY') return brought.type !== '';
  if (asked.type === 'X509') return hasCertificate;
  return (['cipher', 'issuer', 'subject'] as const).every(
    (part) => asked[part] === '' || asked[part] === brought[part],
  );
}

const limits: Look = (both) => {
  const { was, is } = both;
  const names = Object.keys(was.limits) as (keyof ResourceLimits)[];
  const others = names.filter((name) => was.limits[name] !== is.limits[name]);
  if (others.length === 0) return [];
  const isTighter = others.some(
    (name) => is.limits[name] !== 0 && (was.limits[name] === 0 || is.limits[name] < was.limits[name]),
  );
  const words = (from: ResourceLimits): string => others.map((name) => `${name} ${from[name]}`).join(', ');
  return [
    {
      aspect: 'limits',
      blue: words(was.limits),
      green: words(is.limits),
      verdict: isTighter ? 'blocks' : 'warns',
      reason: isTighter
        ? 'Green refuses its clients beyond a limit that blue does not have.'
        : 'Green lets it do more than blue.',
      cure: onGreen(both, [`ALTER USER ${quoteAccount(is)} ${limitWords(was.limits)};`]),
    },
  ];
};

const policies: Look = (both) => {
  const { green, was, is } = both;
  if (was.policies.join() === is.policies.join()) return [];
  return [
    {
      aspect: 'password rules',
      blue: was.policies.join(', ') || null,
      green: is.policies.join(', ') || null,
      verdict: 'warns',
      reason: 'The next password, or failed logins, are judged otherwise on green.',
      cure: isServerAtLeast(green.version, 8, 0, 19)
        ? onGreen(both, [`ALTER USER ${quoteAccount(is)} ${policyWords(was)};`])
        : [],
    },
  ];
};

/** With skip_name_resolve clients are known by address only, so a host that is a name fits none. */
const hostName: Look = ({ blue, green, is }) => {
  const isName = /[a-z]/i.test(is.host) && is.host !== 'localhost' && !is.host.includes(':');
  const skips = ({ variables }: AccountSide): boolean => variables.get('skip_name_resolve') === 'ON';
  if (!isName || !skips(green) || skips(blue)) return [];
  return [
    {
      aspect: 'host',
      blue: 'resolved',
      green: 'not resolved',
      verdict: 'blocks',
      reason:
        'Green has skip_name_resolve on, so no client fits a host that is a name. Make the account for an address or a pattern of one.',
      cure: [`-- on green: RENAME USER ${quoteAccount(is)} TO ${quoteAccount({ user: is.user, host: '<address>' })};`],
    },
  ];
};
