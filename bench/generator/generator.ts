import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CloudError } from '#domain';
import { type Job, JobResult } from './job.js';

const Reply = z.union([z.object({ result: JobResult }), z.object({ error: z.string() })]);

/** The load generator, as its parent sees it. */
export class Generator {
  private readonly child: ChildProcess;

  constructor() {
    this.child = fork(fileURLToPath(new URL('./process.js', import.meta.url)), { execArgv: [], env: { PATH: process.env.PATH } });
  }

  /** Ends when the job has; one job at a time. @throws CloudError `internal` when the generator's process ends. */
  run(job: Job): Promise<JobResult> {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new CloudError('internal', 'the load generator has ended'));
      this.child.once('exit', onExit);
      this.child.once('message', message => {
        this.child.off('exit', onExit);
        const reply = Reply.parse(message);
        if ('result' in reply) resolve(reply.result);
        else reject(new CloudError('internal', `the load generator: ${reply.error}`));
      });
      this.child.send(job);
    });
  }

  stop(): void {
    this.child.disconnect();
  }
}
