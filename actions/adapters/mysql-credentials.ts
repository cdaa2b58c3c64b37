import { UpgradeError } from '../engine/errors';
import type { CredentialsReader } from '../ports/aws';
import type { Credentials, Side } from '../ports/mysql-server';

export interface CredentialSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly secretArns: Readonly<Record<Side, string | undefined>>;
  readonly secrets: CredentialsReader;
}

/**
 * Master credentials of a side: the environment, else the secret of the configuration; for green then blue's, since a
 * restored cluster keeps them. Throws `credentials-missing`, and what the secrets reader throws.
 */
export async function masterCredentials(side: Side, sources: CredentialSources): Promise<Credentials> {
  for (const from of side === 'green' ? (['green', 'blue'] as const) : (['blue'] as const)) {
    const found = fromEnvironment(from, sources.environment) ?? (await fromSecret(from, sources));
    if (found !== undefined) return found;
  }
  const [user, password] = variablesOf(side);
  throw new UpgradeError(`there are no master credentials for ${side}`, {
    code: 'credentials-missing',
    source: 'user',
    hint:
      `Set ${user} and ${password} in the environment, or name a Secrets Manager secret with \`username\` and \`password\` ` +
      `in ${side}.credentials.secretArn of upgrade.yaml.${side === 'green' ? " Without either, green is entered with blue's." : ''}`,
  });
}

function fromEnvironment(side: Side, environment: CredentialSources['environment']): Credentials | undefined {
  const [userVariable, passwordVariable] = variablesOf(side);
  const user = environment[userVariable];
  const password = environment[passwordVariable];
  if (user && password) return { user, password };
  if (!user && !password) return undefined;
  throw new UpgradeError(`the master credentials for ${side} are incomplete`, {
    code: 'credentials-missing',
    source: 'user',
    hint: `${user ? userVariable : passwordVariable} is set, ${user ? passwordVariable : userVariable} is not. Set both or none.`,
  });
}

async function fromSecret(side: Side, { secretArns, secrets }: CredentialSources): Promise<Credentials | undefined> {
  const arn = secretArns[side];
  return arn === undefined ? undefined : secrets.credentials(arn);
}

function variablesOf(side: Side): readonly [user: string, password: string] {
  const prefix = `AURORA_CUTOVER_${side.toUpperCase()}`;
  return [`${prefix}_USER`, `${prefix}_PASSWORD`];
}
