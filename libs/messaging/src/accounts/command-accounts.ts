import { spawn } from 'node:child_process';
import { CloudError } from '#domain';
import { type BrokerAccounts, definitionsOf } from './account.js';

export interface CommandAccountsOptions {
  /** Gets RabbitMQ's definitions (JSON) on its standard input: `[rabbitmqctl, import_definitions]`. */
  readonly ensure: readonly string[];
  /** Gets the user's name as its last argument: `[rabbitmqctl, delete_user]`. */
  readonly remove: readonly string[];
  /** Of each. */
  readonly timeoutSeconds: number;
}

/** By programs of the operator's choice, on the machine of the cell. */
export const commandAccounts = ({ ensure, remove, timeoutSeconds }: CommandAccountsOptions): BrokerAccounts => ({
  ensure: async account => {
    await run(ensure, JSON.stringify(definitionsOf(account)), timeoutSeconds);
  },
  remove: async user => {
    try {
      await run([...remove, user], '', timeoutSeconds);
    } catch (error) {
      if (!(error instanceof CloudError) || !/no_such_user|does not exist|not found/i.test(error.message)) throw error;
    }
  },
});

/** The input is never shown: what is in it opens the broker. */
const run = ([command = '', ...args]: readonly string[], input: string, timeoutSeconds: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutSeconds * 1000 });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const fail = (reason: string): void =>
      reject(new CloudError('unavailable', `the broker's accounts could not be changed: ${command.split('/').at(-1)} ${reason}`));
    child.once('error', error => fail(`cannot be run: ${error.message}`));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else fail(signal ? `took more than ${timeoutSeconds} s` : `ended with ${code}: ${lastLines(said.join(''))}`);
    });
    child.stdin.once('error', () => undefined);
    child.stdin.end(input);
  });

const lastLines = (text: string): string =>
  text
    .split('\n')
    .filter(line => line.trim() !== '')
    .slice(-3)
    .join(' | ')
    .slice(0, 400);
