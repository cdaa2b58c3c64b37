/**
 * What MySQL and the network below it answer, as errors a person can act on. The driver's own error objects never leave
 * this folder: they carry the whole statement with its bound secrets.
 */
import { UpgradeError, messageOf } from '../engine/errors';
import type { Side, Statement } from '../ports/mysql-server';

/** What the driver says, reduced to what is safe to keep. */
export interface DriverFailure {
  /** MySQL's error number; undefined when the server did not answer. */
  readonly errno: number | undefined;
  /** e.g. `ER_ACCESS_DENIED_ERROR`, `ECONNREFUSED`; empty when there is none. */
  readonly code: string;
  readonly message: string;
  /** The connection is of no use any more. */
  readonly isFatal: boolean;
}

export function driverFailure(error: unknown): DriverFailure {
  const fields = new Map<string, unknown>(typeof error === 'object' && error !== null ? Object.entries(error) : []);
  const code = fields.get('code');
  const errno = fields.get('errno');
  const isAnswer = fields.has('sqlState') && typeof errno === 'number';
  return {
    errno: isAnswer ? errno : undefined,
    code: typeof code === 'string' ? code : '',
    message: messageOf(error),
    isFatal: fields.get('fatal') === true || !isAnswer,
  };
}

/** A statement or question that the server refused: code `mysql-<errno>`. */
export function refusedError(
  side: Side,
  failure: DriverFailure,
  what: Pick<Statement, 'name' | 'values'> & { readonly secrets?: readonly number[] },
): UpgradeError {
  const errno = failure.errno ?? 0;
  return new UpgradeError(`${side} refused ${what.name}: MySQL error ${errno} ${failure.code}`.trim(), {
    code: `mysql-${errno}`,
    source: 'mysql',
    retryable: TRANSIENT.has(errno),
    hint: [`MySQL says: ${withoutSecrets(failure, what)}`, ADVICE[errno]].filter(Boolean).join(' '),
  });
}

/** A connection that could not be made: `mysql-unreachable`, `mysql-tls` or `mysql-<errno>` when the server said no. */
export function connectError(side: Side, target: { host: string; port: number }, failure: DriverFailure): UpgradeError {
  const where = `${target.host}:${target.port}`;
  if (failure.errno !== undefined) return refusedError(side, failure, { name: 'the login', values: [] });
  if (isTlsFailure(failure)) {
    return new UpgradeError(`the certificate of ${side} is not trusted`, {
      code: 'mysql-tls',
      source: 'mysql',
      hint:
        `${where}: ${failure.message} (${failure.code}). Master credentials are only sent to a server that proves who it ` +
        "is. If the certificate is not signed by one of Amazon's authorities for RDS, or by one newer than this tool " +
        'knows, set network.caFile in upgrade.yaml to the PEM file of the authority that signed it.',
    });
  }
  return new UpgradeError(`${side} cannot be reached`, {
    code: 'mysql-unreachable',
    source: 'mysql',
    retryable: true,
    hint: `${where}: ${failure.message}${failure.code === '' ? '' : ` (${failure.code})`}. ${networkAdvice(failure.code)}`,
  });
}

export function isTlsFailure({ code, message }: DriverFailure): boolean {
  return (
    TLS_CODES.has(code) || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || /certificate/i.test(message)
  );
}

const TLS_CODES: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'HANDSHAKE_SSL_ERROR',
  'HANDSHAKE_NO_SSL_SUPPORT',
]);

/** Lock wait timeout, deadlock, too many connections: the same call may succeed later. */
const TRANSIENT: ReadonlySet<number> = new Set([1040, 1203, 1205, 1213]);

const ADVICE: Readonly<Record<number, string>> = {
  1040: 'The server has no free connection. Close idle sessions or raise max_connections, then run the same command again.',
  1044: 'The account may not use this schema. Use the master user of the cluster.',
  1045: 'The user name or the password is wrong, or the account may not come from this address. Check the credentials that the environment or the secret gives.',
  1130: 'No account may come from this address. Use the master user, or change its host pattern.',
  1142: 'The account lacks a privilege on the table. Use the master user of the cluster.',
  1205: 'Another session holds a lock that is needed here; statements of this tool wait 5 s for locks, so that they never queue up behind a long transaction. Let that transaction end, then run the same command again.',
  1227: 'The account lacks the privilege that MySQL names. Use the master user of the cluster: it has everything that this tool needs.',
  1290: 'The server refuses writes (read_only). Run `aurora-cutover status` to see which side serves.',
  1305: 'The server does not have this procedure: it is not Aurora MySQL, or of a version that the tool does not know.',
  1370: 'The account may not execute this procedure. Use the master user of the cluster.',
  3118: 'The account is locked. Unlock it with ALTER USER ... ACCOUNT UNLOCK.',
};

function networkAdvice(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return (
      'The name has no address here. Names of clusters in a private network resolve through that network only: check ' +
      'the VPN, or name its server in network.dnsServers in upgrade.yaml.'
    );
  }
  return (
    'Nothing answers there. Check that the cluster is available, that the security group of its instances allows port ' +
    '3306 from this machine, and that the way there (VPN, bastion) is up.'
  );
}

/**
 * Parse errors quote the statement from the point of the error on, so they may begin in the middle of a secret: of a
 * statement that has one nothing is quoted.
 */
function withoutSecrets(
  failure: DriverFailure,
  what: Pick<Statement, 'values'> & { readonly secrets?: readonly number[] },
): string {
  const secrets = (what.secrets ?? []).map((index) => what.values[index]).filter((value) => value !== null);
  if (secrets.length === 0) return sentence(failure.message);
  if (failure.errno === PARSE_ERROR) return 'the statement is not valid SQL for this server.';
  return sentence(secrets.reduce<string>((text, value) => text.replaceAll(String(value), '[secret]'), failure.message));
}

const PARSE_ERROR = 1064;

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
