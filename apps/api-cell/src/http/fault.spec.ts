import { expect, it } from 'vitest';
import { faultOf } from './fault.js';

const errorWith = (marks: object): Error => Object.assign(new Error('what only the log may tell'), marks);

it('a database that is away is no fault of the service: the client may try again', () => {
  for (const marks of [
    { code: 'ECONNREFUSED', fatal: true },
    { code: 'PROTOCOL_CONNECTION_LOST', fatal: true },
    { driverError: { code: 'ER_SERVER_SHUTDOWN' } },
    { code: 'ER_OPTION_PREVENTS_STATEMENT', sqlState: 'HY000' },
  ]) {
    const { status, message } = faultOf(errorWith(marks));
    expect([status, message]).toEqual([503, 'The database does not answer now: try again later.']);
  }
});

it('an error that nobody foresaw tells nothing of the inside', () => {
  for (const marks of [{}, { code: 'ENOENT' }, { code: 'ER_PARSE_ERROR', sqlState: '42000' }]) {
    const { status, message } = faultOf(errorWith(marks));
    expect([status, message.includes('what only the log may tell')]).toEqual([500, false]);
  }
});
