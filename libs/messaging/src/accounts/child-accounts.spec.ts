import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { childRights } from '../child-rights.js';
import { brokerAccounts } from './child-accounts.js';

const account = { user: 'api.cell-west', passwordHash: 'HASH', vhost: 'api', rights: childRights('west') };
const definitions = {
  users: [{ name: 'api.cell-west', password_hash: 'HASH', hashing_algorithm: 'rabbit_password_hashing_sha256', tags: '' }],
  permissions: [{ user: 'api.cell-west', vhost: 'api', configure: '^$', write: '^cell\\.up$', read: '^cell\\.west\\.down$' }],
};

const node = (script: string): string[] => [process.execPath, '-e', script];
const command = (ensure: string[], remove: string[] = ensure) => brokerAccounts({ kind: 'command', ensure, remove, timeoutSeconds: 10 });
const WANTED = `let text = ''; process.stdin.on('data', chunk => (text += chunk)).on('end', () => process.exit(text === ${JSON.stringify(JSON.stringify(definitions))} ? 0 : 3));`;

describe('accounts made by a command', () => {
  it('are told to it as definitions, on its standard input', async () => {
    await expect(command(node(WANTED)).ensure(account)).resolves.toBeUndefined();
    await expect(command(node(WANTED)).ensure({ ...account, user: 'x' })).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('that fails are an error in its words, without what it was told', async () => {
    const failing = command(node("console.error('node is down'); process.exit(69)"));
    await expect(failing.ensure(account)).rejects.toThrow(/ended with 69: node is down$/);
    await expect(failing.ensure(account)).rejects.not.toThrow('HASH');
    await expect(command(['/no/such/program']).ensure(account)).rejects.toThrow(/program cannot be run/);
  });

  it('that are gone already are removed', async () => {
    await expect(
      command([], node('console.error(\'Error: User "x" does not exist\'); process.exit(67)')).remove('x'),
    ).resolves.toBeUndefined();
    await expect(command([], node('process.exit(1)')).remove('x')).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('accounts made by the management API', () => {
  it('are sent to it with the operator’s credentials', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', chunk => {
        text += chunk;
      });
      request.on('end', () => {
        asked.push(`${request.method} ${request.url} ${request.headers.authorization} ${text}`);
        response.writeHead(request.method === 'DELETE' ? 404 : 201).end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    const accounts = brokerAccounts({ kind: 'management', url: `http://root:p%40ss@127.0.0.1:${port}`, timeoutSeconds: 5 });
    await accounts.ensure(account);
    await accounts.remove(account.user);
    await new Promise(resolve => server.close(resolve));
    const credentials = `Basic ${Buffer.from('root:p@ss').toString('base64')}`;
    expect(asked).toEqual([
      `POST /api/definitions ${credentials} ${JSON.stringify(definitions)}`,
      `DELETE /api/users/api.cell-west ${credentials} `,
    ]);
    await expect(accounts.ensure(account)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('does not answer'),
    });
  });
});
