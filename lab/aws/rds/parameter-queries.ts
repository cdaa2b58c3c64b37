import type {
  DBClusterParameterGroupDetails,
  DBParameterGroupDetails,
  DescribeDBClusterParametersMessage,
  DescribeDBParametersMessage,
  DescribeEngineDefaultClusterParametersMessage,
  DescribeEngineDefaultClusterParametersResult,
  DescribeEngineDefaultParametersMessage,
  DescribeEngineDefaultParametersResult,
  EngineDefaults,
  Filter,
  Parameter,
} from '@aws-sdk/client-rds';
import { invalidParameterValue, required } from '../aws-error';
import type { ParameterGroupRecord } from '../document';
import { pageOf } from '../paging';
import type { ParameterDefinition } from '../parameters/definition';
import { isFamily } from '../parameters/families';
import { definitionsOf, type Level } from '../parameters/rules';
import type { Handlers, World } from '../world';
import { filterValues } from './filters';
import { groupByName } from './parameter-group-store';

interface Page {
  readonly Source?: string | undefined;
  readonly Filters?: Filter[] | undefined;
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

export function parameterQueries(world: World): Handlers {
  const details = (level: Level, name: string | undefined, page: Page) => {
    const parameters = parametersOfGroup(level, groupByName(world, level, name));
    const { items, marker } = pageOf(chosen(parameters, page), page);
    return { Marker: marker, Parameters: [...items] };
  };
  const defaults = (level: Level, family: string | undefined, page: Page): EngineDefaults => {
    const name = required(family, 'DBParameterGroupFamily');
    if (!isFamily(name)) throw invalidParameterValue(`Invalid DB parameter group family: ${name}`);
    const parameters = definitionsOf(level, name).map((definition) => toParameter(definition, undefined));
    const { items, marker } = pageOf(chosen(parameters, page), page);
    return { DBParameterGroupFamily: name, Marker: marker, Parameters: [...items] };
  };
  return {
    DescribeDBClusterParameters: (input: DescribeDBClusterParametersMessage): DBClusterParameterGroupDetails =>
      details('cluster', input.DBClusterParameterGroupName, input),
    DescribeDBParameters: (input: DescribeDBParametersMessage): DBParameterGroupDetails =>
      details('instance', input.DBParameterGroupName, input),
    DescribeEngineDefaultClusterParameters: (
      input: DescribeEngineDefaultClusterParametersMessage,
    ): DescribeEngineDefaultClusterParametersResult => ({
      EngineDefaults: defaults('cluster', input.DBParameterGroupFamily, input),
    }),
    DescribeEngineDefaultParameters: (
      input: DescribeEngineDefaultParametersMessage,
    ): DescribeEngineDefaultParametersResult => ({
      EngineDefaults: defaults('instance', input.DBParameterGroupFamily, input),
    }),
  };
}

function parametersOfGroup(level: Level, group: ParameterGroupRecord): Parameter[] {
  return definitionsOf(level, group.family).map((definition) => toParameter(definition, group.values[definition.name]));
}

function toParameter(
  definition: ParameterDefinition,
  set: ParameterGroupRecord['values'][string] | undefined,
): Parameter {
  return {
    ParameterName: definition.name,
    ParameterValue: set?.value ?? definition.defaultValue,
    Description: `The server's ${definition.name} setting.`,
    Source: set !== undefined ? 'user' : definition.defaultValue === undefined ? 'engine-default' : 'system',
    ApplyType: definition.applyType,
    DataType: definition.dataType,
    AllowedValues: definition.allowedValues === '' ? undefined : definition.allowedValues,
    IsModifiable: definition.isModifiable,
    ApplyMethod: set?.applyMethod ?? 'pending-reboot',
    SupportedEngineModes: ['provisioned'],
  };
}

function chosen(parameters: readonly Parameter[], page: Page): Parameter[] {
  const names = filterValues(page.Filters, 'parameter-name');
  return parameters.filter(
    ({ Source, ParameterName }) =>
      (page.Source === undefined || Source === page.Source) &&
      (names?.includes((ParameterName ?? '').toLowerCase()) ?? true),
  );
}
