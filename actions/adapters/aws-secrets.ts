import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';

import { UpgradeError } from '../engine/errors';
import type { SecretsReader } from '../ports/aws';
import { ask, clientSettings, lazy, type AwsSettings } from './aws-call';
import { isNamed } from './aws-errors';

export function secretsReader(settings: AwsSettings): SecretsReader {
  const secretsManager = lazy(async () => {
    const sdk = await import('@aws-sdk/client-secrets-manager');
    return { sdk, client: new sdk.SecretsManagerClient(await clientSettings(settings)) };
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

    async value(secretId) {
      const { sdk, client } = await secretsManager();
      const command = new sdk.GetSecretValueCommand({ SecretId: secretId });
      const answer = await ask(
        settings,
        'secretsmanager:GetSecretValue',
        (options) => client.send(command, options),
        emptyIfAbsent,
      );
      const { VersionId: versionId, SecretString: text } = answer;
      return versionId === undefined || text === undefined ? undefined : { versionId, text };
    },

    async stages(secretId) {
      const { sdk, client } = await secretsManager();
      const command = new sdk.DescribeSecretCommand({ SecretId: secretId });
      const answer = await ask(settings, 'secretsmanager:DescribeSecret', (options) => client.send(command, options));
      return Object.fromEntries(
        Object.entries(answer.VersionIdsToStages ?? {}).flatMap(([id, stages]) => stages.map((stage) => [stage, id])),
      );
    },
  };
}

function emptyIfAbsent(error: unknown): GetSecretValueCommandOutput | undefined {
  return isNamed(error, 'ResourceNotFoundException') ? { $metadata: {} } : undefined;
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
