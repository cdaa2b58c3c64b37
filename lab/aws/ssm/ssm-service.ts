import * as client from '@aws-sdk/client-ssm';
import type {
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterRequest,
  GetParameterResult,
  PutParameterRequest,
  PutParameterResult,
} from '@aws-sdk/client-ssm';
import { AwsError } from '../aws-error';
import type { ParameterRecord } from '../document';
import { ACCOUNT_ID } from '../new-document';
import type { Service } from '../service';
import { jsonProtocol } from '../wire/json';
import { isoNow, type World } from '../world';

/** What Parameter Store encrypts with unless it is told another key. */
const DEFAULT_KEY = 'alias/aws/ssm';
const TYPES = ['String', 'StringList', 'SecureString'];

/** Parameter Store: the calls that read and overwrite a parameter. Without decryption a SecureString answers nonsense. */
export function ssmService(world: World): Service {
  return {
    scope: 'ssm',
    client,
    protocol: jsonProtocol('1.1', false),
    handlers: {
      PutParameter: (input: PutParameterRequest): PutParameterResult => put(world, input),
      GetParameter(input: GetParameterRequest): GetParameterResult {
        const name = checked(input.Name, 'name');
        const found = byName(world, name);
        if (found === undefined) throw new AwsError('ParameterNotFound', '');
        const isCipher = found.type === 'SecureString' && input.WithDecryption !== true;
        return {
          Parameter: {
            Name: found.name,
            Type: found.type as client.ParameterType,
            Value: isCipher ? Buffer.from(found.value).toString('base64') : found.value,
            Version: found.version,
            LastModifiedDate: new Date(found.modifiedAt),
            ARN: arnOf(world, found.name),
            DataType: 'text',
          },
        };
      },
      DescribeParameters: (input: DescribeParametersRequest): DescribeParametersResult => describe(world, input),
    },
  };
}

function put(world: World, input: PutParameterRequest): PutParameterResult {
  const name = checked(input.Name, 'name');
  const value = checked(input.Value, 'value');
  const existing = byName(world, name);
  if (existing === undefined && input.Type === undefined) {
    throw new AwsError(
      'ValidationException',
      'A parameter type is required when you create a parameter. Please provide a type and retry your request.',
    );
  }
  if (existing !== undefined && input.Overwrite !== true) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const type = input.Type ?? existing?.type ?? 'String';
  if (!TYPES.includes(type))
    throw new AwsError('UnsupportedParameterType', `The parameter type ${type} isn't supported.`);
  if (existing !== undefined && existing.type !== type) {
    throw new AwsError(
      'HierarchyTypeMismatchException',
      `Parameter Store doesn't support changing a parameter type in a hierarchy. The parameter is of type ${existing.type}.`,
    );
  }
  const version = (existing?.version ?? 0) + 1;
  world.store.document.parameters[name] = {
    name,
    type,
    value,
    version,
    modifiedAt: isoNow(),
    ...(type === 'SecureString' && { keyId: input.KeyId ?? DEFAULT_KEY }),
  };
  return { Version: version, Tier: 'Standard' };
}

function describe(world: World, input: DescribeParametersRequest): DescribeParametersResult {
  const wanted = (input.ParameterFilters ?? [])
    .filter(({ Key }) => Key === 'Name')
    .flatMap(({ Values }) => Values ?? []);
  const found = Object.values(world.store.document.parameters).filter(
    ({ name }) => input.ParameterFilters === undefined || wanted.includes(name),
  );
  return {
    Parameters: found.map((parameter) => ({
      Name: parameter.name,
      ARN: arnOf(world, parameter.name),
      Type: parameter.type as client.ParameterType,
      KeyId: parameter.keyId,
      Version: parameter.version,
      LastModifiedDate: new Date(parameter.modifiedAt),
      Tier: 'Standard',
      DataType: 'text',
    })),
  };
}

function byName(world: World, name: string): ParameterRecord | undefined {
  return world.store.document.parameters[name];
}

function arnOf(world: World, name: string): string {
  return `arn:aws:ssm:${world.store.document.region}:${ACCOUNT_ID}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

function checked(value: string | undefined, member: string): string {
  if (value !== undefined && value !== '') return value;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}
