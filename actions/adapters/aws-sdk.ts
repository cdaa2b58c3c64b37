import type { Aws } from '../ports/aws';
import { ask, clientSettings, lazy, type AwsSettings } from './aws-call';
import { awsChanger } from './aws-change';
import { metricsReader } from './aws-metrics';
import { rdsReader } from './aws-rds';
import { route53Reader } from './aws-route53';
import { secretsReader } from './aws-secrets';
import { parameterStoreReader } from './aws-ssm';
import { surroundingsReader } from './aws-surroundings';

/** AWS through SDK v3. Nothing is loaded and nothing is asked before the first call. */
export function createAws(given: AwsSettings): Aws {
  const connections = lazy(async () => new (await import('@smithy/node-http-handler')).NodeHttpHandler());
  const settings: AwsSettings = { ...given, connections };
  const changer = awsChanger(settings);
  const sts = lazy(async () => {
    const sdk = await import('@aws-sdk/client-sts');
    return { sdk, client: new sdk.STSClient(await clientSettings(settings)) };
  });
  return {
    rds: rdsReader(settings),
    surroundings: surroundingsReader(settings),
    metrics: metricsReader(settings),
    dns: route53Reader(settings),
    secrets: secretsReader(settings),
    ssm: parameterStoreReader(settings),
    async callerArn() {
      const { sdk, client } = await sts();
      const command = new sdk.GetCallerIdentityCommand({});
      const answer = await ask(settings, 'sts:GetCallerIdentity', (options) => client.send(command, options));
      return answer.Arn ?? 'unknown';
    },
    prepare: changer.prepare,
    run: changer.run,
  };
}
