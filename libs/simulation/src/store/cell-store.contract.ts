import { describe } from 'vitest';
import { describeChildren } from './contract/children.contract.js';
import { describeFrames } from './contract/frames.contract.js';
import { describeHosts } from './contract/hosts.contract.js';
import { describeProcesses } from './contract/processes.contract.js';
import { describeRecords } from './contract/records.contract.js';
import { describeRows } from './contract/rows.contract.js';
import { type StoresUnderTest, storeSuite } from './contract/store-suite.contract.js';
import { describeTreeWide } from './contract/tree-wide.contract.js';

export type { StoresUnderTest };

/** What every store of a cell does, whatever it keeps its rows in. */
export const describeCellStore = (name: string, makeStores: () => Promise<StoresUnderTest>): void => {
  describe(`cell store: ${name}`, () => {
    const suite = storeSuite(makeStores);
    describeRows(suite);
    describeProcesses(suite);
    describeHosts(suite);
    describeFrames(suite);
    describeChildren(suite);
    describeTreeWide(suite);
    describeRecords(suite);
  });
};
