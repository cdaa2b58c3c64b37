import { isPlatformAccount } from './accounts';
import type { Level, UpgradeCheck } from './check';
import { reaches, type Crossing, type MysqlNumbers } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';
import { select, text } from './queries';

const ACCOUNTS = select(
  'authentication-plugins',
  `SELECT user AS user_name, host AS host_name, plugin AS plugin FROM mysql.user
WHERE plugin IN ('mysql_native_password', 'sha256_password', 'authentication_fido') ORDER BY user, host`,
);

interface Method {
  readonly deprecated: MysqlNumbers;
  readonly removed?: MysqlNumbers;
  readonly advice: string;
}

/** 9.7.4 refuses mysql_native_password with 1524 and still has sha256_password (tried). */
export const AUTHENTICATION_METHODS: Readonly<Record<string, Method>> = {
  mysql_native_password: {
    deprecated: [8, 0, 34],
    removed: [9, 0, 0],
    advice: 'caching_sha2_password; while blue is 5.7, which does not know it, sha256_password serves on both sides',
  },
  sha256_password: { deprecated: [8, 0, 16], advice: 'caching_sha2_password once no 5.7 server is left' },
  authentication_fido: {
    deprecated: [8, 0, 27],
    removed: [8, 4, 0],
    advice: 'authentication_webauthn, where the platform offers it',
  },
};

export const authMethodUsage: UpgradeCheck = {
  id: 'authMethodUsage',
  auroraId: 'authMethodUsage',
  title: 'Accounts on deprecated or removed authentication methods',
  group: 'accounts',
  severity: 'error',
  whyItMatters:
    'An account whose authentication plugin is gone on green cannot log in there, and statements about such accounts stop replication.',
  documentation: MYSQL_84_CHANGES,
  needs: 'SELECT on mysql.user',
  queries: [ACCOUNTS],
  appliesTo: () => true,
  async run(context) {
    return (await context.read(ACCOUNTS)).flatMap((row) => {
      const plugin = text(row, 'plugin');
      const method = AUTHENTICATION_METHODS[plugin];
      if (!method || isPlatformAccount(text(row, 'user_name'))) return [];
      const level = levelOf(method, context.crossing);
      return [
        {
          level,
          object: `${text(row, 'user_name')}@${text(row, 'host_name')}`,
          description: `Uses ${plugin}, ${STANDING[level]}.`,
          cure: `Give it a new password under ${method.advice}.`,
        },
      ];
    });
  },
};

const STANDING: Readonly<Record<Level, string>> = {
  notice: 'which a later version deprecates',
  warning: 'which the target deprecates',
  error: 'which the target does not have: nobody can log in with it',
};

function levelOf(method: Method, crossing: Crossing): Level {
  if (method.removed && reaches(crossing, ...method.removed)) return 'error';
  return reaches(crossing, ...method.deprecated) ? 'warning' : 'notice';
}
