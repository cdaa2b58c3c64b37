import type {
  DBClusterParameterGroupNameMessage,
  DBParameterGroupNameMessage,
  ModifyDBClusterParameterGroupMessage,
  ModifyDBParameterGroupMessage,
  Parameter,
  ResetDBClusterParameterGroupMessage,
  ResetDBParameterGroupMessage,
} from '@aws-sdk/client-rds';
import { invalidParameterCombination, invalidParameterValue, required } from '../aws-error';
import type { ParameterGroupRecord } from '../document';
import { checkValue, combinationProblem, definitionForChange, definitionsOf, type Level } from '../parameters/rules';
import type { Handlers, World } from '../world';
import { recordEvent } from './events';
import { applyChanges, type ParameterChange } from './parameter-effects';
import { groupByName, isDefaultGroup } from './parameter-group-store';

const MAX_PARAMETERS_A_CALL = 20;

export function parameterChanges(world: World): Handlers {
  return {
    ModifyDBClusterParameterGroup(input: ModifyDBClusterParameterGroupMessage): DBClusterParameterGroupNameMessage {
      return {
        DBClusterParameterGroupName: modify(world, 'cluster', input.DBClusterParameterGroupName, input.Parameters),
      };
    },
    ModifyDBParameterGroup(input: ModifyDBParameterGroupMessage): DBParameterGroupNameMessage {
      return { DBParameterGroupName: modify(world, 'instance', input.DBParameterGroupName, input.Parameters) };
    },
    ResetDBClusterParameterGroup(input: ResetDBClusterParameterGroupMessage): DBClusterParameterGroupNameMessage {
      return { DBClusterParameterGroupName: reset(world, 'cluster', input.DBClusterParameterGroupName, input) };
    },
    ResetDBParameterGroup(input: ResetDBParameterGroupMessage): DBParameterGroupNameMessage {
      return { DBParameterGroupName: reset(world, 'instance', input.DBParameterGroupName, input) };
    },
  };
}

function modify(
  world: World,
  level: Level,
  name: string | undefined,
  parameters: readonly Parameter[] | undefined,
): string {
  const group = editableGroup(world, level, name);
  const changes = (parameters ?? []).map((parameter) => changeOf(level, group, parameter));
  if (changes.length === 0) throw invalidParameterValue('At least one parameter must be specified.');
  checkCount(changes.length);
  checkCombinations(level, group, changes);
  for (const { name: parameter, value, method } of changes) {
    group.values[parameter] = { value: value ?? '', applyMethod: method };
  }
  finish(world, level, group, changes);
  return group.name;
}

function reset(
  world: World,
  level: Level,
  name: string | undefined,
  input: { readonly ResetAllParameters?: boolean | undefined; readonly Parameters?: Parameter[] | undefined },
): string {
  const group = editableGroup(world, level, name);
  const named = input.Parameters ?? [];
  if (input.ResetAllParameters === true && named.length > 0) {
    throw invalidParameterCombination('Parameters must not be specified when ResetAllParameters is true.');
  }
  if (input.ResetAllParameters !== true && named.length === 0) {
    throw invalidParameterCombination('Parameters must be specified when ResetAllParameters is false.');
  }
  const all = Object.keys(group.values).map((ParameterName): Parameter => ({
    ParameterName,
    ApplyMethod: 'pending-reboot',
  }));
  if (input.ResetAllParameters !== true) checkCount(named.length);
  const changes = (input.ResetAllParameters === true ? all : named).map((parameter): ParameterChange => {
    const definition = definitionForChange(level, group.family, required(parameter.ParameterName, 'ParameterName'));
    const method = definition.applyType === 'dynamic' ? (parameter.ApplyMethod ?? 'immediate') : 'pending-reboot';
    return {
      name: definition.name,
      value: definition.defaultValue,
      isDynamic: definition.applyType === 'dynamic',
      method,
    };
  });
  const names = changes.map((change) => change.name);
  group.values = Object.fromEntries(Object.entries(group.values).filter(([parameter]) => !names.includes(parameter)));
  finish(world, level, group, changes);
  return group.name;
}

function editableGroup(world: World, level: Level, name: string | undefined): ParameterGroupRecord {
  const group = groupByName(world, level, name);
  if (isDefaultGroup(group.name)) throw invalidParameterValue('Cannot modify a default parameter group.');
  return group;
}

function changeOf(level: Level, group: ParameterGroupRecord, parameter: Parameter): ParameterChange {
  const definition = definitionForChange(level, group.family, required(parameter.ParameterName, 'ParameterName'));
  const value = parameter.ParameterValue ?? '';
  checkValue(definition, value);
  const method = parameter.ApplyMethod ?? 'pending-reboot';
  if (definition.applyType === 'static' && method === 'immediate') {
    throw invalidParameterCombination('cannot use immediate apply method for static parameter');
  }
  return { name: definition.name, value, isDynamic: definition.applyType === 'dynamic', method };
}

function checkCount(count: number): void {
  if (count > MAX_PARAMETERS_A_CALL) {
    throw invalidParameterValue(
      `A maximum of ${String(MAX_PARAMETERS_A_CALL)} parameters can be modified in a single request.`,
    );
  }
}

function checkCombinations(level: Level, group: ParameterGroupRecord, changes: readonly ParameterChange[]): void {
  const valueAfter = (name: string): string =>
    changes.find((change) => change.name === name)?.value ??
    group.values[name]?.value ??
    definitionsOf(level, group.family).find((definition) => definition.name === name)?.defaultValue ??
    '';
  const problem = combinationProblem(
    changes.map(({ name }) => name),
    valueAfter,
  );
  if (problem !== undefined) throw problem;
}

function finish(world: World, level: Level, group: ParameterGroupRecord, changes: readonly ParameterChange[]): void {
  for (const { name, value, method } of changes) {
    const message = `Updated parameter ${name} to ${value ?? 'its default'} with apply method ${method}`;
    recordEvent(world, 'db-parameter-group', group.name, message, ['configuration change']);
  }
  applyChanges(world, level, group.name, changes);
}
