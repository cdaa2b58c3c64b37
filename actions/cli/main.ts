/** The command line: verbs and their options. Each verb's module is loaded only when it is called. */
import { Command, CommanderError } from 'commander';
import { TOOL_VERSION } from '../view/tool-version';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

type Options = CommonOptions & Record<string, unknown>;

/** Answers the exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  // The lab parses its own words, so that its options stay with it.
  if (args[0] === 'lab') return (await import('./lab')).lab(args.slice(1));
  let code: number = EXIT.done;
  const program = build((verb) => async (...received: unknown[]) => {
    code = await verb((received[received.length - 2] ?? {}) as Options, received.slice(0, -2) as string[]);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}

type Load = (options: Options, args: readonly string[]) => Promise<number>;

function build(run: (verb: Load) => (...received: unknown[]) => Promise<void>): Command {
  const program = new Command('aurora-cutover')
    .description(
      'Moves an Aurora MySQL cluster to another major version, with seconds of write downtime and a way back.',
    )
    .version(TOOL_VERSION)
    .exitOverride()
    .showHelpAfterError(
      'Run `aurora-cutover --help` for the verbs and `aurora-cutover <verb> --help` for their options.',
    )
    .addHelpText('after', EXIT_CODES);

  const verb = (name: string, description: string, parent = program): Command =>
    parent
      .command(name)
      .description(description)
      .exitOverride()
      .option('-c, --config <file>', 'the upgrade to work on', process.env['AURORA_CUTOVER_CONFIG'] ?? 'upgrade.yaml')
      .option('--json', 'one JSON object a line on stdout, a version line first')
      .option('--debug', 'show stack traces');
  const changing = (name: string, description: string): Command =>
    verb(name, description).option('--auto-approve', 'do not ask; for scripts');

  verb('init', 'write a commented upgrade.yaml to begin with').action(
    run(async (options) => (await import('./init')).init(options)),
  );
  verb('validate', 'check upgrade.yaml without connecting to anything').action(
    run(async (options) => (await import('./validate')).validate(options)),
  );
  verb('precheck', 'read-only: is blue fit to be upgraded? On upgrade.yaml, or with --host on any MySQL')
    .option('--target <version>', 'version to move to, such as 8.0.36; default: green.engineVersion')
    .option('--only <ids...>', 'run these checks only; ids separated by commas')
    .option('--skip <ids...>', 'leave these checks out')
    .option('--host <host>', 'check this server, without AWS and without upgrade.yaml')
    .option('--port <port>', 'its port', '3306')
    .option('--user <user>', 'its account; the password comes from MYSQL_PWD, else it is asked for')
    .option('--tls <mode>', 'verified, unverified or off; default: verified, on this machine unverified')
    .option('--ca <file>', 'PEM file of the authority that signed the certificate of --host')
    .option('--all', 'every finding, not only the first of each check')
    .option('--format <format>', 'text, markdown, junit or html', 'text')
    .option('--check-tables', 'also CHECK TABLE ... FOR UPGRADE, which reads every table')
    .option('--max-tables <n>', 'leave out what opens every table when there are more (default: 100000)')
    .option(
      '--log [file]',
      "explain upgrade-prechecks.log: this file, else that of green's writer after a failed upgrade",
    )
    .option(
      '--oracle <where>',
      'also create all that is stored on a throw-away server of the target version: lab on this machine, clone on AWS',
    )
    .option('--on-clone', 'check what is stored on a clone of blue, with CHECK TABLE; the clone is deleted afterwards')
    .option(
      '--probe-fences',
      'also try each fence on blue, which stops nobody; account-lock makes and drops an account',
    )
    .option('--fix-script <file>', 'write the cures as SQL to be read and decided by a person; nothing is executed')
    .action(run(async (options) => (await import('./precheck')).precheck(options)));
  verb('plan', 'show what the remaining way will do, down to each statement and call')
    .option('--out <prefix>', 'also write <prefix>.plan.json and <prefix>.plan.md, for a pull request')
    .option('--terraform', 'also ask Terraform what it would change (takes seconds)')
    .option('--check <file>', 'compare with a saved plan: exit 0 the same, 2 different (with the difference), 1 error')
    .option('--format <format>', 'text or markdown', 'text')
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .action(run(async (options) => (await import('./plan')).plan(options)));
  verb('show', 'print the state file').action(run(async (options) => (await import('./show')).show(options)));
  changing('apply', 'prepare blue; once green is deployed: replicate and prove it. Never cuts over')
    .option('--allow-reboot', "allow the reboot of blue's writer that turning the binary log on needs: an outage")
    .option('--plan <file>', 'refuse unless this saved plan still fits')
    .option('--dry-run', 'print the exact calls, make none')
    .action(run(async (options) => (await import('./apply')).apply(options)));
  verb('verify', 'compare the data of blue and green, table by table, while writes go on; read-only')
    .option('--tables <names...>', 'only these: schema.table, schema.* or several separated by commas')
    .option('--sample <share>', 'compare this part of the chunks only, such as 10%')
    .option('--resume', 'go on with a verification that was interrupted')
    .option('--schema', 'compare the schema instead: tables, columns, indexes, foreign keys, programs')
    .option('--accounts', 'compare the accounts instead: who could not log in on green, or could do less there')
    .option('--parameters', 'compare the parameters instead: translation, live values, reboots that are pending')
    .option('--topology', 'compare the clusters instead: instances, network, encryption, backups, what hangs on them')
    .option('--values', 'also show the values of rows that differ')
    .option('--max-differences <n>', 'rows of a table to list (default: 100)')
    .option('--chunk-time <duration>', 'how long one read may take (default: 500ms)')
    .option('--rest <n>', 'rest after a read, in lengths of it, while others use the server (default: 4)')
    .option('--max-lag <duration>', 'wait while the replica is further behind (default: 10s)')
    .option('--max-running <n>', 'wait while others run more statements at once (default: 32)')
    .option('--keyless-rows <n>', 'up to so many rows a table without a key is read in one piece (default: 1000000)')
    .action(run(async (options) => (await import('./verify')).verify(options)));
  verb('trial', 'run your test suite (trial.command) on a clone of green, which is deleted afterwards')
    .option('--keep', 'leave the clone until it expires')
    .option('--clean', 'delete the clone that an earlier trial has left, and do nothing else')
    .action(run(async (options) => (await import('./trial')).trial(options)));
  const reading = (name: string, description: string): Command =>
    verb(name, description)
      .option('--file <file>', 'statements of this file instead: ended by `;`, or a slow query log')
      .option('--listen <duration>', 'first look for this long at what runs, such as 60s')
      .option('--statements <n>', 'kinds of reads, the costliest first (default: 200)')
      .option('--values', 'also show statements with their values')
      .option(
        '--statement-time <duration>',
        'a statement is ended after this (default: 30s; 5s for a replay on the writer that serves)',
      )
      .option('--max-lag <duration>', 'wait while replication is further behind (default: 10s)')
      .option('--max-running <n>', 'wait while others run more statements at once (default: 32)');
  reading('prewarm', "run the application's costliest reads on the side that will serve, so that its cache is warm")
    .option('--for <duration>', 'the longest time (default: 10m)')
    .option('--connections <n>', 'connections to each instance (default: 4)')
    .option('--no-readers', 'the writer only')
    .action(run(async (options) => (await import('./prewarm')).prewarm(options)));
  reading('replay', "run the application's costliest reads on both sides and compare rows, warnings, errors and time")
    .option('--runs <n>', 'runs of each statement on each side, of which the fastest counts (default: 2)')
    .option('--rows <n>', 'rows of an answer to compare (default: 10000)')
    .action(run(async (options) => (await import('./replay')).replay(options)));
  verb('status', 'phase, lag, positions, and the next command')
    .option('--terraform', 'also ask Terraform what it would change (takes seconds)')
    .option('--watch', 'repeat until interrupted')
    .option('--interval <seconds>', 'time between two looks', '2')
    .option('--rebuild-state', 'derive a lost or spoilt state anew from the servers; the old one is kept beside it')
    .option('--auto-approve', 'with --rebuild-state: replace also a state that can be read')
    .action(
      run(async (options) =>
        options['rebuildState'] === true
          ? (await import('./rebuild-state')).rebuild(options)
          : (await import('./status')).status(options),
      ),
    );
  for (const direction of ['cutover', 'rollback'] as const) {
    changing(
      direction,
      direction === 'cutover' ? 'switch writes from blue to green' : 'go back: switch writes from green to blue',
    )
      .option('--plan <file>', 'refuse unless this saved plan still fits')
      .option('--dry-run', 'print the exact calls, make none')
      .option(
        '--wait-for-quiet [duration]',
        'wait until every gate is open instead of refusing, at most this long (default: 30m)',
      )
      .option('--at <time>', 'begin at this time: HH:MM of today, or ISO 8601; local unless it says a zone')
      .option('--go-file <path>', 'begin when somebody creates this file; refused when it is there already')
      .option('--no-watchdog', 'do not start the process that finishes the switch should this one die')
      .option('--waive <code...>', 'go on although the error of this code was met; recorded in the journal')
      .action(run(async (options) => (await import('./switch')).runSwitch(direction, options)));
  }
  program
    .command('watchdog', { hidden: true })
    .argument('<direction>')
    .option('-c, --config <file>', '', 'upgrade.yaml')
    .action(
      run(async (options, args) =>
        (await import('./watchdog')).watchdog(args[0] === 'rollback' ? 'rollback' : 'cutover', options),
      ),
    );
  changing('finalize', 'give up the way back and stop blue')
    .option('--delete', 'delete blue, which must be stopped or refuse writes, with a final snapshot')
    .option('--plan <file>', 'refuse unless this saved plan still fits')
    .option('--dry-run', 'print the exact calls, make none')
    .action(run(async (options) => (await import('./finalize')).finalize(options)));
  verb('adopt', "print the blocks by which a team's own Terraform takes over green and lets go of blue")
    .option('--blue-address <address...>', 'where that Terraform has blue, such as aws_rds_cluster.orders')
    .action(run(async (options) => (await import('./adopt')).adopt(options)));
  changing('undo', 'before the cutover: end replication and take back what apply did on blue')
    .option('--changes', 'only the schema changes that were made on green, while it is there')
    .option('--allow-data-loss', 'with --changes: also drop columns and tables that they have added')
    .action(
      run(async (options) =>
        options['changes'] === true
          ? (await import('./undo-changes')).undoChanges(options)
          : (await import('./undo')).undo(options),
      ),
    );
  const audit = program.command('audit').description('the record of who did what').exitOverride();
  verb('verify', 'whether the audit of this machine is whole: nothing changed, left out or cut off', audit)
    .option('--file <file>', 'the audit of another machine')
    .option('--host <host>', 'the name of that machine')
    .action(run(async (options) => (await import('./audit')).auditVerify(options)));
  const state = program.command('state').description('where the state lies').exitOverride();
  verb('migrate', 'move the state to another place, which a team shares or this machine keeps', state)
    .requiredOption('--to <place>', 's3://bucket/key or a path')
    .action(run(async (options) => (await import('./state')).stateMigrate(options)));
  verb('unlock', 'remove a lock whose holder is gone')
    .argument('<id>', 'the id that the refusal names')
    .action(run(async (options, args) => (await import('./unlock')).unlock(options, args[0] ?? '')));
  program
    .command('rehearse')
    .description('the whole way on this machine: real servers, write load, cutover and rollback; needs no AWS')
    .exitOverride()
    .option('--pair <pair>', '57-97, 57-57 or 97-97', '57-97')
    .option('--writers <n>', 'connections that write all the time', '8')
    .option('--seconds <n>', 'write load before and after each switch', '5')
    .option('--dir <dir>', 'where the lab lives', 'rehearsal')
    .option('--keep', 'leave the lab running')
    .option('--json', 'last line: the result as one object')
    .action(run(async (options) => (await import('./rehearse')).rehearse(options)));
  program
    .command('lab')
    .description('up, status, down: the lab by itself (`aurora-cutover lab up --help`)')
    .exitOverride();
  return program;
}

const EXIT_CODES = `
Exit codes: 0 done · 1 failed · 2 plan --detailed-exitcode: changes · 3 refused before any effect ·
4 cutover aborted and undone, the old side serves · 5 a person is needed now · 6 state locked or a cutover under way ·
64 wrong usage · 130 interrupted before any effect`;
