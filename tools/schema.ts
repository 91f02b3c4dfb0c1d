import { readFileSync, writeFileSync } from 'node:fs';
import { CellInstance, cellDataSource, computeApiEntities, treeEntities } from '#database';

/*
 * Compares the entities with the schema of the database at URL, and writes what is missing as a new schema migration:
 *   node dist/tools/schema.js URL tree|cell|api NAME
 * `tree` is what every cell has, `cell` what those below the root have, `api` what the root has.
 * The database must have all earlier migrations run. Prints what it wrote; nothing when there is no difference.
 */
const [url = '', which = '', name = ''] = process.argv.slice(2);
const entities = { tree: treeEntities, cell: [CellInstance], api: computeApiEntities }[which];
if (!entities) throw new Error(`'${which}' is none of tree, cell and api`);
const dataSource = await cellDataSource({ url, entities: [...entities], migrations: [] }).initialize();
const difference = await dataSource.driver.createSchemaBuilder().log();
await dataSource.destroy();

// Safe to run twice: a process may die between two statements, which MariaDB commits one by one.
const statements = difference.upQueries
  .map(({ query }) => query.replace(/^CREATE TABLE `/, 'CREATE TABLE IF NOT EXISTS `'))
  .filter(query => !query.includes('schema_migrations'));
if (statements.length === 0) {
  console.log('the entities and the schema agree');
} else {
  const stamp = Date.now(); // TypeORM orders migrations by the number at the end of their names
  const className = `${[which, ...name.split('-')].map(part => part[0]!.toUpperCase() + part.slice(1)).join('')}`;
  const file = `libs/database/src/migrations/${which}-${name}.ts`;
  const body = statements.map(statement => `  ${JSON.stringify(statement)},`).join('\n');
  writeFileSync(
    file,
    `import type { MigrationInterface, QueryRunner } from 'typeorm';\n\nconst STATEMENTS = [\n${body}\n];\n\nexport class ${className} implements MigrationInterface {\n` +
      `  name = '${className}${stamp}';\n\n  async up(runner: QueryRunner): Promise<void> {\n    for (const statement of STATEMENTS) await runner.query(statement);\n  }\n\n` +
      "  async down(): Promise<void> {\n    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');\n  }\n}\n",
  );
  console.log(readFileSync(file, 'utf8'));
}
