import { configHash } from '../config/load';
import { parametersIn, PLAN_FORMAT, type PlanSection } from '../engine/plan';
import { endedSwitches } from '../engine/plan-binding';
import type { ParameterPlan } from '../state/format';
import { renderPlanText } from '../view/plan-text';
import type { Command } from './command';

/** What a command is about to do, before it asks for the word. */
export function showSections(
  { config, session, printer }: Command,
  sections: readonly PlanSection[],
  parameters?: ParameterPlan,
): void {
  const { state } = session;
  const text = renderPlanText({
    format: PLAN_FORMAT,
    name: config.name,
    binding: {
      configHash: configHash(config),
      lineage: state.serial === 0 ? null : state.lineage,
      stateSerial: state.serial,
      phase: state.phase,
      endedSwitches: endedSwitches(state),
      terraformSerial: null,
      sides: {},
    },
    terraform: { is: 'not-planned', why: '' },
    sections,
    ...parametersIn(parameters),
    measured: { downtime: [] },
  });
  printer.result({ text, json: {} });
}
