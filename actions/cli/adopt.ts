import { greenNames } from '../config/names';
import { renderAdoption } from '../view/adoption';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

interface AdoptOptions extends CommonOptions {
  readonly blueAddress?: readonly string[];
}

/** Prints the blocks by which a team's own Terraform takes over green and lets go of blue. Changes nothing, asks nobody. */
export function adopt(options: AdoptOptions): Promise<number> {
  return runCommand({ verb: 'adopt', options, access: 'read' }, ({ config, session, printer }) => {
    const names = greenNames(config);
    const { phase, facts } = session.state;
    const text = renderAdoption({
      name: config.name,
      names,
      snapshot: config.green.source === 'snapshot' ? names.snapshot : undefined,
      blue: {
        cluster: config.blue.cluster,
        addresses: options.blueAddress ?? [],
      },
      isOver: phase === 'finalized',
      hasRule: config.network.replicationRules && facts.blue !== undefined,
    });
    printer.result({ text, json: { type: 'adopt', phase, hcl: text } });
    return Promise.resolve(EXIT.done);
  });
}
