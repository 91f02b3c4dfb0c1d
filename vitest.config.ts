import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
/** As package.json's `imports`, but to the sources: tests need no build, except those that start processes. */
const libraries = { find: /^#([a-z-]+)$/, replacement: `${root}libs/$1/src/index.ts` };
const sources = '{apps,libs,tools,bench,test}/**';
const exclude = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: [libraries] },
        // Nothing here keeps anything in a module: files share theirs, and most of the time that they took was reading them again.
        test: {
          name: 'unit',
          include: [`${sources}/*.spec.ts`],
          exclude: [...exclude, '**/*.{sim,int,e2e}.spec.ts'],
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias: [libraries] },
        test: { name: 'sim', include: ['{apps,libs,test}/**/*.sim.spec.ts'], exclude, isolate: false, testTimeout: 300_000 },
      },
      {
        resolve: { alias: [libraries] },
        // Three on two cores: some wait for guests, for heartbeats that do not come, for a broker's restart.
        test: {
          name: 'int',
          include: ['{apps,libs,tools,test}/**/*.int.spec.ts'],
          exclude,
          globalSetup: ['test/setup/services.ts'],
          maxWorkers: 3,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias: [libraries] },
        // Two at a time: each raises a whole tree of cells, and waits for guests half of its time.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.spec.ts'],
          exclude,
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
