import { randomUUID } from 'node:crypto';
import * as client from '@aws-sdk/client-secrets-manager';
import type {
  CreateSecretRequest,
  CreateSecretResponse,
  DescribeSecretRequest,
  DescribeSecretResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager';
import { AwsError, required } from '../aws-error';
import type { SecretRecord, SecretVersionRecord } from '../document';
import { ACCOUNT_ID } from '../new-document';
import type { Service } from '../service';
import { jsonProtocol } from '../wire/json';
import { isoNow, newId, type World } from '../world';

export function secretsManagerService(world: World): Service {
  return {
    scope: 'secretsmanager',
    client,
    protocol: jsonProtocol('1.1', false),
    handlers: {
      CreateSecret(input: CreateSecretRequest): CreateSecretResponse {
        const secret = createSecret(world, required(input.Name, 'Name'), input.Description);
        const hasValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
        const versionId = hasValue ? putVersion(secret, input, ['AWSCURRENT']) : undefined;
        return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
      },
      PutSecretValue(input: PutSecretValueRequest): PutSecretValueResponse {
        const secret = secretById(world, input.SecretId);
        const VersionId = putVersion(secret, input, input.VersionStages ?? ['AWSCURRENT']);
        return { ARN: secret.arn, Name: secret.name, VersionId, VersionStages: secret.versions[VersionId]?.stages };
      },
      UpdateSecretVersionStage(input: UpdateSecretVersionStageRequest): UpdateSecretVersionStageResponse {
        const secret = secretById(world, input.SecretId);
        moveStage(secret, input);
        return { ARN: secret.arn, Name: secret.name };
      },
      GetSecretValue(input: GetSecretValueRequest): GetSecretValueResponse {
        const secret = secretById(world, input.SecretId);
        const [versionId, version] = versionOf(secret, input);
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: versionId,
          VersionStages: version.stages,
          SecretString: version.secretString,
          SecretBinary: version.secretBinary === undefined ? undefined : Buffer.from(version.secretBinary, 'base64'),
          CreatedDate: new Date(version.createdAt),
        };
      },
      DescribeSecret(input: DescribeSecretRequest): DescribeSecretResponse {
        const secret = secretById(world, input.SecretId);
        return {
          ARN: secret.arn,
          Name: secret.name,
          Description: secret.description,
          RotationEnabled: false,
          CreatedDate: new Date(secret.createdAt),
          LastChangedDate: new Date(secret.lastChangedAt),
          Tags: [],
          VersionIdsToStages: Object.fromEntries(
            Object.entries(secret.versions).map(([id, { stages }]) => [id, stages]),
          ),
        };
      },
    },
  };
}

/** Adds a secret without a value. Also used to seed the lab. */
export function createSecret(world: World, name: string, description?: string): SecretRecord {
  const { secrets, region } = world.store.document;
  if (secrets[name] !== undefined) {
    throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
  }
  const suffix = newId(world, '').slice(-6);
  const secret: SecretRecord = {
    name,
    arn: `arn:aws:secretsmanager:${region}:${ACCOUNT_ID}:secret:${name}-${suffix}`,
    createdAt: isoNow(),
    lastChangedAt: isoNow(),
    ...(description !== undefined && { description }),
    versions: {},
  };
  secrets[name] = secret;
  return secret;
}

function secretById(world: World, id: string | undefined): SecretRecord {
  const found = Object.values(world.store.document.secrets).find(
    ({ name, arn }) => id === name || id === arn || id === arn.slice(0, arn.lastIndexOf('-')),
  );
  if (found === undefined)
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return found;
}

interface ValueInput {
  readonly ClientRequestToken?: string | undefined;
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** Adds a version and moves its stages to it; the former AWSCURRENT becomes AWSPREVIOUS. Idempotent by token. */
export function putVersion(secret: SecretRecord, input: ValueInput, stages: readonly string[]): string {
  const id = input.ClientRequestToken ?? randomUUID();
  if (id.length < 32 || id.length > 64) {
    throw new AwsError(
      'InvalidParameterException',
      'You must provide a ClientRequestToken value that is 32-64 characters long.',
    );
  }
  const secretBinary =
    input.SecretBinary === undefined ? undefined : Buffer.from(input.SecretBinary).toString('base64');
  const existing = secret.versions[id];
  if (existing !== undefined) {
    if (existing.secretString === input.SecretString && existing.secretBinary === secretBinary) return id;
    throw new AwsError(
      'ResourceExistsException',
      `A version with the ID ${id} and another value already exists; the value of a version can't be changed.`,
    );
  }
  const moved = new Set(stages.includes('AWSCURRENT') ? [...stages, 'AWSPREVIOUS'] : stages);
  for (const version of Object.values(secret.versions)) {
    const wasCurrent = version.stages.includes('AWSCURRENT') && stages.includes('AWSCURRENT');
    version.stages = [...version.stages.filter((stage) => !moved.has(stage)), ...(wasCurrent ? ['AWSPREVIOUS'] : [])];
  }
  secret.versions[id] = {
    createdAt: isoNow(),
    ...(input.SecretString !== undefined && { secretString: input.SecretString }),
    ...(secretBinary !== undefined && { secretBinary }),
    stages: [...stages],
  };
  secret.lastChangedAt = isoNow();
  return id;
}

/** Moves one label between versions. The version that loses AWSCURRENT becomes AWSPREVIOUS. */
function moveStage(secret: SecretRecord, input: UpdateSecretVersionStageRequest): void {
  const stage = required(input.VersionStage, 'VersionStage');
  const holder = Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage));
  if (holder !== undefined && input.MoveToVersionId !== undefined && input.RemoveFromVersionId !== holder[0]) {
    throw new AwsError(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder[0]}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  const target = input.MoveToVersionId === undefined ? undefined : secret.versions[input.MoveToVersionId];
  if (input.MoveToVersionId !== undefined && target === undefined)
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret version.");
  const moved = stage === 'AWSCURRENT' && target !== undefined ? [stage, 'AWSPREVIOUS'] : [stage];
  for (const version of Object.values(secret.versions))
    version.stages = version.stages.filter((label) => !moved.includes(label));
  target?.stages.push(stage);
  if (stage === 'AWSCURRENT' && target !== undefined) holder?.[1].stages.push('AWSPREVIOUS');
  secret.lastChangedAt = isoNow();
}

function versionOf(secret: SecretRecord, input: GetSecretValueRequest): readonly [string, SecretVersionRecord] {
  const stage = input.VersionStage ?? 'AWSCURRENT';
  const found = Object.entries(secret.versions).find(([id, version]) =>
    input.VersionId === undefined ? version.stages.includes(stage) : id === input.VersionId,
  );
  if (found === undefined) {
    const label = input.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${input.VersionId}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${label}`,
    );
  }
  return found;
}
