// Who may import whom. `npm run check:imports` fails on the first import that breaks a rule.
const lib = (...names) => `^libs/(${names.join('|')})/`;
const PURE = ['domain', 'contracts', 'scheduling', 'microversion', 'policy'];
const ENGINES = ['workflow', 'hypervisor', 'cell', 'compute-agent'];
const IO = '^(fs|net|http|https|child_process|dgram|tls)$';
/** Adapters that put other adapters together for more than one app. */
const WIRING = ['cell-service'];
const TESTS = '\\.(spec|contract|fixture)\\.ts$';
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'no-cycles',
      'Two modules that import each other are one module. Types alone may: nothing of them is left at run time.',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    ),
    forbid('resolvable', 'An import that leads nowhere would pass every other rule.', {}, { couldNotResolve: true }),
    forbid(
      'apps-do-not-import-apps',
      'They meet through messages only.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid(
      'libs-do-not-import-apps',
      'An app wires libraries together, never the other way round.',
      { path: '^libs/' },
      { path: '^(apps|test|bench)/' },
    ),
    forbid(
      'only-the-front-door',
      'A library is entered through its index.ts; suites that its implementations must pass, and fixtures, may be used from outside.',
      { path: '^(apps|libs|tools|test|bench)/([^/]+)/' },
      {
        path: '^libs/[^/]+/src/.+',
        pathNot: ['^libs/$2/', '^libs/[^/]+/src/index\\.ts$', '\\.(contract|fixture)\\.ts$'],
      },
    ),
    forbid(
      'pure-imports-pure',
      'Decisions are pure: they run the same in the simulation.',
      { path: lib(...PURE), pathNot: TESTS },
      { path: '^libs/', pathNot: lib(...PURE) },
    ),
    forbid(
      'pure-has-no-io',
      'No network, no database, no files.',
      { path: lib(...PURE), pathNot: TESTS },
      {
        path: ['@nestjs', 'amqplib', 'mysql2|typeorm', IO, '^fs/promises$'],
      },
    ),
    forbid(
      'engines-import-pure',
      'Engines know ports, not what implements them.',
      { path: lib(...ENGINES), pathNot: TESTS },
      {
        path: '^libs/',
        pathNot: lib(...PURE, ...ENGINES),
      },
    ),
    forbid(
      'engines-know-no-transport',
      'The simulation gives them its own.',
      { path: lib('workflow', 'cell', 'compute-agent') },
      { path: ['@nestjs', 'amqplib|golevelup', 'mysql2|typeorm'] },
    ),
    forbid(
      'the-agent-has-no-io',
      'Images, files and consoles come through its ports: the simulated world gives it its own.',
      { path: lib('compute-agent'), pathNot: TESTS },
      { path: [IO, '^fs/promises$'] },
    ),
    forbid(
      'adapters-do-not-import-adapters',
      'Each can be replaced alone.',
      { path: '^libs/([^/]+)/', pathNot: [lib(...PURE, ...ENGINES, ...WIRING, 'testing', 'simulation'), TESTS] },
      {
        path: '^libs/',
        pathNot: ['^libs/$1/', lib(...PURE, ...ENGINES)],
      },
    ),
    forbid(
      'compute-has-no-database',
      'A host holds no state that must be kept.',
      { path: '^apps/compute/' },
      { path: [lib('database', 'identity', 'images'), 'mysql2|typeorm'] },
    ),
    forbid(
      'only-api-cell-speaks-microversions',
      'Versions of the API end at the API.',
      { path: '^apps/(child-cell|compute)/' },
      { path: lib('microversion', 'identity', 'images') },
    ),
    forbid(
      'only-messaging-knows-amqp',
      'A change of the broker touches one library.',
      { pathNot: [lib('messaging', 'testing'), TESTS] },
      { path: 'amqplib|golevelup' },
    ),
    forbid(
      'testing-stays-in-tests',
      'Nothing that ships stands on fixtures.',
      { path: '^(apps|libs|tools)/', pathNot: [TESTS, lib('testing', 'simulation'), '/test/'] },
      { path: [lib('testing', 'simulation'), '\\.fixture\\.ts$'] },
    ),
    forbid(
      'the-product-needs-no-tools',
      'The launcher starts the apps; they do not know it.',
      { path: '^(apps|libs)/' },
      { path: '^tools/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    // It says that `#domain` is libs/domain/src/index.ts; package.json says which compiled file.
    tsConfig: { fileName: 'tsconfig.imports.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
