import { existsSync, writeFileSync } from 'node:fs';
import { initTemplate } from '../config/init-template';
import { EXIT } from './exit-codes';
import { printerFor } from './command';
import { UpgradeError } from '../engine/errors';
import type { CommonOptions } from './options';

/** Never overwrites: the file may be all that somebody has. */
export function init(options: CommonOptions): Promise<number> {
  const printer = printerFor(options);
  if (existsSync(options.config)) {
    printer.error(
      new UpgradeError(`${options.config} is there already`, {
        code: 'config-exists',
        source: 'user',
        hint: 'Nothing was written. Edit it, or name another file with --config.',
      }),
      { debug: false },
    );
    printer.close();
    return Promise.resolve(EXIT.usage);
  }
  writeFileSync(options.config, initTemplate());
  printer.result({
    text: `Wrote ${options.config}. Edit it, then run \`npm run precheck\`.`,
    json: { type: 'init', file: options.config },
  });
  printer.close();
  return Promise.resolve(EXIT.done);
}
