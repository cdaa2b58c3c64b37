/** The provider as the protocol knows it, free of transport: requests and responses are plain objects. */
import { EC2Client } from '@aws-sdk/client-ec2';
import { RDSClient } from '@aws-sdk/client-rds';
import { isWhollyKnown } from './compare';
import { planChange, type ProviderSettings } from './plan';
import { RESOURCES } from './resources/catalogue';
import type { Session } from './resources/resource';
import { isResourceType, RESOURCE_SCHEMAS, type ResourceType } from './schema/catalogue';
import { PROVIDER } from './schema/provider';
import { wireSchema } from './schema/wire-schema';
import { conform, soleBlock, textOf, withoutUnknowns } from './state';
import {
  attributesOf,
  decodeValue,
  encodeValue,
  isAttributes,
  type Attributes,
  type DynamicValue,
} from './wire/values';

/** Fields of a request, as the transport names them. */
export interface ProviderRequest {
  readonly typeName?: string;
  readonly id?: string;
  readonly config?: DynamicValue;
  readonly currentState?: DynamicValue;
  readonly priorState?: DynamicValue;
  readonly proposedNewState?: DynamicValue;
  readonly plannedState?: DynamicValue;
  readonly rawState?: { readonly json?: Uint8Array };
}

export type ProviderMethod = (request: ProviderRequest) => object | Promise<object>;

export interface Provider {
  readonly methods: Readonly<Record<string, ProviderMethod>>;
}

export function createProvider(): Provider {
  const stopping = new AbortController();
  let configured: { readonly session: Session; readonly settings: ProviderSettings } | undefined;

  function connected(): { readonly session: Session; readonly settings: ProviderSettings } {
    if (!configured) throw new Error('the provider has not been configured');
    return configured;
  }

  const methods: Record<string, ProviderMethod> = {
    GetMetadata: () => ({ resources: Object.keys(RESOURCE_SCHEMAS).map((typeName) => ({ typeName })) }),

    GetSchema: () => ({
      provider: wireSchema(PROVIDER),
      resourceSchemas: Object.fromEntries(
        Object.entries(RESOURCE_SCHEMAS).map(([name, schema]) => [name, wireSchema(schema)]),
      ),
    }),

    GetFunctions: () => ({}),

    PrepareProviderConfig: ({ config }) => ({ preparedConfig: config }),

    Configure({ config }) {
      const settings = settingsOf(attributesOf(decodeValue(config)) ?? {});
      const { region } = settings;
      configured = {
        settings,
        session: { region, signal: stopping.signal, rds: new RDSClient({ region }), ec2: new EC2Client({ region }) },
      };
      return {};
    },

    ValidateResourceTypeConfig(request) {
      const problems = RESOURCES[typeOf(request)].validate?.(attributesOf(decodeValue(request.config)) ?? {}) ?? [];
      return { diagnostics: problems.map((summary) => ({ severity: 'ERROR', summary })) };
    },

    ValidateDataSourceConfig: () => ({}),

    UpgradeResourceState(request) {
      const schema = RESOURCE_SCHEMAS[typeOf(request)];
      const stored = attributesOf(decodeValue(request.rawState));
      return { upgradedState: encodeValue(stored && conform(schema, stored)) };
    },

    async ReadResource(request) {
      const state = attributesOf(decodeValue(request.currentState));
      if (!state) return { newState: request.currentState };
      const seen = await RESOURCES[typeOf(request)].read(state, connected().session);
      return { newState: encodeValue(seen ?? null) };
    },

    PlanResourceChange(request) {
      const schema = RESOURCE_SCHEMAS[typeOf(request)];
      const proposed = attributesOf(decodeValue(request.proposedNewState));
      const config = attributesOf(decodeValue(request.config));
      if (!proposed || !config) return { plannedState: request.proposedNewState };
      const prior = attributesOf(decodeValue(request.priorState));
      const { planned, replaces } = planChange(schema, prior, config, connected().settings);
      return {
        plannedState: encodeValue(planned),
        requiresReplace: replaces.map((attributeName) => ({ steps: [{ attributeName }] })),
        legacyTypeSystem: schema.isLegacy,
      };
    },

    async ApplyResourceChange(request) {
      const type = typeOf(request);
      const prior = attributesOf(decodeValue(request.priorState));
      const planned = attributesOf(decodeValue(request.plannedState));
      const { state, error } = await apply(type, prior, planned && withoutUnknowns(planned), connected().session);
      return {
        newState: encodeValue(state),
        legacyTypeSystem: RESOURCE_SCHEMAS[type].isLegacy,
        ...(error === undefined ? {} : { diagnostics: [errorDiagnostic(error)] }),
      };
    },

    ImportResourceState(request) {
      const typeName = typeOf(request);
      // As the real provider: what is imported is in the provider's region.
      const { region } = connected().settings;
      const state = conform(RESOURCE_SCHEMAS[typeName], { id: request.id ?? '', region });
      return { importedResources: [{ typeName, state: encodeValue(state) }] };
    },

    ReadDataSource({ typeName }) {
      throw new Error(`the lab's provider has no data source ${typeName ?? ''}`);
    },

    Stop() {
      stopping.abort(new Error('interrupted'));
      return {};
    },
  };

  return {
    methods: Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, withDiagnostics(method)])),
  };
}

/** The state that is true afterwards, even when something failed: a half-made resource must not be forgotten. */
async function apply(
  type: ResourceType,
  prior: Attributes | null,
  planned: Attributes | null,
  session: Session,
): Promise<{ readonly state: Attributes | null; readonly error?: unknown }> {
  const resource = RESOURCES[type];
  let state = prior;
  try {
    if (prior && !planned) {
      await resource.delete(prior, session);
      return { state: null };
    }
    if (!planned) return { state };
    if (prior) {
      await resource.update(prior, planned, session);
      state = planned;
    } else {
      state = { ...planned, id: await resource.create(planned, session) };
      await resource.settle?.(planned, session);
    }
    const seen = await resource.read(state, session);
    if (!seen) throw new Error(`${type} has disappeared right after it was changed`);
    return { state: seen };
  } catch (error) {
    return { state, error };
  }
}

function settingsOf(config: Attributes): ProviderSettings {
  const tags = soleBlock(config, 'default_tags')?.['tags'] ?? null;
  const region = textOf(config, 'region') ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (region === undefined) throw new Error('no region: set it in the provider block or in AWS_REGION');
  return {
    region,
    defaultTags:
      isAttributes(tags) && isWhollyKnown(tags)
        ? Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]))
        : {},
  };
}

function typeOf({ typeName }: ProviderRequest): ResourceType {
  if (typeName !== undefined && isResourceType(typeName)) return typeName;
  throw new Error(`the lab's provider has no resource type ${typeName ?? ''}`);
}

/** Terraform adds the address of the resource to a diagnostic. */
function withDiagnostics(method: ProviderMethod): ProviderMethod {
  return async (request) => {
    try {
      return await method(request);
    } catch (error) {
      return { diagnostics: [errorDiagnostic(error)] };
    }
  };
}

function errorDiagnostic(error: unknown): object {
  return { severity: 'ERROR', summary: error instanceof Error ? error.message : String(error) };
}
