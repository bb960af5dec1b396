/** Every test runs as an ES module, against the real parts that `test/support` starts. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testRunner: '<rootDir>/test/support/native-modules.js',
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  transform: {},
  testSequencer: '<rootDir>/test/support/slowest-first.js',
  // Most tests wait for a database, a mail server or a process: one worker a core, not one fewer.
  maxWorkers: '100%',
  testTimeout: 60_000,
};
