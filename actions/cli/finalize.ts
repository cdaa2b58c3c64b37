import { UpgradeError } from '../engine/errors';
import { planningContext, planSteps } from '../engine/planner';
import { runSteps } from '../engine/runner';
import { stepsOf } from '../steps/catalogue';
import { deleteBlue } from '../steps/finalize/delete-blue';
import { approve } from './approve';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { refuseDuringSwitch } from './refuse-during-switch';
import { renderPlanText } from '../view/plan-text';
import { configHash } from '../config/load';

interface FinalizeOptions extends CommonOptions {
  readonly delete?: boolean;
}

export function finalize(options: FinalizeOptions): Promise<number> {
  return runCommand({ verb: 'finalize', options, access: 'write' }, async (command) => {
    const { session, context, printer, config, interrupt } = command;
    refuseDuringSwitch(session.state);
    const { phase } = session.state;
    if (phase !== 'switched' && phase !== 'finalized') {
      throw new UpgradeError(`finalize does not fit the phase ${phase}`, {
        code: 'phase-refused',
        source: 'user',
        hint: 'It gives up the way back from green, so green must serve: run `npm run cutover` first. To give up the upgrade instead, run `npm run undo`. Nothing was changed.',
      });
    }
    const steps = [...stepsOf('finalize'), ...(options.delete === true ? [deleteBlue] : [])];
    const section = await planSteps('finalize', 'Give up the way back', steps, planningContext(context));
    if (options.json !== true && options.autoApprove !== true) {
      const { lineage, serial } = session.state;
      printer.result({
        text: renderPlanText({
          format: 1,
          name: config.name,
          lineage,
          stateSerial: serial,
          configHash: configHash(config),
          sections: [section],
          notCarried: [],
        }),
        json: {},
      });
    }
    const question =
      options.delete === true
        ? 'Give up the way back and DELETE blue (a final snapshot is kept)?'
        : 'Give up the way back and stop blue?';
    await approve(options, question, config.blue.cluster, interrupt);
    await runSteps(steps, context, session);
    if (session.state.phase !== 'finalized') await session.update((state) => ({ ...state, phase: 'finalized' }));
    printer.result({
      text:
        options.delete === true
          ? 'Finalized: green serves, blue is deleted, its final snapshot is kept.'
          : 'Finalized: green serves, blue is stopped. RDS starts a stopped cluster again by itself after 7 days; `npm run finalize -- --delete` deletes it with a final snapshot.',
      json: { type: 'finalize', phase: 'finalized', deleted: options.delete === true },
    });
    return EXIT.done;
  });
}
