import { describe, expect, it } from 'vitest';
import { Conflict, isConflict, isLost } from './conflict.js';

const refusal = (code: string): Error => Object.assign(new Error(code), { driverError: { code } });

describe('an error of the database', () => {
  it('is a conflict when the same transaction may succeed at once', () => {
    for (const error of [new Conflict('a claim'), refusal('ER_LOCK_DEADLOCK'), refusal('ER_DUP_ENTRY')]) {
      expect([error.message, isConflict(error), isLost(error)]).toEqual([error.message, true, false]);
    }
  });

  it('is no fault of the transaction while the server is away, hung up, read-only or has a full disk', () => {
    const codes = ['ECONNREFUSED', 'EHOSTUNREACH', 'PROTOCOL_CONNECTION_LOST', 'ER_SERVER_SHUTDOWN', 'ER_OPTION_PREVENTS_STATEMENT'];
    const full = ['ER_RECORD_FILE_FULL', 'ER_DISK_FULL', 'ER_ERROR_ON_WRITE', 'ER_TEMP_FILE_WRITE_FAILURE'];
    for (const code of [...codes, ...full]) expect([code, isLost(refusal(code)), isConflict(refusal(code))]).toEqual([code, true, false]);
  });

  it('is the fault of what it was given otherwise: that is isolated and parked, and never tried for ever', () => {
    for (const error of [refusal('ER_DATA_TOO_LONG'), refusal('ER_BAD_NULL_ERROR'), new Error('a bug')]) {
      expect([error.message, isLost(error), isConflict(error)]).toEqual([error.message, false, false]);
    }
  });
});
