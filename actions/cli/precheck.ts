import { isBlocked } from '../checks/report';
import { runPrechecks } from '../checks/run-checks';
import { UpgradeError } from '../engine/errors';
import { precheckObject } from '../view/precheck-json';
import { renderPrecheckMarkdown } from '../view/precheck-markdown';
import { renderPrecheckText } from '../view/precheck-text';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

interface PrecheckOptions extends CommonOptions {
  readonly format?: string;
}

/** Read-only. Exit 0: nothing blocks; 3: an error-level finding does. */
export function precheck(options: PrecheckOptions): Promise<number> {
  return runCommand({ verb: 'precheck', options, access: 'read' }, async ({ config, context, printer, interrupt }) => {
    const cluster = await context.aws.rds.cluster(config.blue.cluster);
    if (!cluster) {
      throw new UpgradeError('blue was not found', {
        code: 'blue-not-found',
        source: 'aws',
        hint: `There is no cluster \`${config.blue.cluster}\` in ${config.region} for this AWS identity. Check \`blue.cluster\` and \`region\` in upgrade.yaml, and the AWS profile.`,
      });
    }
    const report = await runPrechecks({
      server: await context.mysql.connect('blue'),
      aws: context.aws,
      config,
      sourceVersion: cluster.engineVersion,
      targetVersion: config.green.engineVersion,
      emit: () => undefined,
      clock: context.clock,
      signal: interrupt,
    });
    printer.result({
      text: options.format === 'markdown' ? renderPrecheckMarkdown(report) : renderPrecheckText(report),
      json: precheckObject(report),
    });
    return isBlocked(report) ? EXIT.refused : EXIT.done;
  });
}
