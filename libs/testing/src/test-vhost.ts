import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { testEnvironment } from './test-environment.js';

export interface VhostRights {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export interface TestVhost {
  readonly name: string;
  /** For an account with all rights. */
  readonly url: string;
  /** Makes an account with these rights (regular expressions over names of queues and exchanges), and gives its URL. */
  account(rights: VhostRights): Promise<string>;
  /** How many channels are open in it. */
  channels(): Promise<number>;
  drop(): Promise<void>;
}

const ALL = '.*';

/** A new, empty virtual host of its own. Call `drop` when the test is over. */
export const testVhost = async (): Promise<TestVhost> => {
  const server = testEnvironment('CANOPY_TEST_RABBITMQ');
  const name = `test-${randomBytes(6).toString('hex')}`;
  const owner = new URL(server).username;
  const users: string[] = [];
  await erlang(
    `ok = rabbit_vhost:add(${binary(name)}, ${binary(ACTOR)}), ${permission(owner, name, { configure: ALL, write: ALL, read: ALL })}`,
  );
  return {
    name,
    url: `${server}/${name}`,
    account: async rights => {
      const user = `user-${randomBytes(6).toString('hex')}`;
      users.push(user);
      await erlang(
        `rabbit_auth_backend_internal:add_user(${binary(user)}, ${binary('secret')}, ${binary(ACTOR)}), ${permission(user, name, rights)}`,
      );
      const url = new URL(server);
      url.username = user;
      url.password = 'secret';
      url.pathname = `/${name}`;
      return url.href;
    },
    channels: async () => {
      const answer = await erlang(`length([x || [{vhost, V}] <- rabbit_channel:info_all([vhost]), V =:= ${binary(name)}])`);
      return Number(/\d+/.exec(answer)?.[0]);
    },
    drop: async () => {
      const deleted = users.map(user => `rabbit_auth_backend_internal:delete_user(${binary(user)}, ${binary(ACTOR)})`);
      await erlang([`rabbit_vhost:delete(${binary(name)}, ${binary(ACTOR)})`, ...deleted].join(', '));
    },
  };
};

const ACTOR = 'test';
const binary = (text: string): string => `<<"${text.replace(/["\\]/g, '\\$&')}">>`;
const permission = (user: string, vhost: string, { configure, write, read }: VhostRights): string =>
  `ok = rabbit_auth_backend_internal:set_permissions(${[user, vhost, configure, write, read, ACTOR].map(binary).join(', ')})`;

/**
 * Evaluates expressions inside the broker, and gives what the last of them is, as Erlang prints it. erl_call comes with Erlang and takes
 * a tenth of a second, rabbitmqctl takes one.
 * @throws Error with what Erlang answered.
 */
const erlang = (expressions: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const args = [
      '-address',
      testEnvironment('CANOPY_TEST_RABBITMQ_CONTROL'),
      '-c',
      testEnvironment('CANOPY_TEST_RABBITMQ_COOKIE'),
      // Two callers of one name, which they have by default, are not let in at the same moment.
      '-h',
      `test${randomBytes(8).toString('hex')}`,
      '-timeout',
      '20',
      '-e',
    ];
    const child = spawn('erl_call', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    child.once('error', reject);
    child.once('close', code =>
      code === 0 && !output.includes('{error,') ? resolve(output) : reject(new Error(`erl_call failed: ${output.trim()}`)),
    );
    child.stdin.end(`${expressions}.\n`);
  });
