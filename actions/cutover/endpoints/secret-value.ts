import { createHash } from 'node:crypto';

import { putSecretValue } from '../../aws/calls';
import type { SecretEndpointConfig } from '../../config/endpoint-schema';
import { aws, value } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import type { StepContext } from '../../engine/step';
import { addressOf, fill, type Address } from './address';
import type { Endpoint } from './endpoint';
import type { Move } from './endpoints-of';
import { membersOf, replaceMembers, type JsonScalar } from './json-members';

/** What is replaced where the value has it, unless upgrade.yaml says otherwise: the members that RDS itself writes. */
const USUAL: Readonly<Record<string, string>> = { host: '{host}', port: '{port}', dbClusterIdentifier: '{cluster}' };

interface Seen {
  readonly versionId: string;
  readonly text: string;
  /** Templates of the members to replace, by their keys. */
  readonly templates: readonly (readonly [key: string, template: string])[];
  readonly members: ReadonlyMap<string, JsonScalar>;
}

/**
 * Members of a JSON value in Secrets Manager. The rest of the value stays as it is, byte by byte, and is shown to nobody.
 * Secrets Manager cannot compare and swap, so the value is read anew for each switch, and afterwards the version that was
 * replaced is compared with the one that had been read.
 */
export function secretValue(context: StepContext, config: SecretEndpointConfig, { facts, switchId }: Move): Endpoint {
  const { secretId } = config;
  const from = addressOf(facts.from, config.target);
  const to = addressOf(facts.to, config.target);
  let replaced: { readonly versionId: string; readonly by: string } | undefined;

  const read = async (): Promise<Seen> => {
    const current = await context.aws.secrets.value(secretId);
    const members = current && membersOf(current.text);
    if (!members) {
      throw unusable(
        secretId,
        current ? 'Its value is not a JSON object.' : 'There is no such secret, or it has no value.',
      );
    }
    const wanted = Object.entries(config.values ?? USUAL);
    const templates = wanted.filter(([key]) => members.has(key));
    const missing = wanted.filter(([key]) => !members.has(key)).map(([key]) => key);
    if (config.values !== undefined ? missing.length > 0 : missing.includes('host'))
      throw unusable(secretId, `Its value has no ${missing.join(', ')} (or it is no text and no number).`);
    return { ...current, templates, members };
  };
  const isAt = ({ templates, members }: Seen, address: Address): boolean =>
    templates.every(
      ([key, template]) => String(members.get(key)).toLowerCase() === fill(template, address).toLowerCase(),
    );

  return {
    name: `secret ${secretId}`,
    application: config.application,
    tailMs: config.ttl,
    async state() {
      const [seen, stages] = await Promise.all([read(), context.aws.secrets.stages(secretId)]);
      const keys = seen.templates.map(([key]) => key).join(', ');
      const pending = stages['AWSPENDING'];
      if (isAt(seen, to)) return { is: 'there', seen: `${keys} of ${to.cluster}` };
      // A rotation would bring back the old address together with its new password.
      if (pending !== undefined && pending !== stages['AWSCURRENT'])
        return { is: 'unknown', seen: `a rotation is under way (version ${pending} is AWSPENDING)` };
      return isAt(seen, from)
        ? { is: 'not-yet', seen: `${keys} of ${from.cluster}` }
        : { is: 'elsewhere', seen: `${keys} of neither cluster (version ${seen.versionId})` };
    },
    async switch(within) {
      const seen = await read();
      if (isAt(seen, to)) return;
      const text = replaceMembers(
        seen.text,
        new Map(seen.templates.map(([key, template]) => [key, like(seen.members.get(key), fill(template, to))])),
      );
      const token = tokenOf(switchId, secretId, seen.versionId);
      await context.aws.run(putSecretValue(secretId, token, text), within);
      replaced = { versionId: seen.versionId, by: token };
    },
    async settled() {
      if (!replaced) return;
      const stages = await context.aws.secrets.stages(secretId);
      if (stages['AWSCURRENT'] === replaced.by && stages['AWSPREVIOUS'] !== replaced.versionId)
        throw new UpgradeError(`the value of ${secretId} was changed while it was switched`, {
          code: 'secret-changed-meanwhile',
          source: 'user',
          hint: `Version ${String(stages['AWSPREVIOUS'])} was written between the look at ${replaced.versionId} and the switch, and what it says is not in the current version ${replaced.by}: perhaps a password. Compare the two versions and write what is missing. The endpoint itself has moved; then run the same command again.`,
        });
    },
    async changes() {
      const seen = await read();
      return [
        ...seen.templates.map(([key, template]) =>
          value(
            `${key} of the secret ${secretId}`,
            isAt({ ...seen, templates: [[key, template]] }, from) ? fill(template, from) : '(another value)',
            fill(template, to),
          ),
        ),
        ...aws(putSecretValue(secretId, '<made of the switch and the version it replaces>')),
      ];
    },
    manual: () => [
      `write a new version of the secret ${secretId} whose ${Object.keys(config.values ?? USUAL).join(', ')} are those of ${to.cluster} (${to.host}, ${to.port})`,
    ],
  };
}

/** A number stays a number. */
function like(before: JsonScalar | undefined, text: string): JsonScalar {
  return typeof before === 'number' && /^\d+$/.test(text) ? Number(text) : text;
}

/**
 * The same for the same replacement, so that a repeated call makes no second version; another one as soon as anybody has
 * written since. It becomes the version's id: 32 to 64 characters.
 */
function tokenOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

function unusable(secretId: string, why: string): UpgradeError {
  return new UpgradeError(`the secret ${secretId} cannot be switched`, {
    code: 'endpoint-secret-unusable',
    source: 'user',
    hint: `${why} The tool replaces texts and numbers at the top of a JSON object; name them in \`values\` of the endpoint in upgrade.yaml, or switch this application with a hook.`,
  });
}
