import { EXIT } from './exit-codes';

const USAGE = `aurora-cutover lab up [--pair 57-97|57-57|97-97] [--dir DIR] [--json]
aurora-cutover lab status [--dir DIR] [--json]
aurora-cutover lab down [--dir DIR]

Real MySQL servers of two versions on this machine, made to look like Aurora: see lab/README.md.`;

/** The lab is no part of the tool: only \`lab\` and \`rehearse\` reach into it. */
export async function lab(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'up':
      return (await import('../../lab/cli/up')).labUp(rest);
    case 'status':
      return (await import('../../lab/cli/status')).labStatus(rest);
    case 'down':
      return (await import('../../lab/cli/down')).labDown(rest);
    default:
      (verb === '--help' || verb === '-h' ? process.stdout : process.stderr).write(`${USAGE}\n`);
      return verb === '--help' || verb === '-h' ? EXIT.done : EXIT.usage;
  }
}
