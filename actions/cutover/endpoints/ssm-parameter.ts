import { putParameter } from '../../aws/calls';
import type { SsmConfig } from '../../config/endpoint-schema';
import { aws, value } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import type { StepContext } from '../../engine/step';
import type { StoredParameter } from '../../ports/aws';
import { addressOf, fill } from './address';
import type { Endpoint } from './endpoint';
import type { Move } from './endpoints-of';

/** A parameter of Parameter Store, String or SecureString; its type and its key stay as they are. */
export function ssmParameter(context: StepContext, config: SsmConfig, { facts }: Move): Endpoint {
  const { name } = config;
  const from = fill(config.value, addressOf(facts.from, config.target));
  const to = fill(config.value, addressOf(facts.to, config.target));
  let known: StoredParameter | undefined;
  const read = async (): Promise<StoredParameter> => {
    const found = await context.aws.ssm.parameter(name);
    if (!found || found.type === 'StringList') {
      throw new UpgradeError(`the parameter ${name} cannot be switched`, {
        code: 'endpoint-parameter-unusable',
        source: 'user',
        hint: `${found ? 'It is a StringList; the tool switches a String or a SecureString.' : 'There is no such parameter in this region.'} Correct \`endpoints\` in upgrade.yaml, or create it with the address of the serving cluster.`,
      });
    }
    known = found;
    return found;
  };
  return {
    name: `ssm ${name}`,
    application: config.application,
    tailMs: config.ttl,
    async state() {
      const found = await read();
      if (found.value === to) return { is: 'there', seen: to };
      return found.value === from
        ? { is: 'not-yet', seen: from }
        : { is: 'elsewhere', seen: `another value (version ${found.version})` };
    },
    async switch(within) {
      await context.aws.run(putParameter(name, to, known ?? (await read())), within);
    },
    settled: () => Promise.resolve(),
    async changes() {
      const found = await read();
      return [
        value(`the parameter ${name}`, found.value === from ? from : '(another value)', to),
        ...aws(putParameter(name, to, found)),
      ];
    },
    manual: () => [
      `aws ssm put-parameter --overwrite --name ${name} --value ${to}  (a SecureString: with its --key-id)`,
    ],
  };
}
