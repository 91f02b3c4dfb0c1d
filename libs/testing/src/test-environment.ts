/**
 * Where the servers for integration tests are. `npm run test:int` starts them and sets these; anybody may set them to servers
 * that run already.
 * @throws Error that says how to get them.
 */
export const testEnvironment = (name: string): string => {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run integration tests with 'npm run test:int -- FILE', which starts the servers they need`);
  return value.replace(/\/$/, '');
};
