/** The Terraform part of a plan as a section like the others. Pure. */
import type { PlannedStep, PlannedTerraform, PlanSection } from '../engine/plan';
import type { Check } from '../engine/step';
import type { Phase } from '../state/format';

export function terraformSection(terraform: PlannedTerraform, phase: Phase): PlanSection {
  const isFirst = phase === 'new' || phase === 'prepared';
  return {
    command: 'cdktf deploy',
    title: isFirst ? 'Terraform makes green' : 'What Terraform would change now',
    steps: stepsOf(terraform),
  };
}

function stepsOf(terraform: PlannedTerraform): readonly PlannedStep[] {
  if (terraform.is === 'not-planned')
    return [step('terraform', 'Not planned', { is: 'later', waitsFor: terraform.why, changes: [] })];
  if (terraform.changes.length === 0)
    return [step('terraform', 'Nothing pending', { is: 'done', evidence: 'terraform plan is empty' })];
  return terraform.changes.map(({ address, actions, attributes }) =>
    step(address, `${capital(actions.join(' and '))} ${address}`, {
      is: 'needed',
      changes: attributes.map((name) => ({
        kind: 'value',
        what: `${address} ${name}`,
        before: 'as it is',
        after: 'as declared (see `npx cdktf diff`)',
      })),
    }),
  );
}

function step(id: string, title: string, check: Check): PlannedStep {
  return { id, title, check, blocksWrites: false, commitPoint: false, undo: 'Terraform owns it' };
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
