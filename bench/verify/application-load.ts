/** Runs `application.ts` in a child process and asks it for its times. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { childModule } from '../../lab/writers/child-module';
import type { ApplicationOptions, ApplicationRequest } from './application';

export class ApplicationLoad {
  private constructor(private readonly child: ChildProcess) {}

  static async start(options: ApplicationOptions): Promise<ApplicationLoad> {
    const { file, execArgv } = childModule(join(__dirname, 'application'));
    const child = fork(file, [], { execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const load = new ApplicationLoad(child);
    await load.ask({ type: 'start', options });
    return load;
  }

  /** Of the transactions since the last call, in ms. */
  times(): Promise<readonly number[]> {
    return this.ask({ type: 'mark' });
  }

  /** Resolves when no connection of it is left. */
  async stop(): Promise<void> {
    if (!this.child.connected) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await ended;
  }

  private ask(request: ApplicationRequest): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      const gone = (): void => {
        reject(new Error('the application of the bench has ended'));
      };
      this.child.once('exit', gone);
      this.child.once('message', (times: readonly number[]) => {
        this.child.off('exit', gone);
        resolve(times);
      });
      this.child.send(request);
    });
  }
}
