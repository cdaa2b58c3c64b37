import { UpgradeError } from '../engine/errors';
import type { SecretsReader } from '../ports/aws';
import { ask, lazy, type AwsSettings } from './aws-call';

export function secretsReader(settings: AwsSettings): SecretsReader {
  const { region } = settings;
  const secretsManager = lazy(async () => {
    const sdk = await import('@aws-sdk/client-secrets-manager');
    return { sdk, client: new sdk.SecretsManagerClient({ region }) };
  });

  return {
    async credentials(secretArn) {
      const { sdk, client } = await secretsManager();
      const command = new sdk.GetSecretValueCommand({ SecretId: secretArn });
      const answer = await ask(settings, 'secretsmanager:GetSecretValue', (options) => client.send(command, options));
      const fields = fieldsOf(answer.SecretString ?? '');
      const user = fields.get('username');
      const password = fields.get('password');
      if (typeof user === 'string' && typeof password === 'string') return { user, password };
      throw new UpgradeError('the secret does not hold credentials', {
        code: 'secret-unusable',
        source: 'user',
        hint: `${secretArn} must be a JSON object with \`username\` and \`password\`, as Secrets Manager writes it for RDS.`,
      });
    },
  };
}

/** Empty for anything but a JSON object. What cannot be parsed is not quoted: it is a secret. */
function fieldsOf(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}
