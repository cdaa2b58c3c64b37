import type { StoredParameter, ParameterStoreReader } from '../ports/aws';
import { ask, clientSettings, lazy, type AwsSettings } from './aws-call';
import { isNamed } from './aws-errors';

export function parameterStoreReader(settings: AwsSettings): ParameterStoreReader {
  const ssm = lazy(async () => {
    const sdk = await import('@aws-sdk/client-ssm');
    return { sdk, client: new sdk.SSMClient(await clientSettings(settings)) };
  });

  /** Only the list of parameters tells the key. */
  const keyOf = async (name: string): Promise<string | undefined> => {
    const { sdk, client } = await ssm();
    const command = new sdk.DescribeParametersCommand({
      ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }],
    });
    const answer = await ask(settings, 'ssm:DescribeParameters', (options) => client.send(command, options));
    return answer.Parameters?.find(({ Name }) => Name === name)?.KeyId;
  };

  return {
    async parameter(name) {
      const { sdk, client } = await ssm();
      const command = new sdk.GetParameterCommand({ Name: name, WithDecryption: true });
      const found = await ask<StoredParameter | 'none'>(
        settings,
        'ssm:GetParameter',
        async (options) => {
          const { Parameter: parameter } = await client.send(command, options);
          if (parameter?.Value === undefined) return 'none';
          return {
            type: parameter.Type ?? 'String',
            value: parameter.Value,
            version: parameter.Version ?? 0,
            keyId: undefined,
          };
        },
        (error) => (isNamed(error, 'ParameterNotFound') ? 'none' : undefined),
      );
      if (found === 'none') return undefined;
      return found.type === 'SecureString' ? { ...found, keyId: await keyOf(name) } : found;
    },
  };
}
