import { loadConfig } from '../config/load';
import { greenNames } from '../config/names';
import { printerFor } from './command';
import { EXIT, exitCodeOf } from './exit-codes';
import type { CommonOptions } from './options';

export function validate(options: CommonOptions): Promise<number> {
  const printer = printerFor(options);
  try {
    const config = loadConfig(options.config);
    const names = greenNames(config);
    printer.result({
      text: `${options.config} is valid: ${config.blue.cluster} -> ${names.cluster} at ${config.green.engineVersion}.`,
      json: { type: 'validate', ok: true, name: config.name, blue: config.blue.cluster, green: names.cluster },
    });
    return Promise.resolve(EXIT.done);
  } catch (error) {
    printer.error(error, { debug: options.debug === true });
    return Promise.resolve(exitCodeOf(error));
  } finally {
    printer.close();
  }
}
